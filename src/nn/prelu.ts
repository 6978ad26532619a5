import { given } from '../base/index.ts'
import { constant, type InitConfig } from '../init/index.ts'
import { less, mul, reshape, where } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'
import { refuseInput } from './refuse-input.ts'

/** Settings of a prelu layer. */
export interface PreluOptions {
  /** Whether every channel has a slope of its own; otherwise all share one. */
  readonly isPerChannel?: boolean
  readonly slopeInit?: InitConfig
}

/** The description of a prelu layer. */
export interface PreluConfig extends Required<PreluOptions> {
  readonly kind: 'prelu'
}

/**
 * A leaky relu whose slope is trained.
 * `y = x > 0 ? x : slope * x`; the gradient at 0 is the slope.
 * Shapes: [B, C, ...] -> [B, C, ...]; params: weight [1], or [C] when `isPerChannel`.
 * Source: He et al. 2015; one slope that starts at 0.25, as PyTorch. Exclude it from weight decay.
 */
export function prelu(options: PreluOptions = {}): PreluConfig {
  return Object.freeze({
    kind: 'prelu',
    isPerChannel: false,
    slopeInit: constant(0.25),
    ...given(options),
  })
}

/** How a prelu layer computes. */
export const preluRow: LayerRow<PreluConfig> = {
  doc: 'x > 0 ? x : slope x, slope trained; [B, C, ...] -> [B, C, ...]',
  apply({ isPerChannel, slopeInit }, x, context) {
    const channels = isPerChannel ? (x.shape[1] ?? refuseInput('prelu', x, '[B, C, ...]')) : 1
    const weight = context.param('weight', [channels], slopeInit)
    const slope = isPerChannel ? reshape(weight, [channels, ...x.shape.slice(2).fill(1)]) : weight
    return where(less(0, x), x, mul(slope, x))
  },
}
