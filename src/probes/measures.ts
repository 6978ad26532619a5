import { sizeOf } from '../base/index.ts'
import { cast, div, equal, mul, reshape, slice, sub, sum, type Value } from '../ir/index.ts'
import type { Elements, Figure, Measured } from './pack.ts'
import type { Spread } from './signals.ts'
import { meanOf, rmsOf, shareOf, silentUnits, spreadOf } from './statistics.ts'

/** How figures of tensors are worked out. */
export interface Measures {
  readonly mean: (x: Value) => Measured
  /** The share of elements for which a condition holds. */
  readonly share: (condition: Value, like: Value) => Measured
  /** The share of elements that are 0. */
  readonly zeros: (x: Value) => Measured
  /** Of units, [B, ...units], the share of those that are 0 for every example. */
  readonly silent: (x: Value) => Measured
  readonly rms: (x: Value) => Measured
  readonly norm: (x: Value) => Measured
  readonly spread: (x: Value) => Spread<Measured>
  /** `rms(x) / rms(y)` of tensors of one shape. */
  readonly ratio: (x: Value, y: Value) => Measured
}

/** Whatever the magnitude of the numbers, every figure a value of the graph. */
export const fullMeasures: Measures = {
  mean: meanOf,
  share: shareOf,
  zeros: x => shareOf(equal(x, 0), x),
  silent: x => shareOf(silentUnits(x), x),
  rms: rmsOf,
  norm: x => mul(rmsOf(x), Math.sqrt(sizeOf(x.shape))),
  spread: spreadOf,
  ratio: (x, y) => div(rmsOf(x), rmsOf(y)),
}

/**
 * In few ops: the graph has sums by columns alone, and what follows from them is worked out when they are
 * read. Squares that float32 loses are 0.
 */
export function thriftyMeasures(): Measures {
  const squaresOf = remembered(x => columnSums(mul(x, x)))
  const zerosOf = remembered(x => {
    const [examples = 1, ...units] = x.shape
    return sum(reshape(cast(equal(x, 0), x.dtype), [examples, sizeOf(units)]), 0, true)
  })
  const mean = (x: Value) => totalOf(columnSums(x), total => total / sizeOf(x.shape))
  const rms = (x: Value) => totalOf(squaresOf(x), squares => Math.sqrt(squares / sizeOf(x.shape)))
  return {
    mean,
    share: (condition, like) => mean(cast(condition, like.dtype)),
    zeros: x => totalOf(zerosOf(x), zeros => zeros / sizeOf(x.shape)),
    silent: x => silentShare(zerosOf(x), x.shape[0]!),
    rms,
    norm: x => totalOf(squaresOf(x), Math.sqrt),
    spread: shiftedSpread,
    ratio(x, y) {
      const of = [squaresOf(x), squaresOf(y)] as const
      return { of, read: elements => Math.sqrt(elements.total(of[0]) / elements.total(of[1])) }
    },
  }
}

const totalOf = (value: Value, read: (total: number) => number): Figure => ({
  of: [value],
  read: elements => read(elements.total(value)),
})

/** The share of units of which all examples are zeros. */
const silentShare = (zeros: Value, examples: number): Figure => ({
  of: [zeros],
  read(elements) {
    let silent = 0
    for (const count of elements.of(zeros)) if (count === examples) silent++
    return silent / sizeOf(zeros.shape)
  },
})

/**
 * By sums of distances from the first element, in one pass: squares of the numbers themselves lose a
 * spread that is small beside the mean. Source: Chan, Golub and LeVeque 1983, "shifted data".
 */
function shiftedSpread(x: Value): Spread<Figure> {
  const starts = x.shape.map(() => 0)
  const ends = x.shape.map(() => 1)
  const first = reshape(slice(x, starts, ends), [])
  const distances = sub(x, first)
  const sums = columnSums(distances)
  const squares = columnSums(mul(distances, distances))
  const of = [first, sums, squares]
  const count = sizeOf(x.shape)
  const mean = (elements: Elements) => elements.total(first) + elements.total(sums) / count
  const variance = (elements: Elements) =>
    Math.max(0, elements.total(squares) / count - (elements.total(sums) / count) ** 2)
  return {
    mean: { of, read: mean },
    std: { of, read: elements => Math.sqrt(variance(elements)) },
    rms: { of, read: elements => Math.sqrt(variance(elements) + mean(elements) ** 2) },
  }
}

/** Of so many columns, or all that there are: a product with ones is fast, and float32 adds up few rows. */
const leastColumns = 256

/** Sums by columns, [1, n], of so many last axes as are of enough columns. */
function columnSums(x: Value): Value {
  let columns = 1
  for (const size of x.shape.toReversed()) if (columns < leastColumns) columns *= size
  const rows = sizeOf(x.shape) / columns
  const table = reshape(x, [rows, columns])
  return rows === 1 ? table : sum(table, 0, true)
}

function remembered(of: (x: Value) => Value): (x: Value) => Value {
  const known = new Map<Value, Value>()
  return x => {
    const value = known.get(x) ?? of(x)
    known.set(x, value)
    return value
  }
}
