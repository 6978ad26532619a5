import { add, mul, sub } from '../ir/index.ts'
import type { CommonSettings, OptimizerRow } from './optimizer.ts'

/** Stochastic gradient descent. */
export interface SgdConfig extends CommonSettings {
  readonly kind: 'sgd'
}

/** Gradient descent with a velocity. */
export interface MomentumConfig extends CommonSettings {
  readonly kind: 'momentum'
  readonly momentum: number
  /** The part of a gradient that does not enter the velocity, after the first step. */
  readonly dampening: number
}

/** Momentum that looks ahead. */
export interface NesterovConfig extends CommonSettings {
  readonly kind: 'nesterov'
  readonly momentum: number
}

/** `p -= learningRate * g`. Source: Robbins and Monro 1951. */
export const sgdRow: OptimizerRow<SgdConfig> = {
  doc: 'p -= rate g',
  weightDecay: 'coupled',
  slots: () => [],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update: (_, { param, gradient, scalars }) => ({
    param: sub(param, mul(scalars.rate!, gradient)),
    slots: {},
  }),
}

/**
 * `v = momentum * v + (1 - dampening) * g; p -= learningRate * v`.
 * Source: Polyak 1964. The rate multiplies the velocity, as in PyTorch; Sutskever et al. 2013 and
 * Keras put it inside the velocity, which differs when the rate changes. The first velocity is the
 * whole gradient whatever the dampening, as in PyTorch.
 */
export const momentumRow: OptimizerRow<MomentumConfig> = {
  doc: 'v = momentum v + (1 - dampening) g; p -= rate v',
  weightDecay: 'coupled',
  slots: () => ['velocity'],
  scalars: ({ dampening }, step, learningRate) => ({
    rate: learningRate,
    ...(dampening === 0 ? {} : { share: step === 1 ? 1 : 1 - dampening }),
  }),
  update({ momentum }, { param, gradient, slots, scalars }) {
    const { rate, share = 1 } = scalars
    const velocity = add(mul(momentum, slots.velocity!), mul(share, gradient))
    return { param: sub(param, mul(rate!, velocity)), slots: { velocity } }
  },
}

/**
 * `v = momentum * v + g; p -= learningRate * (g + momentum * v)`.
 * Source: Nesterov 1983 in the rewritten form of PyTorch and Keras, where p is the point looked ahead
 * to.
 */
export const nesterovRow: OptimizerRow<NesterovConfig> = {
  doc: 'v = momentum v + g; p -= rate (g + momentum v)',
  weightDecay: 'coupled',
  slots: () => ['velocity'],
  scalars: (_, _step, learningRate) => ({ rate: learningRate }),
  update({ momentum }, { param, gradient, slots, scalars }) {
    const velocity = add(mul(momentum, slots.velocity!), gradient)
    const ahead = add(gradient, mul(momentum, velocity))
    return { param: sub(param, mul(scalars.rate!, ahead)), slots: { velocity } }
  },
}
