import { DTypeError, formatShape, isFloat, ShapeError, sameShape } from '../base/index.ts'
import {
  abs,
  add,
  cast,
  less,
  log,
  logSoftmax,
  max,
  min,
  mul,
  neg,
  type Operand,
  oneHot,
  relu,
  sub,
  sum,
  type Value,
  where,
} from '../ir/index.ts'
import { softplusTail } from './activations.ts'

/** How a cross-entropy treats its targets. */
export interface CrossEntropyOptions {
  /** The share of each target that is moved evenly to all classes. */
  readonly labelSmoothing?: number
  /** The weight of each class, [K]. */
  readonly classWeights?: Operand
}

/**
 * Cross-entropy of each row from its logits: `-sum(weight * target * logSoftmax(logits))`, in nats.
 * Shapes: logits [..., K]; targets [...] class indices, or [..., K] probabilities -> [...].
 * Throws ShapeError when the targets are neither. Source: as PyTorch's cross_entropy without reduction.
 */
export function crossEntropyPerRow(
  logits: Value,
  targets: Value,
  { labelSmoothing = 0, classWeights }: CrossEntropyOptions = {},
): Value {
  const classes = logits.shape.at(-1)!
  const hard = asShares('crossEntropy', logits, targets)
  const soft =
    labelSmoothing === 0 ? hard : add(mul(1 - labelSmoothing, hard), labelSmoothing / classes)
  const weighted = classWeights === undefined ? soft : mul(soft, classWeights)
  return neg(sum(mul(weighted, logSoftmax(logits)), -1))
}

/** Targets as shares of the classes: indices become 1 at theirs. */
function asShares(who: string, logits: Value, targets: Value): Value {
  const isIndex = targets.shape.length === logits.shape.length - 1
  const shares = isIndex
    ? oneHot(asIndex(who, targets), logits.shape.at(-1)!, logits.dtype)
    : targets
  requireSameShape(who, logits, shares)
  return isFloat(shares.dtype) ? shares : cast(shares, logits.dtype)
}

const indices = 'integer class indices [B]'

/** Class indices of any integer type as int32. */
function asIndex(who: string, targets: Value): Value {
  if (isFloat(targets.dtype))
    throw new DTypeError({
      who,
      expected: who === 'hinge' ? indices : `${indices}, or probabilities [B, K]`,
      received: `${targets.dtype} ${formatShape(targets.shape)}`,
    })
  return targets.dtype === 'int32' ? targets : cast(targets, 'int32')
}

/**
 * How far each row of log-probabilities is from the target distribution, in nats:
 * `sum(target * (ln target - logProbabilities))`, where a target of 0 counts 0.
 * Shapes: both [..., K] -> [...]. Source: as PyTorch's kl_div, summed over the classes.
 */
export function klDivergencePerRow(logProbabilities: Value, targets: Value): Value {
  requireSameShape('klDivergence', logProbabilities, targets)
  const isPositive = less(0, targets)
  const logTargets = log(where(isPositive, targets, 1))
  return sum(where(isPositive, mul(targets, sub(logTargets, logProbabilities)), 0), -1)
}

/**
 * How much each row's other scores come within `margin` of the score of its class, or above:
 * `sum over j other than y of max(0, margin - score_y + score_j) / K`; where it is 0 so is the gradient.
 * Shapes: scores [..., K]; targets [...] class indices -> [...].
 * Source: Weston and Watkins, "Support vector machines for multi-class pattern recognition" (1999), over K
 * as PyTorch's multi_margin_loss; Crammer and Singer take the greatest instead of the sum.
 */
export function hingePerRow(scores: Value, targets: Value, margin = 1): Value {
  const hot = oneHot(asIndex('hinge', targets), scores.shape.at(-1)!, scores.dtype)
  requireSameShape('hinge', scores, hot)
  const own = sum(mul(hot, scores), -1, true)
  const over = relu(add(sub(scores, own), margin))
  return mul(sum(mul(sub(1, hot), over), -1), 1 / scores.shape.at(-1)!)
}

/**
 * Binary cross-entropy of each element from its logit, in nats: `softplus(x) - x * target`, computed as
 * `ln(1 + e^-|x|) + (max(x, 0) - x * target)`, whose second term is exactly 0 for a confident right
 * answer. In this order the gradient adds up to the last bits too.
 * Shapes: logits and targets [..., D] -> [..., D].
 */
export function binaryCrossEntropyPerElement(logits: Value, targets: Value): Value {
  requireSameShape('binaryCrossEntropy', logits, targets)
  return add(softplusTail(logits), sub(max(logits, 0), mul(logits, targets)))
}

/** `(prediction - target)^2` of each element. Shapes: both [..., D] -> [..., D]. */
export function squaredErrorPerElement(predictions: Value, targets: Value): Value {
  requireSameShape('meanSquaredError', predictions, targets)
  const difference = sub(predictions, targets)
  return mul(difference, difference)
}

/** `|prediction - target|` of each element; the gradient at 0 is 0. Shapes: both [..., D] -> [..., D]. */
export function absoluteErrorPerElement(predictions: Value, targets: Value): Value {
  requireSameShape('meanAbsoluteError', predictions, targets)
  return abs(sub(predictions, targets))
}

/**
 * Quadratic up to `delta` from the target and linear beyond:
 * `|e| <= delta ? e^2 / 2 : delta * (|e| - delta / 2)`.
 * Shapes: both [..., D] -> [..., D]. Source: Huber (1964); as PyTorch's huber_loss.
 */
export function huberPerElement(predictions: Value, targets: Value, delta = 1): Value {
  requireSameShape('huber', predictions, targets)
  const distance = abs(sub(predictions, targets))
  const near = min(distance, delta)
  return mul(near, sub(distance, mul(0.5, near)))
}

function requireSameShape(who: string, a: Value, b: Value): void {
  if (!sameShape(a.shape, b.shape))
    throw new ShapeError({
      who,
      expected: `targets of shape ${formatShape(a.shape)}`,
      received: formatShape(b.shape),
    })
}
