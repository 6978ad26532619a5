import type { Bar } from '../charts/index.ts'
import { estimate } from '../stats/index.ts'
import type { Estimated } from './interval.ts'

/** The bar of a mean with the whiskers of its interval, and the figure of the source to compare it with. */
export function barOf(name: string, { mean, halfWidth = 0 }: Estimated, reference?: number): Bar {
  return {
    name,
    value: mean,
    low: mean - halfWidth,
    high: mean + halfWidth,
    ...(reference === undefined ? {} : { reference }),
  }
}

/** A curve through the means of the seeds, of which each has as many numbers; x counts from 1, or as given. */
export function meanCurve(
  seeds: readonly (readonly number[])[],
  xs?: readonly number[],
): (readonly [x: number, y: number])[] {
  const [first = []] = seeds
  return first.map((_, i) => [xs?.[i] ?? i + 1, estimate(seeds.map(one => one[i]!)).mean] as const)
}
