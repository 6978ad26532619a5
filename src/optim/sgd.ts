import { add, mul, sub } from '../ir/index.ts'
import type { OptimizerRow } from './optimizer.ts'

/** Stochastic gradient descent. */
export interface SgdConfig {
  readonly kind: 'sgd'
  readonly learningRate: number
}

/** Gradient descent with a velocity. */
export interface MomentumConfig {
  readonly kind: 'momentum' | 'nesterov'
  readonly learningRate: number
  readonly momentum: number
}

/** `p -= learningRate * g`. */
export const sgdRow: OptimizerRow<SgdConfig> = {
  doc: 'p -= rate g',
  slots: () => [],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update: (_, { param, gradient, scalars }) => ({
    param: sub(param, mul(scalars.rate!, gradient)),
    slots: {},
  }),
}

/**
 * `v = momentum * v + g; p -= learningRate * v`.
 * The rate multiplies the velocity, as in PyTorch; Sutskever et al. 2013 put it inside the velocity,
 * which differs when the rate changes.
 */
export const momentumRow: OptimizerRow<MomentumConfig> = {
  doc: 'v = momentum v + g; p -= rate v',
  slots: () => ['velocity'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ momentum }, { param, gradient, slots, scalars }) {
    const velocity = add(mul(momentum, slots.velocity!), gradient)
    return { param: sub(param, mul(scalars.rate!, velocity)), slots: { velocity } }
  },
}

/**
 * `v = momentum * v + g; p -= learningRate * (g + momentum * v)`.
 * Source: Nesterov 1983 in the rewritten form of PyTorch, where p is the point looked ahead to.
 */
export const nesterovRow: OptimizerRow<MomentumConfig> = {
  doc: 'v = momentum v + g; p -= rate (g + momentum v)',
  slots: () => ['velocity'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ momentum }, { param, gradient, slots, scalars }) {
    const velocity = add(mul(momentum, slots.velocity!), gradient)
    const ahead = add(gradient, mul(momentum, velocity))
    return { param: sub(param, mul(scalars.rate!, ahead)), slots: { velocity } }
  },
}
