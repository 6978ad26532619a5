import type { Estimate } from '../stats/index.ts'

/** A mean, or a difference of means, with half its 95 % interval where it has one. */
export type Estimated = Pick<Estimate, 'mean' | 'halfWidth'>

/** Whether the whole interval of a mean lies above a bound; one number has no interval and never does. */
export function isAbove(
  { mean, halfWidth = Number.POSITIVE_INFINITY }: Estimated,
  bound = 0,
): boolean {
  return mean - halfWidth > bound
}

/** Whether the whole interval of a mean lies below a bound; one number has no interval and never does. */
export function isBelow(
  { mean, halfWidth = Number.POSITIVE_INFINITY }: Estimated,
  bound = 0,
): boolean {
  return mean + halfWidth < bound
}
