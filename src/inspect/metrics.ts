import {
  ConfigError,
  checked,
  formatShape,
  type MetricResults,
  type Named,
  requirements,
  rowNamed,
  type Tensor,
} from '../base/index.ts'
import { type Value, withOrigin } from '../ir/index.ts'
import { classRows } from './class-metrics.ts'
import type { Answers, MetricRow } from './metric.ts'
import { numberRows } from './number-metrics.ts'

/** The descriptions of metrics, by kind. */
export interface MetricConfigs {
  readonly accuracy: { readonly kind: 'accuracy' }
  readonly topK: { readonly kind: 'topK'; readonly k: number }
  readonly confusionMatrix: { readonly kind: 'confusionMatrix' }
  readonly precision: { readonly kind: 'precision' }
  readonly recall: { readonly kind: 'recall' }
  readonly f1: { readonly kind: 'f1' }
  readonly meanAbsoluteError: { readonly kind: 'meanAbsoluteError' }
  readonly rootMeanSquaredError: { readonly kind: 'rootMeanSquaredError' }
  readonly rSquared: { readonly kind: 'rSquared' }
  readonly squaredError: { readonly kind: 'squaredError' }
}

/** The kind of a metric. */
export type MetricKind = keyof MetricConfigs

/** A metric as data. */
export type MetricConfig = MetricConfigs[MetricKind]

/** One row per metric: unit, direction, sums and result. */
export const metricTable: { readonly [K in MetricKind]: MetricRow<MetricConfigs[K]> } = {
  ...classRows,
  ...numberRows,
}

function plain<K extends MetricKind>(kind: K) {
  return (): { readonly kind: K } => Object.freeze({ kind })
}

/**
 * The metrics by name, exact over a whole set: `metrics: [metrics.accuracy(), metrics.topK(5)]`.
 * `accuracy`, `topK(k)`, `confusionMatrix` (row the target, column the answer), `precision`, `recall`, `f1`:
 * for classes, of which the greatest score is the answer, and for labels, which hold where their logit is
 * above 0. `meanAbsoluteError`, `rootMeanSquaredError`, `rSquared`: for numbers, in the unit they were given in.
 * `squaredError`: summed over each example, for rows of numbers and for labels that are probabilities.
 * Source: as scikit-learn's metrics of these names, with zero_division=0, macro and uniform averages; its
 * r2_score of a constant target is 1 when answered exactly, else 0.
 */
export const metrics = {
  accuracy: plain('accuracy'),
  topK: topKOf,
  confusionMatrix: plain('confusionMatrix'),
  precision: plain('precision'),
  recall: plain('recall'),
  f1: plain('f1'),
  meanAbsoluteError: plain('meanAbsoluteError'),
  rootMeanSquaredError: plain('rootMeanSquaredError'),
  rSquared: plain('rSquared'),
  squaredError: plain('squaredError'),
} as const satisfies { readonly [K in MetricKind]: (...args: never[]) => MetricConfigs[K] }

function topKOf(k = 5): MetricConfigs['topK'] {
  return checked({ kind: 'topK', k }, { k: requirements.count })
}

/** The row of a metric. Throws ConfigError when its kind is unknown. */
export function metricRowOf({ kind }: MetricConfig): MetricRow<MetricConfig> {
  return rowNamed('metric', metricTable, kind) as MetricRow<MetricConfig>
}

/** The name of a metric in results: its kind, and `top5` of the five best. */
export function metricName(metric: MetricConfig): string {
  return metric.kind === 'topK' ? `top${metric.k}` : metric.kind
}

/** Every metric that fits such answers, with its defaults. */
export function fittingMetrics(answers: Answers): MetricConfig[] {
  return Object.values(metrics)
    .map(make => make())
    .filter(metric => metricRowOf(metric).fits(metric, answers))
}

const sumName = (metric: MetricConfig, sum: string): string => `${metricName(metric)}/${sum}`

/**
 * What metrics have to sum over the examples of a batch, by name.
 * Throws ConfigError when one does not fit the answers.
 */
export function metricSums(asked: readonly MetricConfig[], answers: Answers): Named<Value> {
  const sums: Record<string, Value> = {}
  for (const metric of asked) {
    const row = metricRowOf(metric)
    if (!row.fits(metric, answers)) throw unfitting(metric, answers)
    const values = withOrigin({ kind: 'metric', path: metricName(metric) }, () =>
      row.sums(metric, answers),
    )
    for (const [sum, value] of Object.entries(values)) sums[sumName(metric, sum)] = value
  }
  return sums
}

function unfitting(metric: MetricConfig, answers: Answers): ConfigError {
  const { task, output } = answers
  return new ConfigError({
    who: `metric ${metricName(metric)}`,
    expected: `one of ${fittingMetrics(answers).map(metricName).join(', ')}`,
    received: `${metricName(metric)}, which does not fit`,
    from: `${task} ${formatShape(output.shape)}`,
  })
}

/** Adds up the sums of batches in float64. */
export class MetricTotals {
  readonly #metrics: readonly MetricConfig[]
  readonly #totals = new Map<string, Float64Array>()

  constructor(asked: readonly MetricConfig[]) {
    this.#metrics = asked
  }

  /** Takes the sums of a batch; other names are passed over. */
  add(sums: Named<Tensor>): void {
    for (const [name, { data }] of Object.entries(sums)) {
      const total = this.#totals.get(name) ?? new Float64Array(data.length)
      for (let i = 0; i < data.length; i++) total[i]! += data[i]!
      this.#totals.set(name, total)
    }
  }

  /** The results over so many examples, by name. */
  results(examples: number): MetricResults {
    const results = Object.fromEntries(
      this.#metrics.map(metric => {
        const mine = [...this.#totals].flatMap(([name, total]) => {
          const prefix = sumName(metric, '')
          return name.startsWith(prefix) ? [[name.slice(prefix.length), total] as const] : []
        })
        const result = metricRowOf(metric).result(metric, Object.fromEntries(mine), examples)
        return [metricName(metric), result]
      }),
    )
    return results as MetricResults
  }
}
