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
  type Value,
  where,
} from '../ir/index.ts'
import type { Distribution } from './signals.ts'

/** Where the bins of a histogram are: between numbers, or as far below 0 as above it. */
export type BinRange = readonly [low: number, high: number] | { readonly high: Value }

/** Elements of a tensor with what brings them among bins, before they are counted. */
export interface Places {
  /** The first bin is from 0 to 1, once `shift` is added. */
  readonly scaled: Value
  readonly shift: number
}

/**
 * The elements of a tensor among bins of equal width over a range, for `countsOf`. Of a tensor with more
 * elements than `most` only as many rows of its first axis are taken.
 */
export function placesOf(
  x: Value,
  range: BinRange,
  bins: number,
  most = 2 ** 18,
): Distribution<Value, Places> {
  const taken = firstRows(x, most)
  const flat = reshape(taken, [sizeOf(taken.shape)])
  if ('high' in range) {
    const { high } = range
    const scaled = mul(flat, div(bins / 2, high))
    return { low: neg(high), high, counts: { scaled, shift: bins / 2 } }
  }
  const [low, high] = range
  const scale = bins / (high - low)
  return {
    low: constant(low, x.dtype),
    high: constant(high, x.dtype),
    counts: { scaled: mul(flat, scale), shift: -low * scale },
  }
}

/**
 * How many elements are in each bin, for several tensors at once: what is the same for all is one op in
 * place of many. What lies outside is in the first or the last bin, and what is no number in the last.
 */
export function countsOf(tensors: readonly Places[], bins: number): Value[] {
  const place = floor(add(concat(tensors.map(({ scaled }) => scaled)), stretched(tensors, 'shift')))
  const last = bins - 1
  // Not by min and max: what is no number has to end in some bin, since it is an index.
  const bin = where(less(place, last), where(less(0, place), place, 0), last)
  const firsts = tensors.map(({ scaled }, i) => ({ scaled, first: i * bins }))
  const ones = broadcast(constant(1, place.dtype), place.shape)
  const index = cast(add(bin, stretched(firsts, 'first')), 'int32')
  const counts = scatterAdd(ones, index, bins * tensors.length)
  return tensors.map((_, i) => slice(counts, [i * bins], [(i + 1) * bins]))
}

/** A number of each tensor for each of its elements, or one where all have the same. */
function stretched<K extends string>(
  tensors: readonly ({ readonly scaled: Value } & { readonly [name in K]: number })[],
  name: K,
): Value {
  const numbers = tensors.map(tensor => tensor[name])
  const { dtype } = tensors[0]!.scaled
  if (new Set(numbers).size === 1) return constant(numbers[0]!, dtype)
  return concat(
    tensors.map(({ scaled }, i) => broadcast(constant(numbers[i]!, dtype), scaled.shape)),
  )
}

/** From 4 root mean squares below 0 to 4 above; -1 to 1 where all is 0. */
export function rangeOf(rms: Value): BinRange {
  return { high: where(less(0, rms), mul(4, rms), 1) }
}

function firstRows(x: Value, most: number): Value {
  const [rows = 1, ...rest] = x.shape
  const taken = Math.max(1, Math.floor(most / sizeOf(rest)))
  if (taken >= rows) return x
  return slice(x, [0, ...rest.map(() => 0)], [taken, ...rest])
}
