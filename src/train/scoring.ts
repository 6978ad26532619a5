import { mapNamed, prefixNamed } from '../base/index.ts'
import type { DataSource, Dataset } from '../data/index.ts'
import { optimised } from '../engine/index.ts'
import { type Answers, fittingMetrics, type MetricConfig, metricSums } from '../inspect/index.ts'
import { input, type Program, pureProgram, sum, withOrigin } from '../ir/index.ts'
import {
  type AppliedModel,
  applyModel,
  lossPerExample,
  lossRowOf,
  mainLoss,
  taskOf,
} from '../nn/index.ts'
import { batchInputs, batchTargets, inTargetUnits, partName } from './batch-graph.ts'
import type { Experiment, ScoredModel } from './experiment.ts'
import { inputUnits, type Layout } from './layout.ts'

/** What stands before the names of the sums that metrics are made of. */
export const metricPrefix = 'metric/'

/**
 * The sums of loss, of examples classified right and of metrics over a batch, in inference mode, with
 * the tensors that stand under a prefix.
 */
export function scoringProgram(
  { model, loss, data, metrics = [] }: ScoredModel,
  layout: Layout,
  dataset: Dataset,
  batchSize: number,
  prefix = '',
): Program {
  const { tensors } = inputUnits(layout, prefix)
  const scored = { ...data, train: dataset }
  const inputs = batchInputs(model, scored, batchSize)
  const applied = applyModel(model, inputs, { leaf: name => tensors[name]! })
  const { losses, correct } = scoresOf(loss, applied, scored, batchSize)
  const sums = metricSums(metrics, answersOf(loss, applied, scored, batchSize))
  return optimised(
    pureProgram({
      loss: sum(losses),
      ...(correct ? { correct: sum(correct) } : {}),
      ...prefixNamed(metricPrefix, sums),
    }),
  )
}

/** Every metric that fits a model and its loss, with its defaults. */
export function metricsFor({ model, loss, data }: ScoredModel): MetricConfig[] {
  const applied = applyModel(model, batchInputs(model, data, 1))
  return fittingMetrics(answersOf(loss, applied, data, 1))
}

/** A batch as metrics see it: numbers in the unit in which the targets were given. */
export function answersOf(
  loss: Experiment['loss'],
  { output }: Pick<AppliedModel, 'output'>,
  data: DataSource,
  batchSize: number,
): Answers {
  const task = taskOf(loss)
  const { targetNormalization: _, ...raw } = data
  const targets = batchTargets(raw, batchSize)
  return { task, output: task === 'numbers' ? inTargetUnits(data, output) : output, targets }
}

/** The loss of each example of a batch, and whether it is classified right, where anything is. */
export function scoresOf(
  loss: Experiment['loss'],
  { output, outputs }: AppliedModel,
  data: DataSource,
  batchSize: number,
) {
  const targets = batchTargets(data, batchSize)
  const more = mapNamed(data.train.more ?? {}, ({ shape, dtype }, name) =>
    input(partName(name), [batchSize, ...shape.slice(1)], dtype),
  )
  return withOrigin({ kind: 'loss', path: loss.kind }, () => ({
    losses: lossPerExample(loss, output, targets, { outputs, more }),
    correct: lossRowOf(mainLoss(loss)).isCorrect?.(output, targets),
  }))
}
