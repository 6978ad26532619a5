import { sizeOf } from '../base/index.ts'
import { reshape, slice, type Value } from '../ir/index.ts'
import { type Figure, figureOf, type Measured } from './pack.ts'
import type { Distribution } from './signals.ts'

/** Where the bins of a histogram are: between numbers, or 4 root mean squares to each side. */
export type BinRange = readonly [low: number, high: number] | { readonly rms: Measured }

/** How a tensor is counted. */
export interface BinPlan {
  readonly bins: number
  /** Elements that are counted at most: of a larger tensor only as many rows of its first axis. */
  readonly most: number
}

/** The elements of a tensor among bins of equal width, counted when they are read. */
export function histogramOf(
  x: Value,
  range: BinRange,
  { bins, most }: BinPlan,
): Distribution<Figure, Figure<number[]>> {
  const elements = firstRows(x, most)
  const [low, high] = endsOf(range)
  return {
    low,
    high,
    counts: {
      of: [elements, ...high.of],
      read: all => countsOf(all.of(elements), low.read(all), high.read(all), bins),
    },
  }
}

/**
 * How many numbers are in each bin from `low` to `high`. What lies outside is in the first or the last
 * bin, and what is no number in the last.
 */
export function countsOf(
  numbers: ArrayLike<number>,
  low: number,
  high: number,
  bins: number,
): number[] {
  const counts = new Array<number>(bins).fill(0)
  const perUnit = bins / (high - low)
  for (let i = 0; i < numbers.length; i++) {
    const place = Math.floor((numbers[i]! - low) * perUnit)
    counts[place < 0 ? 0 : place < bins ? place : bins - 1]!++
  }
  return counts
}

/** From -1 to 1 where all is 0. */
function endsOf(range: BinRange): [low: Figure, high: Figure] {
  if (!('rms' in range)) {
    const [low, high] = range
    return [
      { of: [], read: () => low },
      { of: [], read: () => high },
    ]
  }
  const { of, read } = figureOf(range.rms)
  const high: Figure['read'] = elements => 4 * read(elements) || 1
  return [
    { of, read: elements => -high(elements) },
    { of, read: high },
  ]
}

function firstRows(x: Value, most: number): Value {
  const [rows = 1, ...rest] = x.shape
  const taken = Math.max(1, Math.floor(most / sizeOf(rest)))
  const some = taken >= rows ? x : slice(x, [0, ...rest.map(() => 0)], [taken, ...rest])
  return reshape(some, [1, sizeOf(some.shape)])
}
