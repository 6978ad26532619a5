import { checked, oneOf, requirements } from '../base/index.ts'
import {
  logSoftmax as logSoftmaxOp,
  relu as reluOp,
  sigmoid as sigmoidOp,
  tanh as tanhOp,
} from '../ir/index.ts'
import {
  elu as eluOp,
  gelu as geluOp,
  geluTanh,
  hardtanh as hardtanhOp,
  leakyRelu as leakyReluOp,
  logSigmoid as logSigmoidOp,
  mish as mishOp,
  selu as seluOp,
  silu as siluOp,
  softmax as softmaxOp,
  softplus as softplusOp,
  softsign as softsignOp,
} from '../ops/index.ts'
import { axisOfExample } from './axis-of-example.ts'
import type { LayerRow } from './layer.ts'

/** The descriptions of activation layers, by kind. */
export interface ActivationConfigs {
  readonly sigmoid: { readonly kind: 'sigmoid' }
  readonly tanh: { readonly kind: 'tanh' }
  readonly relu: { readonly kind: 'relu' }
  readonly leakyRelu: { readonly kind: 'leakyRelu'; readonly negativeSlope: number }
  readonly elu: { readonly kind: 'elu'; readonly alpha: number }
  readonly selu: { readonly kind: 'selu' }
  readonly gelu: { readonly kind: 'gelu'; readonly approximate: 'none' | 'tanh' }
  readonly silu: { readonly kind: 'silu' }
  readonly softplus: { readonly kind: 'softplus' }
  readonly softsign: { readonly kind: 'softsign' }
  readonly hardtanh: { readonly kind: 'hardtanh' }
  readonly mish: { readonly kind: 'mish' }
  readonly logSigmoid: { readonly kind: 'logSigmoid' }
  readonly softmax: { readonly kind: 'softmax'; readonly axis: number }
  readonly logSoftmax: { readonly kind: 'logSoftmax'; readonly axis: number }
}

/** The kind of an activation layer. */
export type ActivationKind = keyof ActivationConfigs

/** `1 / (1 + e^-x)`, between 0 and 1. */
export const sigmoid = (): ActivationConfigs['sigmoid'] => Object.freeze({ kind: 'sigmoid' })
/** `(e^x - e^-x) / (e^x + e^-x)`, between -1 and 1. */
export const tanh = (): ActivationConfigs['tanh'] => Object.freeze({ kind: 'tanh' })
/** `max(x, 0)`; the gradient at 0 is 0. Source: Nair and Hinton 2010. */
export const relu = (): ActivationConfigs['relu'] => Object.freeze({ kind: 'relu' })
/** `x > 0 ? x : negativeSlope * x`. Throws ConfigError when that is not finite. Source: Maas et al. 2013. */
export const leakyRelu = ({ negativeSlope = 0.01 } = {}): ActivationConfigs['leakyRelu'] =>
  checked({ kind: 'leakyRelu', negativeSlope }, { negativeSlope: requirements.number })
/** `x > 0 ? x : alpha * (e^x - 1)`. Throws ConfigError when alpha is not finite. Source: Clevert et al. 2015. */
export const elu = ({ alpha = 1 } = {}): ActivationConfigs['elu'] =>
  checked({ kind: 'elu', alpha }, { alpha: requirements.number })
/**
 * `scale * elu(x, alpha)`, which pulls mean and variance towards 0 and 1.
 * With lecunNormal() weights and alphaDropout(). Source: Klambauer et al. 2017.
 */
export const selu = (): ActivationConfigs['selu'] => Object.freeze({ kind: 'selu' })
/**
 * `x * Phi(x)`, Phi the normal distribution; `approximate: 'tanh'` is the formula of BERT and GPT-2.
 * Throws ConfigError for another approximation. Source: Hendrycks and Gimpel 2016.
 */
