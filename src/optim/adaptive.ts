import { add, div, mul, sqrt, sub } from '../ir/index.ts'
import type { OptimizerRow } from './optimizer.ts'

/** AdaGrad. */
export interface AdagradConfig {
  readonly kind: 'adagrad'
  readonly learningRate: number
  readonly epsilon: number
}

/** RMSProp. */
export interface RmspropConfig {
  readonly kind: 'rmsprop'
  readonly learningRate: number
  readonly decay: number
  readonly epsilon: number
}

/**
 * `s += g^2; p -= learningRate * g / (sqrt(s) + epsilon)`.
 * Source: Duchi et al. 2011, diagonal form.
 */
export const adagradRow: OptimizerRow<AdagradConfig> = {
  doc: 's += g^2; p -= rate g / (sqrt(s) + epsilon)',
  slots: () => ['squares'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ epsilon }, { param, gradient, slots, scalars }) {
    const squares = add(slots.squares!, mul(gradient, gradient))
    const step = div(mul(scalars.rate!, gradient), add(sqrt(squares), epsilon))
    return { param: sub(param, step), slots: { squares } }
  },
}

/**
 * `s = decay * s + (1 - decay) * g^2; p -= learningRate * g / (sqrt(s) + epsilon)`.
 * Source: Tieleman and Hinton 2012; epsilon outside the root as in PyTorch, inside in TensorFlow.
 */
export const rmspropRow: OptimizerRow<RmspropConfig> = {
  doc: 's = decay s + (1 - decay) g^2; p -= rate g / (sqrt(s) + epsilon)',
  slots: () => ['squares'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ decay, epsilon }, { param, gradient, slots, scalars }) {
    const squares = add(mul(decay, slots.squares!), mul(1 - decay, mul(gradient, gradient)))
    const step = div(mul(scalars.rate!, gradient), add(sqrt(squares), epsilon))
    return { param: sub(param, step), slots: { squares } }
  },
}
