import { ConfigError, type Named } from '../base/index.ts'
import { add, mul, sum, type Value } from '../ir/index.ts'

/** A price on large weights, as data. */
export interface PenaltyConfig {
  readonly kind: 'l2'
  readonly factor: number
}

/**
 * `factor * sum(W^2)` over all weights, not biases, added to the loss that is minimised.
 * Throws ConfigError when the factor is negative. Source: the lecture's 0.001 * sum(W^2).
 */
export function l2(factor = 0.001): PenaltyConfig {
  if (!(factor >= 0 && Number.isFinite(factor)))
    throw new ConfigError({ who: 'l2', expected: 'a factor >= 0', received: `${factor}` })
  return Object.freeze({ kind: 'l2', factor })
}

/** The penalty of named parameters as a scalar; those with at least two axes are weights. */
export function penaltyOf({ factor }: PenaltyConfig, params: Named<Value>): Value | undefined {
  const weights = Object.values(params).filter(({ shape }) => shape.length >= 2)
  if (weights.length === 0) return undefined
  return mul(
    factor,
    weights.map(weight => sum(mul(weight, weight))).reduce((a, b) => add(a, b)),
  )
}
