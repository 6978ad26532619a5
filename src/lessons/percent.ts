import type { Estimated } from './interval.ts'

/** A share in percent: `97.98 %`. */
export function percent(share: number, digits = 2): string {
  return `${hundredths(share, digits)} %`
}

/** A difference of shares in points, with its interval: `0.41 ± 0.12`; `hasPlus` marks a gain as `+0.41`. */
export function points(
  { mean, halfWidth = 0 }: Estimated,
  { digits = 2, hasPlus = false } = {},
): string {
  const sign = hasPlus && mean >= 0 ? '+' : ''
  return `${sign}${hundredths(mean, digits)} ± ${hundredths(halfWidth, digits)}`
}

/** A difference of shares in points, with the ends of its interval: `+0.41 (+0.29 – +0.53)`. */
export function pointsRange({ mean, halfWidth = Number.POSITIVE_INFINITY }: Estimated): string {
  return `${signed(mean)} (${signed(mean - halfWidth)} – ${signed(mean + halfWidth)})`
}

const hundredths = (share: number, digits: number): string => (100 * share).toFixed(digits)

const signed = (share: number): string =>
  `${share < 0 ? '-' : '+'}${hundredths(Math.abs(share), 2)}`
