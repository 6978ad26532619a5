import { add, div, mul, sqrt, sub } from '../ir/index.ts'
import type { OptimizerRow } from './optimizer.ts'

/** Adam. */
export interface AdamConfig {
  readonly kind: 'adam'
  readonly learningRate: number
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** Off, the first step is learningRate * (1 - beta1) / sqrt(1 - beta2): 3.16 times too long. */
  readonly biasCorrection: boolean
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
 */
export const adamRow: OptimizerRow<AdamConfig> = {
  doc: 'm = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2; p -= rate m^ / (sqrt(v^) + epsilon)',
  slots: () => ['moment', 'squares'],
  scalars({ beta1, beta2, epsilon, biasCorrection }, step, learningRate) {
    const correct = (beta: number) => (biasCorrection ? 1 - beta ** step : 1)
    const c = Math.sqrt(correct(beta2) / (1 - beta2))
    return { rate: learningRate * ((1 - beta1) / correct(beta1)) * c, epsilon: epsilon * c }
  },
  update({ beta1, beta2 }, { param, gradient, slots, scalars }) {
    const moment = add(mul(beta1, slots.moment!), gradient)
    const squares = add(mul(beta2, slots.squares!), mul(gradient, gradient))
    const step = div(mul(scalars.rate!, moment), add(sqrt(squares), scalars.epsilon!))
    return { param: sub(param, step), slots: { moment, squares } }
  },
}
