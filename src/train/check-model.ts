import { formatShape, isFloat, type NumericArray, ShapeError } from '../base/index.ts'
import { rowsOf, splitsOf } from '../data/index.ts'
import { metricSums } from '../inspect/index.ts'
import { describeOrigin } from '../ir/index.ts'
import { applyModel } from '../nn/index.ts'
import { batchInputs } from './batch-graph.ts'
import type { Experiment, ScoredModel } from './experiment.ts'
import { answersOf, scoresOf } from './scoring.ts'

/**
 * Checks that a model's output fits its loss and the targets.
 * Throws ShapeError when it does not, or when a class has no output, whose loss would be 0; ConfigError when
 * a metric does not fit.
 */
export function checkOutput({ model, loss, data, metrics = [] }: ScoredModel): void {
  const applied = applyModel(model, batchInputs(model, data, 1))
  const { output } = applied
  scoresOf(loss, applied, data, 1)
  metricSums(metrics, answersOf(loss, applied, data, 1))
  for (const [, { name, targets, classes }] of splitsOf(data)) {
    if (isFloat(targets.dtype) || targets.shape.length >= output.shape.length) continue
    const needed = classes ?? 1 + greatest(targets.data)
    if (output.shape.at(-1)! < needed)
      throw new ShapeError({
        who: loss.kind,
        expected: `[B, ${needed}], an output for each class of dataset "${name}"`,
        received: formatShape(['B', ...output.shape.slice(1)]),
        from: `output of ${describeOrigin(output.origin, output.op)}`,
      })
  }
}

/**
 * Checks that a model can be trained on every batch of an epoch, of which the last may be smaller.
 * Throws ShapeError when a layer refuses one, as batch normalisation does a single example.
 */
export function checkBatches({
  model,
  data,
  batchSize,
}: Pick<Experiment, 'model' | 'data' | 'batchSize'>): void {
  const rest = rowsOf(data.train) % batchSize
  for (const size of rest > 0 ? [batchSize, rest] : [batchSize])
    applyModel(model, batchInputs(model, data, size), { isTraining: true })
}

function greatest(labels: NumericArray): number {
  let most = 0
  for (const label of labels) most = Math.max(most, label)
  return most
}
