import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { charts, colors, ladder, losses } from '../../../test/chart-cases.ts'
import { chartSvg } from './chart-svg.ts'

/** What librsvg, which reads XML strictly, makes of a document. */
const rendered = async (svg: string) =>
  sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true })

for (const chart of charts)
  test(`"${chart.title}" is a picture in the size it says, on white, and not empty`, async () => {
    const svg = chartSvg(chart, { width: 480, height: 300 })
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg)!.map(Number)
    const { data, info } = await rendered(svg)
    assert.deepEqual([info.width, info.height], [width, height])
    assert.equal(width, 480)
    if (chart.kind === 'lines') assert.equal(height, 300)
    const middleOfTop = 3 * (width / 2 + 2 * width)
    assert.deepEqual([...data.subarray(middleOfTop, middleOfTop + 3)], [255, 255, 255])
    assert.ok(data.some(value => value < 100))
  })

test('names are texts, whatever characters they have', async () => {
  const name = `<b> & "R²" ' ]]> \u0000\ud800 층`
  const svg = chartSvg({ ...ladder, title: name, bars: [{ name, value: 1 }] })
  await rendered(svg)
  assert.ok(svg.includes("<title>&lt;b&gt; &amp; &quot;R²&quot; ' ]]&gt;  � 층</title>"))
})

test('a reader that does not see is told the title and the numbers', () => {
  const svg = chartSvg(losses)
  assert.match(svg, /^<svg [^>]*role="img" aria-label="Loss by epoch"/)
  assert.match(svg, /<title>Loss by epoch<\/title>/)
  assert.match(
    svg,
    /<desc>loss \/ epoch\. SGD: \(1, 2\) → \(5, 0\.3\); 드롭아웃: \(1, 1\.5\) → \(5, 0\.05\); theory: /,
  )
})

test('every place of a curve and its band is inside of the plot, also where an axis has a range', () => {
  const wild = [1e300, -5, 0.5, 7, 0.2, Number.NaN, 3, 0.1]
  const points = wild.map((y, i) => [i, y] as const)
  const band = wild.map(y => [y - 1, y + 1] as const)
  const svg = chartSvg(
    {
      ...losses,
      x: { label: 'x', range: [0.5, 6.5] },
      y: { label: 'y', range: [0, 1] },
      series: [{ name: 'net', points, band }],
    },
    { width: 500, height: 300 },
  )
  const paths = [...svg.matchAll(/ d="M([^"]*)"/g)].map(([, d]) => d!)
  const places = paths.flatMap(d => [...d.matchAll(/([-\d.e+]+),([-\d.e+]+)/g)])
  assert.ok(places.length > 10)
  for (const [, x, y] of places) {
    assert.ok(Number(x) >= 20 && Number(x) <= 480, x)
    assert.ok(Number(y) >= 40 && Number(y) <= 270, y)
  }
})

test('a curve of many points keeps its extremes and no more than four points a column', () => {
  const points = Array.from({ length: 50_000 }, (_, i) => [i, i === 31_234 ? 9 : i % 2] as const)
  const svg = chartSvg({ ...losses, y: { label: 'y' }, series: [{ name: 'net', points }] })
  const longest = Math.max(...[...svg.matchAll(/ d="([^"]*)"/g)].map(([, d]) => d!.length))
  assert.ok(longest < 50_000, `${longest} characters`)
  const heights = [...svg.matchAll(/[ML][\d.]+,([\d.]+)/g)].map(([, y]) => Number(y))
  assert.ok(Math.min(...heights) < 150)
})

test('images are PNG within the document, with the pixels they have', async () => {
  const [, base64] = /href="data:image\/png;base64,([^"]*)"/.exec(chartSvg(colors))!
  const { data, info } = await sharp(Buffer.from(base64!, 'base64'))
    .raw()
    .toBuffer({ resolveWithObject: true })
  assert.deepEqual([info.width, info.height, info.channels], [1, 2, 3])
  assert.deepEqual([...data], [1, 3, 5, 2, 4, 6])
})

test('a picture that is too narrow is refused', () => {
  assert.throws(() => chartSvg(losses, { width: 100 }), {
    name: 'ConfigError',
    message: /chartSvg: expected a width of at least 240 pixels .* received 100 x 440/,
  })
})
