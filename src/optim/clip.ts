import { checked, mapNamed, type Named, requirements, rowNamed } from '../base/index.ts'
import { add, div, max, min, mul, sqrt, sum, type Value } from '../ir/index.ts'

/** The kinds of clipping. */
export type ClipKind = 'clipByNorm' | 'clipByValue'

/** A limit on gradients, as data. */
export interface ClipConfig<K extends ClipKind = ClipKind> {
  readonly kind: K
  readonly limit: number
}

/** How gradients are held within a limit: all of them at once, whatever they are packed into. */
export interface ClipRow {
  /** One line for the catalogue. */
  readonly doc: string
  readonly clip: (limit: number, gradients: Named<Value>) => Named<Value>
}

/** One row per kind of clipping. */
export const clipTable: { readonly [K in ClipKind]: ClipRow } = {
  clipByNorm: {
    doc: 'all g limit / max(limit, sqrt(sum(g^2 of all)))',
    clip(limit, gradients) {
      const squares = Object.values(gradients).map(gradient => sum(mul(gradient, gradient)))
      const norm = sqrt(squares.reduce((a, b) => add(a, b)))
      const scale = div(limit, max(norm, limit))
      return mapNamed(gradients, gradient => mul(scale, gradient))
    },
  },
  clipByValue: {
    doc: 'every element of g between -limit and limit',
    clip: (limit, gradients) => mapNamed(gradients, gradient => max(min(gradient, limit), -limit)),
  },
}

/**
 * Gradients shortened together to a norm of at most `limit`, which keeps their direction; shorter ones
 * stay as they are, to the bit. `g limit / max(limit, sqrt(sum(g^2)))` over all parameters.
 * Source: Pascanu et al. 2013, section 3.2; TensorFlow's clip_by_global_norm. PyTorch's
 * clip_grad_norm_ has 1e-6 added to the norm; Keras's clipnorm goes by each parameter alone.
 */
export function clipByNorm(limit = 1): ClipConfig<'clipByNorm'> {
  return checked({ kind: 'clipByNorm', limit }, { limit: requirements.positive })
}

/** Every element of the gradients held between -limit and limit. Source: Mikolov 2012. */
export function clipByValue(limit = 1): ClipConfig<'clipByValue'> {
  return checked({ kind: 'clipByValue', limit }, { limit: requirements.positive })
}

/** Clipped gradients, under the same names. Throws ConfigError when the kind is unknown. */
export function clipped({ kind, limit }: ClipConfig, gradients: Named<Value>): Named<Value> {
  return rowNamed('clip', clipTable, kind).clip(limit, gradients)
}
