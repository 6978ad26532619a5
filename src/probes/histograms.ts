import { sizeOf } from '../base/index.ts'
import {
  add,
  broadcast,
  cast,
  concat,
  constant,
  div,
  floor,
  less,
  mul,
  neg,
  reshape,
  scatterAdd,
  slice,
  sqrt,
  type Value,
  where,
} from '../ir/index.ts'
import type { Figure } from './pack.ts'
import type { Distribution } from './signals.ts'

/**
 * Where the bins of a histogram are: between numbers, as far below 0 as above it, or 4 root mean squares to
 * each side, by the sum of so many squares.
 */
export type BinRange =
  | readonly [low: number, high: number]
  | { readonly high: Value }
  | { readonly squares: Value; readonly count: number }

/** Elements of a tensor and the range of their bins, before they are counted. */
export interface Uncounted {
  readonly elements: Value
  readonly range: BinRange
}

/**
 * The elements of a tensor among bins of equal width over a range, for `countsOf`. Of a tensor with more
 * elements than `most` only as many rows of its first axis are taken.
 */
export function histogramOf(
  x: Value,
  range: BinRange,
  most = 2 ** 18,
): Distribution<Value | Figure, Uncounted> {
  const taken = firstRows(x, most)
  const counts = { elements: reshape(taken, [sizeOf(taken.shape)]), range }
  if ('high' in range) return { low: neg(range.high), high: range.high, counts }
  if ('squares' in range) {
    const { squares, count } = range
    const end = (total: number) => (total > 0 ? 4 * Math.sqrt(total / count) : 1)
    return {
      low: { of: [squares], read: total => -end(total) },
      high: { of: [squares], read: end },
      counts,
    }
  }
  const [low, high] = range
  return { low: constant(low, x.dtype), high: constant(high, x.dtype), counts }
}

/**
 * How many elements are in each bin, for several tensors at once: what is the same for all is one op in
 * place of many. What lies outside is in the first or the last bin, and what is no number in the last.
 */
export function countsOf(tensors: readonly Uncounted[], bins: number): Value[] {
  const scaled = placed(tensors, bins)
  const shifts = tensors.map(({ range }) =>
    'length' in range ? (-range[0] * bins) / (range[1] - range[0]) : bins / 2,
  )
  const place = floor(add(concat(scaled), stretched(scaled, shifts)))
  const last = bins - 1
  // Not by min and max: what is no number has to end in some bin, since it is an index.
  const bin = where(less(place, last), where(less(0, place), place, 0), last)
  const firstBins = stretched(
    scaled,
    scaled.map((_, i) => i * bins),
  )
  const ones = broadcast(constant(1, place.dtype), place.shape)
  const counts = scatterAdd(ones, cast(add(bin, firstBins), 'int32'), bins * tensors.length)
  return tensors.map((_, i) => slice(counts, [i * bins], [(i + 1) * bins]))
}

/** Elements in widths of a bin. */
function placed(tensors: readonly Uncounted[], bins: number): Value[] {
  const bySquares = tensors.flatMap(({ range }) => ('squares' in range ? [range] : []))
  const scales = bySquares.length > 0 ? scalesOf(bySquares, bins) : undefined
  let next = 0
  return tensors.map(({ elements, range }) => {
    if ('squares' in range) return mul(elements, slice(scales!, [next], [++next]))
    return mul(elements, 'high' in range ? div(bins / 2, range.high) : bins / (range[1] - range[0]))
  })
}

/** Bins in a unit of each of several tensors, as one vector. */
function scalesOf(
  ranges: readonly { readonly squares: Value; readonly count: number }[],
  bins: number,
): Value {
  const squares = concat(ranges.map(range => reshape(range.squares, [1])))
  const shares = constant(
    ranges.map(({ count }) => 1 / count),
    squares.dtype,
  )
  const { high } = rangeOf(sqrt(mul(squares, shares)))
  return div(bins / 2, high)
}

/** A number of each tensor for each of its elements, or one where all have the same. */
function stretched(tensors: readonly Value[], numbers: readonly number[]): Value {
  const { dtype } = tensors[0]!
  if (new Set(numbers).size === 1) return constant(numbers[0]!, dtype)
  return concat(tensors.map(({ shape }, i) => broadcast(constant(numbers[i]!, dtype), shape)))
}

/** From 4 root mean squares below 0 to 4 above; -1 to 1 where all is 0. */
export function rangeOf(rms: Value): { readonly high: Value } {
  return { high: where(less(0, rms), mul(4, rms), 1) }
}

function firstRows(x: Value, most: number): Value {
  const [rows = 1, ...rest] = x.shape
  const taken = Math.max(1, Math.floor(most / sizeOf(rest)))
  if (taken >= rows) return x
  return slice(x, [0, ...rest.map(() => 0)], [taken, ...rest])
}
