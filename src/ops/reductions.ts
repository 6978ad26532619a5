import { resolveAxis } from '../base/index.ts'
import { div, exp, mul, reduceMax, stopGradient, sub, sum, type Value } from '../ir/index.ts'

/** The mean over axes, or over all of them. */
export function mean(x: Value, axes?: number | readonly number[], keepAxes = false): Value {
  const list = axes === undefined ? [...x.shape.keys()] : [axes].flat()
  const count = list.reduce(
    (product, axis) => product * x.shape[resolveAxis(axis, x.shape.length, 'mean')]!,
    1,
  )
  return mul(sum(x, axes, keepAxes), 1 / count)
}

/** x less its greatest along an axis: the same softmax, and no overflow. */
function centred(x: Value, axis: number): Value {
  return sub(x, stopGradient(reduceMax(x, axis, true)))
}

/** `e^x / sum(e^x)` along an axis; stable for any finite x. */
export function softmax(x: Value, axis = -1): Value {
  const e = exp(centred(x, axis))
  return div(e, sum(e, axis, true))
}