export function gelu({
  approximate = 'none',
}: Partial<Pick<ActivationConfigs['gelu'], 'approximate'>> = {}): ActivationConfigs['gelu'] {
  return checked({ kind: 'gelu', approximate }, { approximate: oneOf('none', 'tanh') })
}
/** `x * sigmoid(x)`, also called swish. Source: Elfwing et al. 2018. */
export const silu = (): ActivationConfigs['silu'] => Object.freeze({ kind: 'silu' })
/** `ln(1 + e^x)`. Source: Dugas et al. 2001. */
export const softplus = (): ActivationConfigs['softplus'] => Object.freeze({ kind: 'softplus' })
/** `x / (1 + |x|)`. Source: Bergstra et al. 2009. */
export const softsign = (): ActivationConfigs['softsign'] => Object.freeze({ kind: 'softsign' })
/** x cut to -1..1. */
export const hardtanh = (): ActivationConfigs['hardtanh'] => Object.freeze({ kind: 'hardtanh' })
/** `x * tanh(softplus(x))`. Source: Misra 2019. */
export const mish = (): ActivationConfigs['mish'] => Object.freeze({ kind: 'mish' })
/** `ln(sigmoid(x))`. */
export const logSigmoid = (): ActivationConfigs['logSigmoid'] =>
  Object.freeze({ kind: 'logSigmoid' })
/** `e^x / sum(e^x)` along an axis. Not before crossEntropy(), which takes logits. */
export const softmax = ({ axis = -1 } = {}): ActivationConfigs['softmax'] =>
  Object.freeze({ kind: 'softmax', axis })
/** `x - ln(sum(e^x))` along an axis. Not before crossEntropy(), which takes logits. */
export const logSoftmax = ({ axis = -1 } = {}): ActivationConfigs['logSoftmax'] =>
  Object.freeze({ kind: 'logSoftmax', axis })

/** One row per activation. */
export const activationRows: {
  readonly [K in ActivationKind]: LayerRow<ActivationConfigs[K]>
} = {
  sigmoid: { doc: '1 / (1 + e^-x); [...] -> [...]', apply: (_, x) => sigmoidOp(x) },
  tanh: { doc: '(e^x - e^-x) / (e^x + e^-x); [...] -> [...]', apply: (_, x) => tanhOp(x) },
  relu: { doc: 'max(x, 0); [...] -> [...]', apply: (_, x) => reluOp(x) },
  leakyRelu: {
    doc: 'x > 0 ? x : negativeSlope x; [...] -> [...]',
    apply: ({ negativeSlope }, x) => leakyReluOp(x, negativeSlope),
  },
  elu: {
    doc: 'x > 0 ? x : alpha (e^x - 1); [...] -> [...]',
    apply: ({ alpha }, x) => eluOp(x, alpha),
  },
  selu: {
    doc: '1.0507 (x > 0 ? x : 1.6733 (e^x - 1)); [...] -> [...]',
    apply: (_, x) => seluOp(x),
  },
  gelu: {
    doc: 'x Phi(x), exact or by tanh; [...] -> [...]',
    apply: ({ approximate }, x) => (approximate === 'tanh' ? geluTanh(x) : geluOp(x)),
  },
  silu: { doc: 'x sigmoid(x); [...] -> [...]', apply: (_, x) => siluOp(x) },
  softplus: { doc: 'ln(1 + e^x); [...] -> [...]', apply: (_, x) => softplusOp(x) },
  softsign: { doc: 'x / (1 + |x|); [...] -> [...]', apply: (_, x) => softsignOp(x) },
  hardtanh: { doc: 'max(-1, min(x, 1)); [...] -> [...]', apply: (_, x) => hardtanhOp(x) },
  mish: { doc: 'x tanh(softplus(x)); [...] -> [...]', apply: (_, x) => mishOp(x) },
  logSigmoid: { doc: 'ln(sigmoid(x)); [...] -> [...]', apply: (_, x) => logSigmoidOp(x) },
  softmax: {
    doc: 'e^x / sum(e^x) along an axis; [...] -> [...]',
    apply: ({ axis }, x) => softmaxOp(x, axisOfExample('softmax', x, axis)),
  },
  logSoftmax: {
    doc: 'x - ln(sum(e^x)) along an axis; [...] -> [...]',
    apply: ({ axis }, x) => logSoftmaxOp(x, axisOfExample('logSoftmax', x, axis)),
  },
}
