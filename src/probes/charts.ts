import type { Histogram, HistogramChart, LineChart, Series } from '../charts/index.ts'
import type { Distribution, LayerReport, SignalReport } from './signals.ts'

/** The pictures of a report. */
export interface SignalCharts {
  /** The outputs of every activation layer. */
  readonly activations: HistogramChart
  /** Their standard deviation by layer, measured and by theory. */
  readonly forward: LineChart
  /** dL/da and dL/dW by layer, measured and by theory, and the local derivative. */
  readonly backward: LineChart
}

/**
 * Pictures of a report as plain data. Layers are counted from 1: activation layers forward, layers with
 * weights backward.
 */
export function signalCharts({ layers }: SignalReport): SignalCharts {
  const activations = layers.filter(({ activation }) => activation)
  const weighted = layers.filter(({ parameters }) => Object.hasOwn(parameters, 'weight'))
  return {
    activations: {
      kind: 'histograms',
      title: 'Activations by layer',
      x: { label: 'activation' },
      panels: activations.map(({ path, kind, output }) =>
        histogramFrom(`${kind} ${path}`.trim(), output.histogram),
      ),
    },
    forward: {
      kind: 'lines',
      title: 'Standard deviation of activations',
      x: { label: 'layer' },
      y: { label: 'standard deviation', scale: 'log' },
      series: seriesOf(activations, {
        measured: ({ output }) => output.std,
        theory: ({ theory }) => theory?.std,
      }),
    },
    backward: {
      kind: 'lines',
      title: 'Gradients (rms)',
      x: { label: 'layer' },
      y: { label: 'root mean square', scale: 'log' },
      series: [
        ...seriesOf(weighted, {
          'dL/da': ({ gradient }) => gradient?.rms,
          'dL/da, theory': ({ theory }) => theory?.gradient,
          'dL/dW': ({ parameters }) => parameters.weight?.gradient?.rms,
          'dL/dW, theory': ({ theory }) => theory?.weightGradient,
        }),
        ...seriesOf(activations, {
          'local derivative': ({ activation }) => activation?.derivative.rms,
        }),
      ],
    },
  }
}

/** A distribution as a picture shows it. */
export function histogramFrom(name: string, { low, high, counts }: Distribution): Histogram {
  const width = (high - low) / counts.length
  return { name, counts, edges: [...counts.map((_, i) => low + i * width), high] }
}

/** Curves over layers of what is above 0, as an axis in powers shows it; none where there is nothing. */
function seriesOf(
  layers: readonly LayerReport[],
  curves: Readonly<Record<string, (layer: LayerReport) => number | undefined>>,
): Series[] {
  return Object.entries(curves).flatMap(([name, read]) => {
    const points = layers.flatMap((layer, i): [number, number][] => {
      const y = read(layer)
      return y !== undefined && y > 0 ? [[i + 1, y]] : []
    })
    return points.length > 0 ? [{ name, points }] : []
  })
}
