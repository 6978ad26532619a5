import { ConfigError, unknownName } from '../base/index.ts'
import type { Axis, Bar, BarChart, Chart, HistogramChart, ImageChart, LineChart } from './chart.ts'

const checks: { readonly [K in Chart['kind']]: (chart: Extract<Chart, { kind: K }>) => void } = {
  lines: checkLines,
  bars: checkBars,
  histograms: checkHistograms,
  images: checkImages,
}

/** Throws ConfigError when a chart is empty, does not fit together, or its log axis has no place for a number. */
export function checkChart(chart: Chart): void {
  const check = Object.hasOwn(checks, chart.kind) ? checks[chart.kind] : undefined
  if (!check) throw unknownName('chart kind', chart.kind, Object.keys(checks))
  check(chart as never)
}

function refuse(chart: Chart, expected: string, received: string, hint?: string): never {
  throw new ConfigError({
    who: `chart "${chart.title}"`,
    expected,
    received,
    ...(hint ? { hint } : {}),
  })
}

function checkLines(chart: LineChart): void {
  checkAxis(chart, chart.x)
  checkAxis(chart, chart.y)
  for (const { name, points, band } of chart.series) {
    if (band && band.length !== points.length)
      refuse(chart, `a band of ${points.length} pairs in "${name}"`, `${band.length}`)
    for (const [x, y] of points) {
      if (!Number.isFinite(x)) refuse(chart, `finite x in "${name}"`, `${x}`)
      checkPlace(chart, chart.x, x, name)
      if (Number.isFinite(y)) checkPlace(chart, chart.y, y, name)
    }
  }
  if (!chart.series.some(({ points }) => points.some(([, y]) => Number.isFinite(y))))
    refuse(chart, 'a series with at least one finite point', 'none')
}

function checkBars(chart: BarChart): void {
  checkAxis(chart, chart.value)
  for (const bar of chart.bars) {
    const { name, low, high } = bar
    if ((low === undefined) !== (high === undefined))
      refuse(chart, `both ends of the interval of "${name}", or none`, 'one')
    if (low !== undefined && high !== undefined && low > high)
      refuse(chart, `an interval of "${name}" from low to high`, `${low} to ${high}`)
    for (const x of valuesOf(bar)) checkPlace(chart, chart.value, x, name)
  }
  if (!chart.bars.some(({ value }) => Number.isFinite(value)))
    refuse(chart, 'at least one bar with a finite value', 'none')
}

/** The finite numbers of a bar. */
export function valuesOf({ value, low, high, reference }: Bar): number[] {
  return [value, low, high, reference].filter(
    x => x !== undefined && Number.isFinite(x),
  ) as number[]
}

function checkHistograms(chart: HistogramChart): void {
  checkAxis(chart, chart.x)
  if (chart.panels.length === 0) refuse(chart, 'at least one panel', 'none')
  for (const { name, edges, counts } of chart.panels) {
    if (counts.length === 0 || edges.length !== counts.length + 1)
      refuse(
        chart,
        `one edge more than counts in "${name}", and at least one count`,
        `${edges.length} edges and ${counts.length} counts`,
      )
    if (!edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]!)))
      refuse(chart, `finite, ascending edges in "${name}"`, edges.join(', '))
    if (!counts.every(count => count >= 0 && Number.isFinite(count)))
      refuse(chart, `counts of at least 0 in "${name}"`, counts.join(', '))
    if (!counts.some(count => count > 0)) refuse(chart, `a count above 0 in "${name}"`, 'none')
    checkPlace(chart, chart.x, edges[0]!, name)
  }
}

function checkImages(chart: ImageChart): void {
  const { shape, images, range, columns } = chart
  const [channels, height, width] = shape
  if (
    shape.length !== 3 ||
    !(channels === 1 || channels === 3) ||
    !isSize(height) ||
    !isSize(width)
  )
    refuse(chart, 'a shape [C, H, W] of one channel or three', `[${shape.join(', ')}]`)
  if (images.length === 0) refuse(chart, 'at least one image', 'none')
  for (const [i, { data }] of images.entries())
    if (data.length !== channels * height * width)
      refuse(chart, `${channels * height * width} numbers in image ${i}`, `${data.length}`)
  if (range && !(range.every(Number.isFinite) && range[0] !== range[1]))
    refuse(chart, 'a range of two different finite numbers', range.join(', '))
  if (columns !== undefined && !isSize(columns))
    refuse(chart, 'a number of columns, at least 1', `${columns}`)
}

const isSize = (x: number): boolean => Number.isInteger(x) && x >= 1

function checkAxis(chart: Chart, { label, range, scale }: Axis): void {
  if (!range) return
  if (!(range.every(Number.isFinite) && range[0] < range[1]))
    refuse(chart, `a range of "${label}" from low to high`, range.join(' to '))
  if (scale === 'log' && range[0] <= 0)
    refuse(chart, `a range of "${label}" above 0 on a log axis`, range.join(' to '))
}

function checkPlace(chart: Chart, { label, scale }: Axis, x: number, name: string): void {
  if (scale === 'log' && x <= 0)
    refuse(
      chart,
      `numbers above 0 on the log axis "${label}"`,
      `${x} in "${name}"`,
      'Leave the scale linear, or the point out',
    )
}
