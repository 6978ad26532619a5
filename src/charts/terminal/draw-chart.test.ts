import assert from 'node:assert/strict'
import { test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import {
  activations,
  charts,
  closeUp,
  colors,
  differences,
  digits,
  ladder,
  losses,
} from '../../../test/chart-cases.ts'
import type { Chart } from '../chart.ts'
import { textWidth } from '../text.ts'
import { drawChart } from './draw-chart.ts'

const drawings: readonly (readonly [chart: Chart, lines: string])[] = [
  [
    losses,
    `
Loss by epoch
⠒●⠒ SGD   ⠒▲⠒ 드롭아웃   ⠒ ⠒ theory
loss
    │
    │●⣀⣀
  1 ┤⠉⠒⠤⢍⡑⠒⠤⠤⣀
    │    ⠈⠉⠒⠤⢄⡀                ⢐⢐⢐⢐⢐⢐
    │         ⠈⠉⠒⠤⢄⡀           ●⠒⠢⠤⠤⠤⢄⣀⣀
    │              ⠈⠉⠒▲⢄⣀⡀     ⢐⢐⢐⢐⢐⢐⢐⢐⢐
0.1 ┤⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠⠈⠍⠱⠒⠦⠤⣀⣄⠠⢐⠄⠠⢐⠄⠠
    │                          ⢐⢐⠉⠉⠒⠒⠤⠤▲
    └┬────────┬───────┬────────┬───────┬
     1        2       3        4       5
                                   epoch
`,
  ],
  [
    ladder,
    `
정확도
◆ reference
softmax  │████████├───┼───┤ ◆    60.00 %
드롭아웃 │████████████████████▋  98.00 %
diverged │                           NaN
         └┬─────────┬─────────┬
         0 %       50 %   100 %
                  test accuracy
`,
  ],
  [
    differences,
    `
Differences
better │         ███████████████████   2
worse  │█████████                     -1
       └┬────────┬────────┬────────┬
        -1       0        1        2
                              points
`,
  ],
  [
    closeUp,
    `
Close up
◆ reference
net │·····◆····├────●────┤       96.00 %
    └┬───────────┬────────────┬
    90 %        95 %      100 %
                  test accuracy
`,
  ],
  [
    activations,
    `
Activations
      layer 1
 40 %┤                     ███████
     │              ██████████████
     │       █████████████████████
     │████████████████████████████
     └┬─────────────┬────────────┬
      -1            0            1
      2층
100 %┤              ██████████████
     │              ██████████████
     │              ██████████████
     │              ██████████████
     └┬─────────────┬────────────┬
      -1            0            1
                        activation
`,
  ],
  [
    digits,
    `
Digits
0    숫…
 ▀    ▄
▀▀▀
`,
  ],
  [
    colors,
    `
Colours
▄
`,
  ],
]

for (const [chart, lines] of drawings)
  test(`"${chart.title}" is drawn as these characters`, () =>
    assert.equal(`\n${drawChart(chart, { width: 40, height: 14 }).join('\n')}`, lines.trimEnd()))

test('colours change nothing but colours', () => {
  for (const chart of charts.filter(({ kind }) => kind !== 'images')) {
    const colored = drawChart(chart, { hasColors: true })
    assert.ok(colored.some(line => line.includes('\x1b[38;5;')))
    assert.deepEqual(
      colored.map(line => stripVTControlCharacters(line).trimEnd()),
      drawChart(chart),
    )
  }
})

test('every second pixel is the ground of a character where there are colours', () => {
  assert.equal(
    drawChart(colors, { hasColors: true })[1],
    '\x1b[38;2;1;3;5m\x1b[48;2;2;4;6m▀\x1b[0m',
  )
})

test('an image larger than 32 pixels is drawn smaller, by means of squares', () => {
  const data = Array.from({ length: 64 * 40 }, (_, i) => (i % 40 < 20 ? 255 : 0))
  const drawn = drawChart({ kind: 'images', title: '', shape: [1, 64, 40], images: [{ data }] })
  assert.deepEqual(drawn, Array(16).fill('█'.repeat(10)))
})

test('no line is wider than the width, whatever the language', () => {
  for (const chart of charts)
    for (const width of [24, 31, 40, 80, 200])
      for (const line of drawChart(
        { ...chart, title: `${chart.title} 기울기 소실 그림` },
        { width },
      ))
        assert.ok(textWidth(line) <= width, `${width}: ${line}`)
})

test('curves are as high as they are told to be', () => {
  for (const height of [12, 20, 33]) assert.equal(drawChart(losses, { height }).length, height)
})

test('a long curve goes through every column, and a gap leaves it', () => {
  const points = Array.from(
    { length: 5000 },
    (_, i) => [i, i > 2000 && i < 3000 ? Number.NaN : Math.sin(i / 500)] as const,
  )
  const drawn = drawChart({
    kind: 'lines',
    title: '',
    x: { label: '' },
    y: { label: 'y' },
    series: [{ name: 'y', points }],
  })
  const rows = drawn.filter(line => /[│┤]/.test(line)).map(line => line.slice(5))
  const columns = Array.from({ length: 70 }, (_, i) => rows.some(row => (row[i] ?? ' ') !== ' '))
  const gaps = columns.flatMap((isDrawn, i) => (isDrawn ? [] : [i]))
  assert.ok(gaps.length >= 12 && gaps.length <= 16, `${gaps}`)
  assert.deepEqual(
    gaps,
    Array.from({ length: gaps.length }, (_, i) => gaps[0]! + i),
  )
})

test('nothing in a name moves the cursor', () => {
  const drawn = drawChart({ ...ladder, bars: [{ name: 'a\x1b[2J\nb', value: 1 }] })
  assert.match(drawn[1]!, /^a \[2J b │/)
})

test('a page that is too narrow is refused', () => {
  assert.throws(() => drawChart(losses, { width: 23 }), {
    name: 'ConfigError',
    message: /drawChart: expected a width of at least 24 columns .* received 23 x 20/,
  })
})
