import type { Named } from '../../src/base/index.ts'
import { cast, sum, transpose, type Value } from '../../src/ir/index.ts'
import {
  absoluteErrorPerElement,
  binaryCrossEntropyPerElement,
  crossEntropyPerRow,
  huberPerElement,
  klDivergencePerRow,
  mean,
  squaredErrorPerElement,
} from '../../src/ops/index.ts'
import type { Build } from './functions.ts'
import { type Attributes, choiceOf, numberOf } from './given.ts'

function reduced(losses: Value, attrs: Attributes): Named<Value> {
  const reductions = [mean, sum, (x: Value) => x]
  return { out: reductions[choiceOf(attrs, 'reduction', 'mean', 'sum', 'none')]!(losses) }
}

/** PyTorch's classes are axis 1, ours the last. */
function classesLast(x: Value): Value {
  const [batch, classes, ...rest] = x.shape.keys()
  return rest.length === 0 ? x : transpose(x, [batch!, ...rest, classes!])
}

/** Losses by the names of the golden cases. */
export const losses: Named<Build> = {
  crossEntropy(inputs, attrs) {
    const logits = inputs.get('logits')
    const target = inputs.get('target')
    const isIndex = target.shape.length < logits.shape.length
    const smoothing = numberOf(attrs, 'labelSmoothing', 0)
    const targets = isIndex ? target : classesLast(target)
    return reduced(
      crossEntropyPerRow(classesLast(logits), targets, { labelSmoothing: smoothing }),
      attrs,
    )
  },
  binaryCrossEntropyWithLogits(inputs, attrs) {
    const logits = inputs.get('logits')
    const targets = cast(inputs.get('target'), logits.dtype)
    return reduced(binaryCrossEntropyPerElement(logits, targets), attrs)
  },
  mse: (inputs, attrs) =>
    reduced(squaredErrorPerElement(inputs.get('input'), inputs.get('target')), attrs),
  l1: (inputs, attrs) =>
    reduced(absoluteErrorPerElement(inputs.get('input'), inputs.get('target')), attrs),
  huber: (inputs, attrs) =>
    reduced(
      huberPerElement(inputs.get('input'), inputs.get('target'), numberOf(attrs, 'delta', 1)),
      attrs,
    ),
  klDiv(inputs, attrs) {
    choiceOf(attrs, 'reduction', 'batchmean')
    return { out: mean(klDivergencePerRow(inputs.get('input'), inputs.get('target'))) }
  },
}
