import { abs, add, div, max, mul, sqrt, sub } from '../ir/index.ts'
import type { CommonSettings, OptimizerRow } from './optimizer.ts'

/** Adamax. */
export interface AdamaxConfig extends CommonSettings {
  readonly kind: 'adamax'
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** NAdam. */
export interface NadamConfig extends CommonSettings {
  readonly kind: 'nadam'
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
  /** How fast the momentum rises from beta1 / 2 to beta1. */
  readonly momentumDecay: number
}

/**
 * `m = beta1 m + (1 - beta1) g; u = max(beta2 u, |g| + epsilon);`
 * `p -= learningRate / (1 - beta1^t) * m / u`; the slot holds m / (1 - beta1).
 * Source: Kingma and Ba 2015, algorithm 2, which has no epsilon; inside the maximum as in PyTorch,
 * added to u in Keras.
 */
export const adamaxRow: OptimizerRow<AdamaxConfig> = {
  doc: 'm = beta1 m + (1 - beta1) g; u = max(beta2 u, |g| + epsilon); p -= rate m^ / u',
  weightDecay: 'coupled',
  slots: () => ['moment', 'largest'],
  scalars: ({ beta1 }, step, learningRate) => ({
    rate: (learningRate * (1 - beta1)) / (1 - beta1 ** step),
  }),
  update({ beta1, beta2, epsilon }, { param, gradient, slots, scalars }) {
    const moment = add(mul(beta1, slots.moment!), gradient)
    const largest = max(mul(beta2, slots.largest!), add(abs(gradient), epsilon))
    const step = div(mul(scalars.rate!, moment), largest)
    return { param: sub(param, step), slots: { moment, largest } }
  },
}

/**
 * `mu_t = beta1 (1 - 0.96^(t momentumDecay) / 2)`, m and v as in Adam,
 * `m^ = mu_(t+1) m / (1 - mu_1 … mu_(t+1)) + (1 - mu_t) g / (1 - mu_1 … mu_t)`,
 * `p -= learningRate * m^ / (sqrt(v / (1 - beta2^t)) + epsilon)`.
 *
 * The slots are Adam's, and the update is `p -= rate (g + share m) / (sqrt(v) + epsilon)`.
 * Source: Dozat 2016, algorithm 2, but m decays by beta1, as in PyTorch 2 and Keras, where
 * momentumDecay is always 1. PyTorch 1 has mu_t twice in the first product.
 */
export const nadamRow: OptimizerRow<NadamConfig> = {
  doc: 'm, v as in adam; p -= rate (mu m^ + (1 - mu) g^) / (sqrt(v^) + epsilon), mu rising to beta1',
  weightDecay: 'coupled',
  slots: () => ['moment', 'squares'],
  scalars({ beta1, beta2, epsilon, momentumDecay }, step, learningRate) {
    const mu = (t: number) => beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay))
    const product = productOf(mu, step)
    const forGradient = (1 - mu(step)) / (1 - product)
    const forMoment = (mu(step + 1) * (1 - beta1)) / (1 - product * mu(step + 1))
    const c = Math.sqrt((1 - beta2 ** step) / (1 - beta2))
    return {
      rate: learningRate * forGradient * c,
      share: forMoment / forGradient,
      epsilon: epsilon * c,
    }
  },
  update({ beta1, beta2 }, { param, gradient, slots, scalars }) {
    const moment = add(mul(beta1, slots.moment!), gradient)
    const squares = add(mul(beta2, slots.squares!), mul(gradient, gradient))
    const ahead = add(gradient, mul(scalars.share!, moment))
    const step = div(mul(scalars.rate!, ahead), add(sqrt(squares), scalars.epsilon!))
    return { param: sub(param, step), slots: { moment, squares } }
  },
}

/** `mu_1 … mu_t`, as exactly as 1 minus it can be told: every factor is below 1. */
function productOf(mu: (t: number) => number, step: number): number {
  let product = 1
  for (let t = 1; t <= step && product > 2 ** -54; t++) product *= mu(t)
  return product
}
