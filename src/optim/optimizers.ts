import { ConfigError } from '../base/index.ts'
import { type AdamConfig, adamRow } from './adam.ts'
import { type AdagradConfig, adagradRow, type RmspropConfig, rmspropRow } from './adaptive.ts'
import type { OptimizerRow } from './optimizer.ts'
import { type MomentumConfig, momentumRow, nesterovRow, type SgdConfig, sgdRow } from './sgd.ts'

/** The descriptions of optimisers, by kind. */
export interface OptimizerConfigs {
  readonly sgd: SgdConfig
  readonly momentum: MomentumConfig
  readonly nesterov: MomentumConfig
  readonly adagrad: AdagradConfig
  readonly rmsprop: RmspropConfig
  readonly adam: AdamConfig
}

/** The kind of an optimiser. */
export type OptimizerKind = keyof OptimizerConfigs

/** An optimiser as data. */
export type OptimizerConfig = OptimizerConfigs[OptimizerKind]

/** One row per optimiser. */
export const optimizerTable: { readonly [K in OptimizerKind]: OptimizerRow<OptimizerConfigs[K]> } =
  {
    sgd: sgdRow,
    momentum: momentumRow,
    nesterov: nesterovRow,
    adagrad: adagradRow,
    rmsprop: rmspropRow,
    adam: adamRow,
  }

/** The row of an optimiser. Throws ConfigError when its kind is unknown. */
export function optimizerRowOf(optimizer: OptimizerConfig): OptimizerRow<OptimizerConfig> {
  if (!Object.hasOwn(optimizerTable, optimizer.kind))
    throw new ConfigError({
      who: 'optimizer',
      expected: `one of ${Object.keys(optimizerTable).join(', ')}`,
      received: `"${optimizer.kind}"`,
    })
  return optimizerTable[optimizer.kind] as OptimizerRow<OptimizerConfig>
}

type Settings<C> = Partial<Omit<C, 'kind'>>

/** A frozen description, once its numbers are checked. */
function described<C extends OptimizerConfig>(config: C): C {
  for (const [name, value] of Object.entries(config)) {
    if (typeof value !== 'number') continue
    const isShare = name === 'momentum' || name === 'decay' || name.startsWith('beta')
    if (!(value >= 0 && Number.isFinite(value) && (!isShare || value < 1)))
      throw new ConfigError({
        who: `${config.kind} ${name}`,
        expected: isShare ? 'a number in 0 <= x < 1' : 'a number >= 0',
        received: `${value}`,
      })
  }
  return Object.freeze(config)
}

/** Stochastic gradient descent: `p -= learningRate * g`. */
export function sgd(settings: Settings<SgdConfig> = {}): SgdConfig {
  return described({ kind: 'sgd', learningRate: 0.01, ...settings })
}

/** Gradient descent with a velocity: `v = momentum * v + g; p -= learningRate * v`. Source: Polyak 1964. */
export function momentum(settings: Settings<MomentumConfig> = {}): MomentumConfig {
  return described({ kind: 'momentum', learningRate: 0.01, momentum: 0.9, ...settings })
}

/** Momentum that looks ahead: `v = momentum * v + g; p -= learningRate * (g + momentum * v)`. */
export function nesterov(settings: Settings<MomentumConfig> = {}): MomentumConfig {
  return described({ kind: 'nesterov', learningRate: 0.01, momentum: 0.9, ...settings })
}

/** `s += g^2; p -= learningRate * g / (sqrt(s) + epsilon)`. Source: Duchi et al. 2011. */
export function adagrad(settings: Settings<AdagradConfig> = {}): AdagradConfig {
  return described({ kind: 'adagrad', learningRate: 0.01, epsilon: 1e-10, ...settings })
}

/** AdaGrad that forgets. Source: Tieleman and Hinton 2012. */
export function rmsprop(settings: Settings<RmspropConfig> = {}): RmspropConfig {
  return described({ kind: 'rmsprop', learningRate: 0.01, decay: 0.99, epsilon: 1e-8, ...settings })
}

/** Momentum and RMSProp with bias correction. Source: Kingma and Ba 2015. */
export function adam(settings: Settings<AdamConfig> = {}): AdamConfig {
  return described({
    kind: 'adam',
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    biasCorrection: true,
    ...settings,
  })
}
