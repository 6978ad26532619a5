import { sizeOf } from '../base/index.ts'
import {
  abs,
  add,
  cast,
  constant,
  div,
  equal,
  less,
  mul,
  neg,
  reduceMax,
  sqrt,
  sub,
  sum,
  type Value,
  where,
} from '../ir/index.ts'
import type { Spread } from './signals.ts'

/**
 * Mean, standard deviation (divided by n) and root mean square over all elements. Numbers are divided by
 * the greatest magnitude before they are squared: a gradient of 1e-30 is not lost, nor one of 1e30.
 */
export function spreadOf(x: Value): Spread<Value> {
  const { unit, scaled } = inUnits(x)
  const centre = meanOf(scaled)
  const distance = sub(scaled, centre)
  const variance = meanOf(mul(distance, distance))
  const square = add(variance, mul(centre, centre))
  const [average, std, rms] = [centre, sqrt(variance), sqrt(square)].map(y => mul(y, unit))
  return { mean: average!, std: std!, rms: rms! }
}

/** `sqrt(mean(x^2))`, whatever the magnitude of x. */
export function rmsOf(x: Value): Value {
  const { unit, scaled } = inUnits(x)
  return mul(sqrt(meanOf(mul(scaled, scaled))), unit)
}

function inUnits(x: Value): { unit: Value; scaled: Value } {
  const greatest = reduceMax(abs(x))
  // 0 where all are 0; NaN stays NaN, for it is equal to nothing.
  const unit = where(equal(greatest, 0), 1, greatest)
  return { unit, scaled: div(x, unit) }
}

/** The mean of all elements. */
export function meanOf(x: Value): Value {
  return mul(sumOf(x), 1 / sizeOf(x.shape))
}

/** The sum of all elements, by columns first: long sums of float32 lose digits. */
function sumOf(x: Value): Value {
  const rank = x.shape.length
  if (rank < 2) return sum(x)
  return sum(
    sum(
      x,
      x.shape.slice(0, -1).map((_, axis) => axis),
    ),
  )
}

/** The share of elements for which a condition holds. */
export function shareOf(condition: Value, like: Value): Value {
  return meanOf(cast(condition, like.dtype))
}

/** Of units, [B, ...units], whether each is 0 for every example. */
export function silentUnits(x: Value): Value {
  return equal(reduceMax(abs(x), 0), 0)
}

/** Halvings of the interval in which a median is sought: to a millionth of the greatest element. */
const halvings = 20

/**
 * The median of elements that are not negative: by bisection, since engines then need no sorting, and
 * in the end the least element of the half above.
 */
export function medianOf(x: Value): Value {
  let low: Value = constant(0, x.dtype)
  let high: Value = reduceMax(x)
  for (let i = 0; i < halvings; i++) {
    const middle = mul(0.5, add(low, high))
    const isAbove = less(shareOf(less(x, middle), x), 0.5)
    low = where(isAbove, middle, low)
    high = where(isAbove, high, middle)
  }
  return neg(reduceMax(where(less(x, low), neg(high), neg(x))))
}
