import { checked, requirements } from '../base/index.ts'
import { add, cast, mul, sub } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'

/** The description of a dropout layer. */
export interface DropoutConfig {
  readonly kind: 'dropout'
  /** The share of units switched off in training, 0 <= rate < 1. */
  readonly rate: number
}

/**
 * Switches off a random share of units in training and scales up the others; passes everything in
 * inference. `rate` is the share switched off: the lecture's keep probability .7 is rate .3.
 * `y = x * mask / (1 - rate)`
 * Shapes: [...] -> [...]. Throws ConfigError when the rate is not in 0 <= rate < 1.
 * Source: Srivastava et al. 2014, in the inverted form that PyTorch and Keras use.
 */
export function dropout(rate = 0.5): DropoutConfig {
  return checked({ kind: 'dropout', rate }, { rate: requirements.share })
}

/** How a dropout layer computes. */
export const dropoutRow: LayerRow<DropoutConfig> = {
  doc: 'y = x mask / (1 - rate) in training, x in inference; [...] -> [...]',
  apply({ rate }, x, context) {
    if (!context.isTraining || rate === 0) return x
    const mask = context.mask('mask', x.shape, 1 - rate)
    return mul(x, mul(cast(mask, x.dtype), 1 / (1 - rate)))
  },
}

/** The description of a dropout layer for selu. */
export interface AlphaDropoutConfig {
  readonly kind: 'alphaDropout'
  /** The share of units set to what selu saturates at, 0 <= rate < 1. */
  readonly rate: number
}

/** What selu tends to far below 0: `-scale * alpha`. */
const saturated = -1.0507009873554805 * 1.6732632423543772

/**
 * Dropout that keeps the mean 0 and the variance 1 that selu works with: units are set to where selu
 * saturates, s = -1.7581, and all are scaled and moved back. Passes everything in inference.
 * `y = a (mask ? x : s) + b, a = ((1 - rate) (1 + rate s^2))^-1/2, b = -a rate s`
 * Shapes: [...] -> [...]. Throws ConfigError when the rate is not in 0 <= rate < 1.
 * Source: Klambauer et al. 2017, "Self-Normalizing Neural Networks", section 3.
 */
export function alphaDropout(rate = 0.1): AlphaDropoutConfig {
  return checked({ kind: 'alphaDropout', rate }, { rate: requirements.share })
}

/** How a dropout layer for selu computes. */
export const alphaDropoutRow: LayerRow<AlphaDropoutConfig> = {
  doc: 'y = a (mask ? x : -1.7581) + b in training, x in inference; [...] -> [...]',
  apply({ rate }, x, context) {
    if (!context.isTraining || rate === 0) return x
    const mask = cast(context.mask('mask', x.shape, 1 - rate), x.dtype)
    const a = ((1 - rate) * (1 + rate * saturated ** 2)) ** -0.5
    // mask ? x : s is s + mask (x - s).
    return add(mul(mul(mask, a), sub(x, saturated)), a * saturated * (1 - rate))
  },
}
