import type { Histogram } from './chart.ts'
import { within } from './curves.ts'
import type { Scale } from './scale.ts'

/**
 * The share of a histogram that is in each of so many columns of equal width on a scale. Counts are
 * taken to be spread evenly over their bins; what is outside of the scale is left out.
 */
export function rebinned({ edges, counts }: Histogram, scale: Scale, columns: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0)
  const shares = new Array<number>(columns).fill(0)
  counts.forEach((count, bin) => {
    const from = scale.place(edges[bin]!) * columns
    const to = scale.place(edges[bin + 1]!) * columns
    const first = Math.max(0, Math.floor(from + 1e-9))
    for (let i = first; i < Math.min(columns, to - 1e-9); i++) {
      const overlap = Math.min(i + 1, to) - Math.max(i, from)
      shares[i]! += ((count / total) * overlap) / (to - from)
    }
  })
  return shares
}

/** A number of columns in which every bin has as many as every other, as close to `most` as can be. */
export function columnsFor(bins: number, most: number): number {
  return bins <= most ? bins * Math.floor(most / bins) : most
}

/** Bins as places on a scale; bars as high as `heights`, the highest 1, have areas as the counts are. */
export interface Outline {
  readonly places: readonly number[]
  readonly heights: readonly number[]
  /** The share of all counts that is in the highest bin: `6.2 %`. */
  readonly peak: string
}

/** The outline of a histogram on a scale, bins of any width. */
export function outlineOf({ edges, counts }: Histogram, scale: Scale): Outline {
  const places = edges.map(edge => within(scale.place(edge)))
  const densities = counts.map((count, i) => {
    const width = places[i + 1]! - places[i]!
    return width > 0 ? count / width : 0
  })
  const highest = Math.max(...densities)
  const total = counts.reduce((sum, count) => sum + count, 0)
  const share = (100 * counts[densities.indexOf(highest)]!) / total
  return {
    places,
    heights: densities.map(density => (highest > 0 ? density / highest : 0)),
    peak: `${share.toFixed(share < 9.95 ? 1 : 0)} %`,
  }
}
