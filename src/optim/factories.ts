import { checked, given, type Requirement, requirements } from '../base/index.ts'
import type { AdamConfig } from './adam.ts'
import type { AdamaxConfig, NadamConfig } from './adam-variants.ts'
import type { AdadeltaConfig, AdagradConfig, RmspropConfig } from './adaptive.ts'
import { checkGroups } from './groups.ts'
import type { OptimizerConfig } from './optimizers.ts'
import type { MomentumConfig, NesterovConfig, SgdConfig } from './sgd.ts'

type Settings<C> = Partial<Omit<C, 'kind'>>

const { amount, flag, share } = requirements
const required: Readonly<Record<string, Requirement>> = {
  learningRate: amount,
  weightDecay: amount,
  momentum: share,
  dampening: share,
  decay: share,
  beta1: share,
  beta2: share,
  epsilon: amount,
  momentumDecay: amount,
  centered: flag,
  biasCorrection: flag,
  amsgrad: flag,
}

/** A frozen description, once its settings are checked. */
function described<C extends OptimizerConfig>(config: C): C {
  const { groups } = config
  if (!groups) return checked(config, required)
  const own = Object.freeze(groups.map(group => Object.freeze(given(group))))
  checkGroups(config.kind, own)
  return checked(Object.assign(config, { groups: own }), required)
}

const common = { learningRate: 0.01, weightDecay: 0 }
const betas = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }

/** Stochastic gradient descent: `p -= learningRate * g`. */
export function sgd(settings: Settings<SgdConfig> = {}): SgdConfig {
  return described({ kind: 'sgd', ...common, ...given(settings) })
}

/**
 * Gradient descent with a velocity: `v = momentum * v + (1 - dampening) * g; p -= learningRate * v`.
 * Source: Polyak 1964.
 */
export function momentum(settings: Settings<MomentumConfig> = {}): MomentumConfig {
  return described({ kind: 'momentum', ...common, momentum: 0.9, dampening: 0, ...given(settings) })
}

/** Momentum that looks ahead: `v = momentum * v + g; p -= learningRate * (g + momentum * v)`. */
export function nesterov(settings: Settings<NesterovConfig> = {}): NesterovConfig {
  return described({ kind: 'nesterov', ...common, momentum: 0.9, ...given(settings) })
}

/** `s += g^2; p -= learningRate * g / (sqrt(s) + epsilon)`. Source: Duchi et al. 2011. */
export function adagrad(settings: Settings<AdagradConfig> = {}): AdagradConfig {
  return described({ kind: 'adagrad', ...common, epsilon: 1e-10, ...given(settings) })
}

/**
 * AdaGrad that forgets; `centered` subtracts the mean gradient's square, `momentum` adds a velocity.
 * Source: Tieleman and Hinton 2012; Graves 2013.
 */
export function rmsprop(settings: Settings<RmspropConfig> = {}): RmspropConfig {
  return described({
    kind: 'rmsprop',
    ...common,
    decay: 0.99,
    epsilon: 1e-8,
    momentum: 0,
    centered: false,
    ...given(settings),
  })
}

/** Steps as long as recent steps, without a rate of their own. Source: Zeiler 2012. */
export function adadelta(settings: Settings<AdadeltaConfig> = {}): AdadeltaConfig {
  return described({
    kind: 'adadelta',
    ...common,
    learningRate: 1,
    decay: 0.9,
    epsilon: 1e-6,
    ...given(settings),
  })
}

/**
 * Momentum and RMSProp with bias correction; weight decay enters the gradient, as L2 would.
 * Source: Kingma and Ba 2015; `amsgrad` Reddi et al. 2018.
 */
export function adam(settings: Settings<AdamConfig> = {}): AdamConfig {
  return described({
    kind: 'adam',
    ...common,
    learningRate: 0.001,
    ...betas,
    biasCorrection: true,
    amsgrad: false,
    ...given(settings),
  })
}

/**
 * Adam whose weight decay shortens the parameters themselves; 0.01 as in PyTorch, 0.004 in Keras.
 * Source: Loshchilov and Hutter 2019.
 */
export function adamw(settings: Settings<AdamConfig<'adamw'>> = {}): AdamConfig<'adamw'> {
  return described({ ...adam(), weightDecay: 0.01, ...given(settings), kind: 'adamw' })
}

/** Adam that divides by the greatest recent gradient. Source: Kingma and Ba 2015, section 7.1. */
export function adamax(settings: Settings<AdamaxConfig> = {}): AdamaxConfig {
  return described({ kind: 'adamax', ...common, learningRate: 0.002, ...betas, ...given(settings) })
}

/** Adam with Nesterov's look ahead. Source: Dozat 2016. */
export function nadam(settings: Settings<NadamConfig> = {}): NadamConfig {
  return described({
    kind: 'nadam',
    ...common,
    learningRate: 0.002,
    ...betas,
    momentumDecay: 0.004,
    ...given(settings),
  })
}
