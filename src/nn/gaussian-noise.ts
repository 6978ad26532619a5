import { checked, requirements } from '../base/index.ts'
import { add, cast, mul } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'

/** The description of a layer that adds noise. */
export interface GaussianNoiseConfig {
  readonly kind: 'gaussianNoise'
  /** The standard deviation of the noise, at least 0. */
  readonly std: number
}

/**
 * Adds normally distributed noise to every element in training; passes everything in inference.
 * `y = x + std n, n ~ N(0, 1)`
 * Shapes: [...] -> [...]. Throws ConfigError when std is negative or no number.
 * Source: as Keras's GaussianNoise; a regulariser beside batch normalisation in Rasmus et al. 2015,
 * "Semi-supervised learning with ladder networks", whose supervised baseline has std .3 on every layer.
 */
export function gaussianNoise(std = 0.3): GaussianNoiseConfig {
  return checked({ kind: 'gaussianNoise', std }, { std: requirements.amount })
}

/** How a layer that adds noise computes. */
export const gaussianNoiseRow: LayerRow<GaussianNoiseConfig> = {
  doc: 'y = x + std n in training, n ~ N(0, 1), x in inference; [...] -> [...]',
  apply({ std }, x, context) {
    if (!context.isTraining || std === 0) return x
    return add(x, mul(cast(context.noise('noise', x.shape), x.dtype), std))
  },
}
