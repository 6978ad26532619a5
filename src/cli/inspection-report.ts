import Table from 'cli-table3'
import { drawChart, type LineChart, type Series, sparkline } from '../charts/index.ts'
import { histogramFrom } from '../probes/index.ts'
import type { BinCounts, ScalarPoint } from '../runs/index.ts'
import { formatBar, formatCount, formatNumber } from './format.ts'
import { type Inspection, type LayerInsight, listed, titleOf } from './inspection.ts'

const barWidth = 5
const sparkWidth = 12
const columns = 100
const chartHeight = 14

const plain = { head: [], border: [], compact: true }

/** The layers with what each reads, gives and holds. */
export function graphTable({ layers }: Inspection): string {
  const table = new Table({ head: ['layer', 'kind', 'reads', 'gives', 'parameters'], style: plain })
  for (const { path, kind, inputs, shape, parameters } of layers)
    table.push([
      titleOf(path),
      kind,
      inputs.map(titleOf).join(', '),
      shape.join(' x ') || '1',
      parameters > 0 ? { content: formatCount(parameters), hAlign: 'right' } : '',
    ])
  return table.toString()
}

/**
 * The signals of every layer beside each other, or its weights where there are none. Bars: standard
 * deviations as shares of the greatest; gradients and updates by powers of ten, from 1e-8 and 1e-6 to 1.
 */
export function signalTable({ layers, steps }: Inspection): string {
  const greatest = Math.max(...layers.map(({ figures }) => figures.output_std ?? 0))
  const hasSignals = steps.length > 0
  const table = new Table({
    head: [
      'layer',
      ...(hasSignals
        ? ['output std', 'outputs', 'zeros', 'flat', 'gradient rms', 'gradients', 'update/weight']
        : ['weight norm']),
      'weights',
    ],
    style: plain,
  })
  for (const layer of layers) {
    const [name, main] = mainParameter(layer)
    const { output_std: std, output_zeros: zeros, gradient_rms: gradient } = layer.figures
    const { update_ratio: ratio, norm } = main?.figures ?? {}
    table.push([
      `${titleOf(layer.path)} ${layer.kind}`,
      ...(hasSignals
        ? [
            barred(std, greatest > 0 ? (std ?? 0) / greatest : 0),
            spark(layer.histograms.output),
            share(zeros),
            share(flatShare(layer)),
            barred(gradient, decades(gradient, 8)),
            spark(layer.histograms.gradient),
            barred(ratio, decades(ratio, 6)),
          ]
        : [name === undefined ? '' : `${number(norm)} (${name})`]),
      spark(main?.histograms.parameter),
    ])
  }
  return hasSignals ? `${table}\n${flatLegend}` : table.toString()
}

const flatLegend = 'flat: outputs that are saturated, or units that are 0 for the whole batch'

/** The weight of a layer, or its first parameter. */
function mainParameter({ parametersByName }: LayerInsight) {
  const entries = Object.entries(parametersByName)
  return entries.find(([name]) => name === 'weight') ?? entries[0] ?? []
}

/** The share of outputs that are saturated; of units that are silent, where an activation has no limits. */
const flatShare = ({ figures }: LayerInsight): number | undefined =>
  figures.saturated ?? figures.silent

/** 0 at 10^-most and below, 1 at 1 and above. */
const decades = (x: number | undefined, most: number): number =>
  x === undefined || !(x > 0) ? 0 : 1 + Math.log10(x) / most

const number = (x: number | undefined): string => (x === undefined ? '' : formatNumber(x, 2))
const share = (x: number | undefined): string => (x === undefined ? '' : `${Math.round(100 * x)} %`)
const barred = (x: number | undefined, full: number): string =>
  x === undefined ? '' : `${formatBar(Number.isFinite(full) ? full : 0, barWidth)} ${number(x)}`
const spark = (bins: BinCounts | undefined): string =>
  bins ? sparkline(bins.counts, sparkWidth) : ''

/** What is known of one layer: its figures, its histograms, and how the figures went. */
export function layerReport(inspection: Inspection, layer: LayerInsight): string {
  const { scalars, steps } = inspection
  const title = titleOf(layer.path)
  const figures = Object.entries(layer.figures).map(([name, x]) => [name, number4(x)])
  const table = new Table({ style: plain })
  for (const [name, x] of figures) table.push([name, x])
  for (const [name, { figures: own }] of Object.entries(layer.parametersByName))
    for (const [figure, x] of Object.entries(own)) table.push([`${name}: ${figure}`, number4(x)])
  const histograms = [
    ...Object.entries(layer.histograms),
    ...Object.entries(layer.parametersByName).flatMap(([name, { histograms: own }]) =>
      Object.entries(own).map(([what, bins]) => [`${name}: ${what}`, bins] as const),
    ),
  ]
  const courses = ['output_std', 'gradient_rms'].flatMap(figure => {
    const points = scalars[`${figure}/${title}`] ?? []
    return steps.length > 1 && points.some(({ value }) => value > 0)
      ? [course(`${figure} of ${title}`, points)]
      : []
  })
  return [
    table.toString(),
    ...histograms.map(([name, bins]) =>
      drawChart({
        kind: 'histograms',
        title: name,
        x: { label: 'value' },
        panels: [histogramFrom(countedIn(bins), bins)],
      }).join('\n'),
    ),
    ...courses,
  ].join('\n\n')
}

const countedIn = ({ counts }: BinCounts): string =>
  `${formatCount(counts.reduce((sum, count) => sum + count, 0))} counted`

const number4 = (x: number): string => formatNumber(x, 4)

function course(title: string, points: readonly ScalarPoint[]): string {
  return drawn({
    kind: 'lines',
    title,
    x: { label: 'step' },
    y: { label: '', scale: 'log' },
    series: [
      {
        name: title,
        points: points.filter(({ value }) => value > 0).map(({ step, value }) => [step, value]),
      },
    ],
  })
}

/** The curves of loss and accuracy, of training and validation. */
export function curveCharts({ scalars }: Inspection): string[] {
  return ['loss', 'accuracy'].flatMap(what => {
    const byEpoch = scalars[`epoch/train_${what}`] ?? []
    const series: Series[] = [
      // A curve of few points says less than the steps themselves.
      { name: 'training', points: pairs(byEpoch.length > 2 ? byEpoch : scalars[`train/${what}`]) },
      { name: 'validation', points: pairs(scalars[`epoch/validation_${what}`]) },
    ].filter(({ points }) => points.some(([, y]) => Number.isFinite(y)))
    if (series.length === 0) return []
    return [
      drawn({
        kind: 'lines',
        title: what === 'loss' ? 'Loss' : 'Accuracy',
        x: { label: 'step' },
        y: { label: what },
        series,
      }),
    ]
  })
}

const pairs = (points: readonly ScalarPoint[] = []): (readonly [number, number])[] =>
  points.map(({ step, value }) => [step, value])

const drawn = (chart: LineChart): string =>
  drawChart(chart, { width: columns, height: chartHeight }).join('\n')

/** What there is to see, and how to see more. */
export function hintsOf({ steps }: Inspection): string {
  if (steps.length === 0)
    return 'No signals were recorded. Train with --set inspect.every=100 to see activations and gradients.'
  return `Signals of ${steps.length} steps: ${listed(steps)}. --step N shows another, --layer NAME one layer.`
}
