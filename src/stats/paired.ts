import { ConfigError } from '../base/index.ts'
import { type Estimate, estimate, tProbability, tQuantile } from './statistics.ts'

/** The mean of differences of numbers that belong together two by two, and how likely chance makes it. */
export interface PairedDifference extends Estimate {
  /** The probability of a mean at least as far from 0 when there is no difference; absent for one pair. */
  readonly p?: number
}

/** How exact the numbers are. */
export interface PairedOptions {
  /**
   * The least step between two numbers, such as 1 / N for a share of N examples; default 0. Chance is
   * never taken to be less than it: equal differences by luck of a coarse scale prove nothing.
   */
  readonly resolution?: number
}

/**
 * The mean of `b[i] - a[i]` with its 95 % interval and the p of the paired t test. What both numbers of a
 * pair share, such as a seed and the order of the data, falls out, so that the interval is narrower than
 * that of two independent means where it matters.
 * `mean +- t(0.975, n - 1) * max(sd, resolution / sqrt(6)) / sqrt(n)`; two numbers rounded to multiples of a
 * resolution differ by errors of that deviation.
 * Throws ConfigError unless there are as many numbers on both sides, at least one.
 * Source: Student, "The probable error of a mean" (1908), section IX; Sheppard (1898) for the rounding.
 */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
  { resolution = 0 }: PairedOptions = {},
): PairedDifference {
  if (a.length !== b.length || a.length === 0)
    throw new ConfigError({
      who: 'pairedDifference',
      expected: 'as many numbers on both sides, at least one',
      received: `${a.length} and ${b.length}`,
    })
  const { n, mean, sd } = estimate(b.map((value, i) => value - a[i]!))
  if (sd === undefined) return { n, mean }
  const error = Math.max(sd, resolution / Math.sqrt(6)) / Math.sqrt(n)
  const halfWidth = tQuantile(0.975, n - 1) * error
  const p = error === 0 ? Number(mean === 0) : 1 - tProbability(mean / error, n - 1)
  return { n, mean, sd, halfWidth, p }
}

/**
 * The p values of several tests, each raised so that all that stay below a level are wrong together with
 * at most that probability, whatever the tests have in common.
 * `max over the smaller ones of min(1, (m - rank) * p)`, rank counted from 0.
 * Source: Holm, "A simple sequentially rejective multiple test procedure" (1979).
 */
export function holm(values: readonly number[]): number[] {
  const order = [...values.keys()].sort((i, j) => values[i]! - values[j]!)
  const adjusted: number[] = new Array(values.length)
  let greatest = 0
  for (const [rank, place] of order.entries()) {
    greatest = Math.max(greatest, Math.min(1, (values.length - rank) * values[place]!))
    adjusted[place] = greatest
  }
  return adjusted
}
