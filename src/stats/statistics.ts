import { ConfigError } from '../base/index.ts'

/** The mean of some numbers, with the interval that holds the true mean in 95 of 100 such samples. */
export interface Estimate {
  /** How many numbers it was made of. */
  readonly n: number
  readonly mean: number
  /** The sample standard deviation, with n - 1 below; absent for one number. */
  readonly sd?: number
  /** Half the width of the 95 % interval; absent for one number. */
  readonly halfWidth?: number
}

/**
 * The mean of at least one number with its 95 % interval.
 * `mean +- t(0.975, n - 1) * sd / sqrt(n)`
 * Throws ConfigError when there is none.
 * Source: Student, "The probable error of a mean" (1908).
 */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length
  if (n === 0)
    throw new ConfigError({ who: 'estimate', expected: 'at least one number', received: 'none' })
  const mean = sumOf(values) / n
  if (n === 1) return { n, mean }
  const sd = Math.sqrt(sumOf(values.map(value => (value - mean) ** 2)) / (n - 1))
  return { n, mean, sd, halfWidth: (tQuantile(0.975, n - 1) * sd) / Math.sqrt(n) }
}

/**
 * The mean of `b` less the mean of `a` with its 95 % interval; without one when either is of one number.
 * `sqrt(sa^2 / na + sb^2 / nb)` times t at Welch's degrees of freedom, rounded down.
 * Source: Welch, "The generalization of 'Student's' problem" (1947).
 */
export function difference(a: Estimate, b: Estimate): Pick<Estimate, 'mean' | 'halfWidth'> {
  const mean = b.mean - a.mean
  if (a.sd === undefined || b.sd === undefined) return { mean }
  const [va, vb] = [a.sd ** 2 / a.n, b.sd ** 2 / b.n]
  if (va + vb === 0) return { mean, halfWidth: 0 }
  const freedom = (va + vb) ** 2 / (va ** 2 / (a.n - 1) + vb ** 2 / (b.n - 1))
  return { mean, halfWidth: tQuantile(0.975, Math.floor(freedom)) * Math.sqrt(va + vb) }
}

/**
 * The value that Student's t stays below with the given probability, 0.5 <= p < 1.
 * Found by halving to the last bit that a double tells apart.
 * Throws ConfigError when the probability or the degrees of freedom, an integer of at least 1, are out of range.
 */
export function tQuantile(probability: number, freedom: number): number {
  if (!(probability >= 0.5 && probability < 1 && Number.isInteger(freedom) && freedom >= 1))
    throw new ConfigError({
      who: 'tQuantile',
      expected: '0.5 <= probability < 1 and an integer of degrees of freedom >= 1',
      received: `${probability} and ${freedom}`,
    })
  // In the angle, which is bounded, instead of in t, which is not.
  let [low, high] = [0, Math.PI / 2]
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (0.5 + withinAngle(middle, freedom) / 2 < probability) low = middle
    else high = middle
  }
  return Math.tan((low + high) / 2) * Math.sqrt(freedom)
}

/**
 * The probability that Student's t lies nearer to 0 than the given one: 0 for 0, nearly 1 for a large one.
 * Throws ConfigError when the degrees of freedom are no integer of at least 1.
 */
export function tProbability(t: number, freedom: number): number {
  if (!(Number.isInteger(freedom) && freedom >= 1))
    throw new ConfigError({
      who: 'tProbability',
      expected: 'an integer of degrees of freedom >= 1',
      received: String(freedom),
    })
  return Math.min(1, withinAngle(Math.atan(Math.abs(t) / Math.sqrt(freedom)), freedom))
}

/**
 * The probability that |t| < sqrt(freedom) * tan(angle).
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
 */
function withinAngle(angle: number, freedom: number): number {
  const cosine = Math.cos(angle)
  const isOdd = freedom % 2 === 1
  let term = isOdd ? cosine : 1
  let series = freedom === 1 ? 0 : term
  for (let k = isOdd ? 3 : 2; k < freedom; k += 2) {
    term *= (cosine * cosine * (k - 1)) / k
    series += term
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
