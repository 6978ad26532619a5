import { DTypeError, formatShape, ShapeError, sameShape } from '../base/index.ts'
import { add, cast, logSoftmax, mul, neg, oneHot, sub, sum, type Value } from '../ir/index.ts'
import { softplus } from './activations.ts'

/**
 * Cross-entropy of each row from its logits: `-sum(target * logSoftmax(logits))`, in nats.
 * Shapes: logits [B, K]; targets [B] class indices, or [B, K] probabilities -> [B].
 * `labelSmoothing` moves that share of each target evenly to all classes.
 * Throws ShapeError when the targets are neither. Source: as PyTorch's cross_entropy.
 */
export function crossEntropyPerRow(logits: Value, targets: Value, labelSmoothing = 0): Value {
  const classes = logits.shape.at(-1)!
  const isIndex = targets.shape.length === logits.shape.length - 1
  const hard = isIndex ? oneHot(asIndex(targets), classes, logits.dtype) : targets
  requireSameShape('crossEntropy', logits, hard)
  const soft =
    labelSmoothing === 0 ? hard : add(mul(1 - labelSmoothing, hard), labelSmoothing / classes)
  return neg(sum(mul(soft, logSoftmax(logits)), -1))
}

/** Class indices of any integer type as int32. */
function asIndex(targets: Value): Value {
  if (targets.dtype === 'float32' || targets.dtype === 'float64')
    throw new DTypeError({
      who: 'crossEntropy',
      expected: 'integer class indices [B], or probabilities [B, K]',
      received: `${targets.dtype} ${formatShape(targets.shape)}`,
    })
  return targets.dtype === 'int32' ? targets : cast(targets, 'int32')
}

/**
 * Binary cross-entropy of each element from its logit: `softplus(x) - x * target`, in nats.
 * Shapes: logits and targets [..., D] -> [..., D].
 */
export function binaryCrossEntropyPerElement(logits: Value, targets: Value): Value {
  requireSameShape('binaryCrossEntropy', logits, targets)
  return sub(softplus(logits), mul(logits, targets))
}

/** `(prediction - target)^2` of each element. Shapes: both [..., D] -> [..., D]. */
export function squaredErrorPerElement(predictions: Value, targets: Value): Value {
  requireSameShape('mse', predictions, targets)
  const difference = sub(predictions, targets)
  return mul(difference, difference)
}

function requireSameShape(who: string, a: Value, b: Value): void {
  if (!sameShape(a.shape, b.shape))
    throw new ShapeError({
      who,
      expected: `targets of shape ${formatShape(a.shape)}`,
      received: formatShape(b.shape),
    })
}
