import { checked, type Named, requirements, rowNamed } from '../base/index.ts'
import { abs, add, mul, sum, type Value } from '../ir/index.ts'

/** The kinds of penalties. */
export type PenaltyKind = 'l1' | 'l2'

/** A price on large weights, as data. */
export interface PenaltyConfig<K extends PenaltyKind = PenaltyKind> {
  readonly kind: K
  readonly factor: number
}

/** What a penalty takes for a weight, before its factor. */
export interface PenaltyRow {
  /** One line for the catalogue. */
  readonly doc: string
  readonly price: (weight: Value) => Value
}

/** One row per penalty. */
export const penaltyTable: { readonly [K in PenaltyKind]: PenaltyRow } = {
  // d/dW = factor sign(W), 0 at 0.
  l1: { doc: 'factor sum(|W|)', price: weight => sum(abs(weight)) },
  // d/dW = 2 factor W.
  l2: { doc: 'factor sum(W^2)', price: weight => sum(mul(weight, weight)) },
}

/**
 * `factor * sum(|W|)` over all weights, not biases, added to the loss that is minimised; many weights
 * end near 0. Throws ConfigError when the factor is negative. Source: Tibshirani 1996.
 */
export function l1(factor = 1e-5): PenaltyConfig<'l1'> {
  return checked({ kind: 'l1', factor }, { factor: requirements.amount })
}

/**
 * `factor * sum(W^2)` over all weights, not biases, added to the loss that is minimised. Keras's l2 is
 * the same; PyTorch's weight decay is twice the factor.
 * Throws ConfigError when the factor is negative. Source: the lecture's 0.001 * sum(W^2).
 */
export function l2(factor = 0.001): PenaltyConfig<'l2'> {
  return checked({ kind: 'l2', factor }, { factor: requirements.amount })
}

/**
 * One or several penalties of named parameters as a scalar; those with at least two axes are weights.
 * Throws ConfigError when a kind is unknown.
 */
export function penaltyOf(
  penalties: PenaltyConfig | readonly PenaltyConfig[],
  params: Named<Value>,
): Value | undefined {
  const weights = Object.values(params).filter(({ shape }) => shape.length >= 2)
  const prices = [penalties].flat().flatMap(({ kind, factor }) => {
    const sums = weights.map(rowNamed('penalty', penaltyTable, kind).price)
    return sums.length === 0
      ? []
      : [
          mul(
            factor,
            sums.reduce((a, b) => add(a, b)),
          ),
        ]
  })
  return prices.length === 0 ? undefined : prices.reduce((a, b) => add(a, b))
}
