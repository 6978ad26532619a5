import { sizeOf } from '../base/index.ts'
import {
  abs,
  add,
  broadcast,
  cast,
  constant,
  div,
  equal,
  floor,
  less,
  mul,
  neg,
  type Operand,
  reduceMax,
  reshape,
  scatterAdd,
  slice,
  sqrt,
  sub,
  sum,
  type Value,
  where,
} from '../ir/index.ts'
import { mean } from '../ops/index.ts'
import type { Distribution, Spread } from './signals.ts'

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

/** `sqrt(mean(x^2))` in two passes; below 1e-19 the squares are lost in float32, and it is 0. */
export function plainRmsOf(x: Value): Value {
  return sqrt(meanOf(mul(x, x)))
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

/** The mean of all elements, by columns first: long sums of float32 lose digits. */
export function meanOf(x: Value): Value {
  const rank = x.shape.length
  if (rank < 2) return mean(x)
  const columns = sum(
    x,
    x.shape.slice(0, -1).map((_, axis) => axis),
  )
  return mul(sum(columns), 1 / sizeOf(x.shape))
}

/** The share of elements for which a condition holds. */
export function shareOf(condition: Value, like: Value): Value {
  return meanOf(cast(condition, like.dtype))
}

/** The share of units, [B, ...units], that are 0 for every example. */
export function silentUnits(x: Value): Value {
  return shareOf(equal(reduceMax(abs(x), 0), 0), x)
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

/**
 * Counts in bins of equal width from `low` to `high`; what lies outside is in the first or the last bin.
 * Of a tensor with more elements than `most` only as many rows of its first axis are counted.
 */
export function histogramOf(
  x: Value,
  { low, high }: { readonly low: Operand; readonly high: Operand },
  bins: number,
  most = 2 ** 18,
): Distribution<Value, Value> {
  const counted = flat(firstRows(x, most))
  const place = floor(mul(sub(counted, low), div(bins, sub(asValue(high, x), low))))
  const last = bins - 1
  // Not by min and max: what is no number has to end in some bin, since it is an index.
  const index = where(less(place, last), where(less(0, place), place, 0), last)
  const ones = broadcast(constant(1, x.dtype), counted.shape)
  return {
    low: asValue(low, x),
    high: asValue(high, x),
    counts: scatterAdd(ones, cast(index, 'int32'), bins),
  }
}

/** From 4 root mean squares below 0 to 4 above; -1 to 1 where all is 0. */
export function rangeOf(rms: Value): { low: Value; high: Value } {
  const high = where(less(0, rms), mul(4, rms), 1)
  return { low: neg(high), high }
}

function firstRows(x: Value, most: number): Value {
  const [rows = 1, ...rest] = x.shape
  const taken = Math.max(1, Math.floor(most / sizeOf(rest)))
  if (taken >= rows) return x
  return slice(x, [0, ...rest.map(() => 0)], [taken, ...rest])
}

const flat = (x: Value): Value => reshape(x, [sizeOf(x.shape)])

const asValue = (x: Operand, like: Value): Value =>
  typeof x === 'number' ? constant(x, like.dtype) : x
