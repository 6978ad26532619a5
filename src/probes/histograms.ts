import { sizeOf, tensorOf } from '../base/index.ts'
import { constant, gather, reshape, type Value } from '../ir/index.ts'
import { type Figure, figureOf, type Measured } from './pack.ts'
import type { Distribution } from './signals.ts'

/** Where the bins of a histogram are: between numbers, or 4 root mean squares to each side. */
export type BinRange = readonly [low: number, high: number] | { readonly rms: Measured }

/** How a tensor is counted. */
export interface BinPlan {
  readonly bins: number
  /** Which elements are counted of a tensor that is too large to count them all. */
  readonly sample: (x: Value) => Value
}

/** The elements of a tensor among bins of equal width, counted when they are read. */
export function histogramOf(
  x: Value,
  range: BinRange,
  { bins, sample }: BinPlan,
): Distribution<Figure, Figure<number[]>> {
  const elements = sample(x)
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

/** Steps of this share of a whole spread places over it evenly, however many there are. */
const goldenShare = (Math.sqrt(5) - 1) / 2

/** Takes at most so many elements of a tensor, from all over it. */
export function sampleOf(most: number): (x: Value) => Value {
  const placesIn = new Map<number, Value>()
  return x => {
    const size = sizeOf(x.shape)
    const row = reshape(x, [size])
    if (size <= most) return row
    const places =
      placesIn.get(size) ??
      constant(
        tensorOf(
          'int32',
          [most],
          Int32Array.from({ length: most }, (_, i) => Math.floor(((i * goldenShare) % 1) * size)),
        ),
      )
    placesIn.set(size, places)
    return gather(row, places)
  }
}
