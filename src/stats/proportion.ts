import { ConfigError } from '../base/index.ts'

/** The share of trials that succeeded, with the interval that holds the true one in 95 of 100 such series. */
export interface Proportion {
  readonly n: number
  readonly successes: number
  readonly share: number
  readonly low: number
  readonly high: number
}

/** What 95 % of a normal distribution lie within, in deviations. */
const z = 1.959963984540054

/**
 * The share of successes with Wilson's 95 % interval, which is right for few trials and for shares near
 * 0 and 1 too.
 * `(s + z^2 / 2 +- z sqrt(s (n - s) / n + z^2 / 4)) / (n + z^2)`
 * Throws ConfigError unless 0 <= successes <= n are integers and n is at least 1.
 * Source: Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
 */
export function proportion(successes: number, n: number): Proportion {
  const isCount = Number.isInteger(successes) && Number.isInteger(n) && n >= 1
  if (!isCount || successes < 0 || successes > n)
    throw new ConfigError({
      who: 'proportion',
      expected: 'integers 0 <= successes <= n, n at least 1',
      received: `${successes} of ${n}`,
    })
  const middle = successes + z ** 2 / 2
  const spread = z * Math.sqrt((successes * (n - successes)) / n + z ** 2 / 4)
  return {
    n,
    successes,
    share: successes / n,
    low: successes === 0 ? 0 : (middle - spread) / (n + z ** 2),
    high: successes === n ? 1 : (middle + spread) / (n + z ** 2),
  }
}
