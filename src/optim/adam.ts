import { add, div, max, mul, sqrt, sub } from '../ir/index.ts'
import type { CommonSettings, OptimizerRow } from './optimizer.ts'

/** Adam; AdamW is Adam with decoupled weight decay. */
export interface AdamConfig<K extends 'adam' | 'adamw' = 'adam'> extends CommonSettings {
  readonly kind: K
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Off, the first step is learningRate * (1 - beta1) / sqrt(1 - beta2): 3.16 times too long. */
  readonly biasCorrection: boolean
  /** Divides by the root of the greatest v so far, so that no step grows again by forgetting. */
  readonly amsgrad: boolean
}

const rule: Omit<OptimizerRow<AdamConfig<'adam' | 'adamw'>>, 'doc' | 'weightDecay'> = {
  slots: ({ amsgrad }) => ['moment', 'squares', ...(amsgrad ? ['largest'] : [])],
  scalars({ beta1, beta2, epsilon, biasCorrection }, step, learningRate) {
    const correct = (beta: number) => (biasCorrection ? 1 - beta ** step : 1)
    const c = Math.sqrt(correct(beta2) / (1 - beta2))
    return { rate: learningRate * ((1 - beta1) / correct(beta1)) * c, epsilon: epsilon * c }
  },
  update({ beta1, beta2 }, { param, gradient, slots, scalars }) {
    const moment = add(mul(beta1, slots.moment!), gradient)
    const squares = add(mul(beta2, slots.squares!), mul(gradient, gradient))
    const largest = slots.largest && max(slots.largest, squares)
    const root = add(sqrt(largest ?? squares), scalars.epsilon!)
    const step = div(mul(scalars.rate!, moment), root)
    return {
      param: sub(param, step),
      slots: { moment, squares, ...(largest ? { largest } : {}) },
    }
  },
}

/**
 * `m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;`
 * `p -= learningRate * m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon)`.
 *
 * The slots hold m / (1 - beta1) and v / (1 - beta2), which saves two passes over the parameters;
 * the constants move into the two scalars:
 * `p -= rate * m / (sqrt(v) + epsilon)` with `c = sqrt((1 - beta2^t) / (1 - beta2))`,
 * `rate = learningRate * (1 - beta1) / (1 - beta1^t) * c`, `epsilon = epsilon * c`.
 * Source: Kingma and Ba 2015, algorithm 1; epsilon outside the root, as in PyTorch.
 *
 * AMSGrad divides by `sqrt(max(v of all steps))`, corrected as of this step: as in PyTorch and Keras;
 * Reddi et al. 2018, algorithm 2, correct nothing.
 */
export const adamRow: OptimizerRow<AdamConfig> = {
  ...rule,
  doc: 'm = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= rate m^ / (sqrt(v^) + epsilon)',
  weightDecay: 'coupled',
}

/**
 * Adam beside `p *= 1 - learningRate * weightDecay`, which no moment sees.
 * Source: Loshchilov and Hutter 2019, algorithm 2, where a schedule scales the decay but the rate does
 * not; here it is times the whole rate, as in PyTorch and Keras.
 */
export const adamwRow: OptimizerRow<AdamConfig<'adamw'>> = {
  ...rule,
  doc: 'p -= rate (m^ / (sqrt(v^) + epsilon) + weightDecay p), m^ and v^ as in adam',
  weightDecay: 'decoupled',
}
