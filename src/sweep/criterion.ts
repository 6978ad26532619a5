import { ConfigError, type MetricResult, rowNamed } from '../base/index.ts'
import { type MetricConfig, metricName, metricRowOf, metrics } from '../inspect/index.ts'
import { lossRowOf, mainLoss } from '../nn/index.ts'
import type { Scores } from '../runs/index.ts'
import type { Experiment } from '../train/index.ts'

/** The figure by which variants are compared. */
export interface Criterion {
  /** `accuracy`, `loss`, or the name of a metric. */
  readonly name: string
  readonly better: 'greater' | 'smaller'
  /** `share`: from 0 to 1, written as per cent; `number`: anything else. */
  readonly unit: 'share' | 'number'
  /** What the experiments have to be scored by for it, beyond what every run is. */
  readonly metric?: MetricConfig
}

const accuracy: Criterion = { name: 'accuracy', better: 'greater', unit: 'share' }
const loss: Criterion = { name: 'loss', better: 'smaller', unit: 'number' }

/**
 * The criterion of a name: `accuracy`, `loss`, or a metric such as `f1` or `top5`. By default the accuracy
 * where the loss of an experiment classifies, else the loss.
 * Throws ConfigError when there is no such metric, or none of its results is the better one.
 */
export function criterionOf(
  name: string | undefined,
  experiment: Pick<Experiment, 'loss'>,
): Criterion {
  const classifies = lossRowOf(mainLoss(experiment.loss)).isCorrect !== undefined
  if (name === undefined) return classifies ? accuracy : loss
  if (name === 'loss') return loss
  if (name === 'accuracy' && classifies) return accuracy
  const k = /^top(\d+)$/.exec(name)?.[1]
  const metric = k ? metrics.topK(Number(k)) : rowNamed('--metric', namedMetrics, name)()
  const { better, unit } = metricRowOf(metric)
  if (!better)
    throw new ConfigError({
      who: 'metric to compare by',
      expected: `one whose results are better or worse: loss, ${judging().join(', ')}`,
      received: name,
    })
  return { name: metricName(metric), better, unit: unit === 'share' ? 'share' : 'number', metric }
}

const namedMetrics: Readonly<Record<string, () => MetricConfig>> = metrics

/** The metrics that tell better from worse. */
function judging(): string[] {
  return Object.values(namedMetrics)
    .map(make => make())
    .filter(metric => metricRowOf(metric).better)
    .map(metricName)
}

/** The figure of some scores; of a figure for each class their mean. Absent where they have none. */
export function figureOf({ name, metric }: Criterion, scores: Scores): number | undefined {
  if (metric) return numberOf((scores.metrics as Readonly<Record<string, MetricResult>>)?.[name])
  return name === 'loss' ? scores.loss : scores.accuracy
}

function numberOf(result: MetricResult | undefined): number | undefined {
  if (typeof result === 'object' && 'macro' in result) return result.macro
  return typeof result === 'number' ? result : undefined
}

/** The least step between two figures: one example where examples are counted, 0 elsewhere. */
export function resolutionOf({ name }: Criterion, { examples }: Scores): number {
  return name === 'accuracy' || /^top\d+$/.test(name) ? 1 / examples : 0
}

/** An experiment that is scored by the criterion too. */
export function scoredBy<E extends Experiment>(experiment: E, { name, metric }: Criterion): E {
  const { metrics: own = [] } = experiment
  if (!metric || own.some(one => metricName(one) === name)) return experiment
  return { ...experiment, metrics: [...own, metric] }
}
