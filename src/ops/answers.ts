import { isFloat } from '../base/index.ts'
import { argMax, cast, equal, less, type Value } from '../ir/index.ts'

/**
 * The class that is wanted of each row: an index as it is, of shares the greatest.
 * Shapes: targets [...] class indices, or [..., K] shares; scores [..., K] -> [...] int32.
 */
export function wantedClasses(targets: Value, scores: Value): Value {
  const isIndex = targets.shape.length === scores.shape.length - 1
  return isIndex ? cast(targets, 'int32') : argMax(targets)
}

/**
 * Whether the greatest score of each row is that of the class that is wanted; of equal ones the first.
 * Shapes: scores [..., K]; targets as `wantedClasses` -> [...] bool.
 */
export function areRightClasses(scores: Value, targets: Value): Value {
  return equal(argMax(scores), wantedClasses(targets, scores))
}

/** Whether each label is answered to hold: `logit > 0`, more probable than not. Shapes: [...] -> [...] bool. */
export function answeredLabels(logits: Value): Value {
  return less(0, logits)
}

/** Whether each label is wanted to hold: `target > 1/2`. Shapes: [...] -> [...] bool. */
export function wantedLabels(targets: Value): Value {
  return less(0.5, isFloat(targets.dtype) ? targets : cast(targets, 'float32'))
}

/** Whether each label is answered as it is wanted. Shapes: both [..., D] -> [..., D] bool. */
export function areRightLabels(logits: Value, targets: Value): Value {
  return equal(answeredLabels(logits), wantedLabels(targets))
}
