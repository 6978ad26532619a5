import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensorOf } from '../base/index.ts'
import { dataOf, summarize } from '../data/index.ts'
import { dataReport } from './data-report.ts'

const plain = { hasColors: false, width: 80 }

test('a report of images tells the splits, the classes, and draws one of each', async () => {
  const inputs = tensorOf(
    'uint8',
    [3, 1, 2, 2],
    Uint8Array.of(0, 255, 0, 255, 255, 0, 255, 0, 0, 255, 0, 255),
  )
  const source = await dataOf({
    train: { inputs, targets: [1, 0, 1] },
    classes: 2,
    scale: 1 / 255,
    name: 'stripes',
  })
  const named = { ...source, description: { ...source.description, classNames: ['left', 'right'] } }
  const lines = dataReport(named, summarize(named), plain)
    .split('\n')
    .map(line => line.trimEnd())
  assert.equal(lines[0], 'stripes')
  assert.match(
    lines[4]!,
    /^│ train │ 3 +│ uint8 \[N, 1, 2, 2\] │ 0 to 255 │ 0\.5 +│ 0\.5 +│ 0 +│ 1 +│$/,
  )
  const rest = lines.slice(6)
  assert.deepEqual(rest, [
    'Mean and deviation are after the scale 1/255.',
    '',
    'Classes of train, 2:',
    '  left   ██████████░░░░░░░░░░  1  33.33 %',
    '  right  ████████████████████  2  66.67 %',
    '',
    'The first of each class:',
    'l…  r…',
    '█    █',
  ])
})

test('a report of a table shows its first rows, and test rows that are also in training', async () => {
  const inputs = Array.from({ length: 7 }, (_, i) =>
    Array.from({ length: 10 }, (_, j) => i + j / 4),
  )
  const source = await dataOf({
    train: { inputs, targets: inputs.map(([a]) => a! / 2) },
    test: { inputs: inputs.slice(2, 4), targets: [1, 2] },
  })
  const report = dataReport(source, summarize(source), plain)
  assert.match(report, /Targets of train: float32 \[N\], 0 to 3, mean 1\.5, deviation 1\./)
  assert.match(report, /2 rows of test have inputs that are also in train\./)
  assert.match(report, /│ 0 │ 1 +│ .* 7 +│ and 2 more │ target │/)
  assert.match(report, /│ 4 │ 4\.25 │ .* │ … +│ 2 +│/)
  assert.doesNotMatch(report, /6\.75/)
})
