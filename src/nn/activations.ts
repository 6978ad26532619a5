import { relu as reluOp, sigmoid as sigmoidOp, tanh as tanhOp } from '../ir/index.ts'
import { elu as eluOp, leakyRelu as leakyReluOp, softmax as softmaxOp } from '../ops/index.ts'
import type { LayerRow } from './layer.ts'

/** The descriptions of activation layers, by kind. */
export interface ActivationConfigs {
  readonly sigmoid: { readonly kind: 'sigmoid' }
  readonly tanh: { readonly kind: 'tanh' }
  readonly relu: { readonly kind: 'relu' }
  readonly leakyRelu: { readonly kind: 'leakyRelu'; readonly negativeSlope: number }
  readonly elu: { readonly kind: 'elu'; readonly alpha: number }
  readonly softmax: { readonly kind: 'softmax'; readonly axis: number }
}

/** The kind of an activation layer. */
export type ActivationKind = keyof ActivationConfigs

/** `1 / (1 + e^-x)`, between 0 and 1. */
export const sigmoid = (): ActivationConfigs['sigmoid'] => Object.freeze({ kind: 'sigmoid' })
/** `(e^x - e^-x) / (e^x + e^-x)`, between -1 and 1. */
export const tanh = (): ActivationConfigs['tanh'] => Object.freeze({ kind: 'tanh' })
/** `max(x, 0)`; the gradient at 0 is 0. Source: Nair and Hinton 2010. */
export const relu = (): ActivationConfigs['relu'] => Object.freeze({ kind: 'relu' })
/** `x > 0 ? x : negativeSlope * x`. Source: Maas et al. 2013. */
export const leakyRelu = ({ negativeSlope = 0.01 } = {}): ActivationConfigs['leakyRelu'] =>
  Object.freeze({ kind: 'leakyRelu', negativeSlope })
/** `x > 0 ? x : alpha * (e^x - 1)`. Source: Clevert et al. 2015. */
export const elu = ({ alpha = 1 } = {}): ActivationConfigs['elu'] =>
  Object.freeze({ kind: 'elu', alpha })
/** `e^x / sum(e^x)` along an axis. Not before crossEntropy(), which takes logits. */
export const softmax = ({ axis = -1 } = {}): ActivationConfigs['softmax'] =>
  Object.freeze({ kind: 'softmax', axis })

/** One row per activation. Shapes: [...] -> [...]. */
export const activationRows: {
  readonly [K in ActivationKind]: LayerRow<ActivationConfigs[K]>
} = {
  sigmoid: { doc: '1 / (1 + e^-x)', apply: (_, x) => sigmoidOp(x) },
  tanh: { doc: '(e^x - e^-x) / (e^x + e^-x)', apply: (_, x) => tanhOp(x) },
  relu: { doc: 'max(x, 0)', apply: (_, x) => reluOp(x) },
  leakyRelu: {
    doc: 'x > 0 ? x : negativeSlope x',
    apply: ({ negativeSlope }, x) => leakyReluOp(x, negativeSlope),
  },
  elu: { doc: 'x > 0 ? x : alpha (e^x - 1)', apply: ({ alpha }, x) => eluOp(x, alpha) },
  softmax: { doc: 'e^x / sum(e^x)', apply: ({ axis }, x) => softmaxOp(x, axis) },
}
