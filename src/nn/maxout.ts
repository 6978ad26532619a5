import { resolveAxis } from '../base/index.ts'
import { reduceMax, reshape } from '../ir/index.ts'
import { refuseInput, requireInteger } from './check.ts'
import type { LayerRow } from './layer.ts'

/** The description of a maxout layer. */
export interface MaxoutConfig {
  readonly kind: 'maxout'
  /** How many units compete for each that stays. */
  readonly pieces: number
  /** Where the units lie. */
  readonly axis: number
}

/**
 * The greatest of each group of units; behind linear or conv2d, the maxout unit. `axis` is 1, the
 * features of [B, D] and the channels of [B, C, H, W]; -1 for [B, T, D].
 * `y[j] = max(x[j pieces], ..., x[j pieces + pieces - 1])`; ties share the gradient.
 * Shapes: [B, C, ...] -> [B, C / pieces, ...].
 * Throws ConfigError when `pieces` is not a positive integer, ShapeError when it does not divide C.
 * Source: Goodfellow et al. 2013; units grouped as [out, pieces].
 */
export function maxout(pieces: number, { axis = 1 } = {}): MaxoutConfig {
  requireInteger('maxout', 'pieces', pieces)
  return Object.freeze({ kind: 'maxout', pieces, axis })
}

/** How a maxout layer computes. */
export const maxoutRow: LayerRow<MaxoutConfig> = {
  doc: 'y[j] = max over i of x[j pieces + i]; [B, C, ...] -> [B, C / pieces, ...]',
  apply({ pieces, axis }, x) {
    const at = resolveAxis(axis, x.shape.length, 'maxout')
    const units = x.shape[at]!
    if (units % pieces !== 0)
      refuseInput('maxout', x, `a multiple of ${pieces} pieces on axis ${axis}`)
    const grouped = reshape(x, x.shape.toSpliced(at, 1, units / pieces, pieces))
    return reduceMax(grouped, at + 1)
  },
}
