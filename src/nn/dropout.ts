import { ConfigError } from '../base/index.ts'
import { cast, mul } from '../ir/index.ts'
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
  if (!(rate >= 0 && rate < 1))
    throw new ConfigError({ who: 'dropout', expected: '0 <= rate < 1', received: `${rate}` })
  return Object.freeze({ kind: 'dropout', rate })
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
