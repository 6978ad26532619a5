import { checked, requirements, rowNamed } from '../base/index.ts'
import { div, max, mul, sqrt, sum, type Value } from '../ir/index.ts'

/** The kinds of constraints. */
export type ConstraintKind = 'maxNorm'

/** What weights have to be after every step, as data. */
export interface ConstraintConfig {
  readonly kind: ConstraintKind
  readonly limit: number
}

/** How a weight is brought back to where it may be. */
export interface ConstraintRow {
  /** One line for the catalogue. */
  readonly doc: string
  readonly apply: (limit: number, weight: Value) => Value
}

/** One row per constraint. */
export const constraintTable: { readonly [K in ConstraintKind]: ConstraintRow } = {
  maxNorm: {
    doc: 'w limit / max(limit, sqrt(sum(w^2))), w the incoming weights of one unit',
    apply(limit, weight) {
      const axes = [...weight.shape.keys()].slice(1)
      const norm = sqrt(sum(mul(weight, weight), axes, true))
      return mul(weight, div(limit, max(norm, limit)))
    },
  },
}

/**
 * The incoming weights of every unit are shortened to a norm of at most `limit` after each step: a row
 * of a weight [out, in], an output channel of a kernel [out, in, H, W]; biases are free.
 * Source: Srivastava et al. 2014, section 5.1, with limits of 3 to 4; Keras's MaxNorm over axis 0 of
 * its weights [in, out].
 */
export function maxNorm(limit = 3): ConstraintConfig {
  return checked({ kind: 'maxNorm', limit }, { limit: requirements.positive })
}

/** A constrained parameter; with less than two axes it is no weight and stays as it is. */
export function constrained({ kind, limit }: ConstraintConfig, param: Value): Value {
  const { apply } = rowNamed('constraint', constraintTable, kind)
  return param.shape.length < 2 ? param : apply(limit, param)
}
