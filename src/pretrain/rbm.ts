import { ConfigError, given, rowNamed } from '../base/index.ts'
import { type InitConfig, normal } from '../init/index.ts'
import type { ScheduleConfig } from '../optim/index.ts'
import { type UnitKind, unitTable } from './units.ts'

/** Settings of a restricted Boltzmann machine and of how it learns; the defaults are the published recipe's. */
export interface RbmOptions {
  /** H, the number of hidden units. */
  readonly hidden: number
  /** Default `bernoulli`, for rows of numbers from 0 to 1; `gaussian` for rows with variance 1. */
  readonly visibleUnits?: UnitKind
  /** Default `bernoulli`; `gaussian` for a code of numbers. */
  readonly hiddenUnits?: UnitKind
  /** Default N(0, 0.1²). */
  readonly weightInit?: InitConfig
  /**
   * What visible biases start from: 0, or `rowMeans`: the inputs at which units without weights have
   * the mean of the training rows, ln(p / (1 - p)) for Bernoulli units. Default `zeros`.
   */
  readonly visibleBiasInit?: 'zeros' | 'rowMeans'
  /** Steps of Gibbs sampling for an update, the k of CD-k; default 1. */
  readonly gibbsSteps?: number
  /** Whether chains go on where they were instead of starting from the rows: PCD. Default false. */
  readonly isPersistent?: boolean
  /** Whether visible units are drawn, and not their means taken, in sampling; default as `isPersistent`. */
  readonly drawsVisible?: boolean
  /** Default 0.1, or 0.001 where either side is Gaussian. */
  readonly learningRate?: number
  /** How the rate changes; it stays as it is when absent. */
  readonly schedule?: ScheduleConfig
  /** Default 0.5, and 0.9 from epoch 6 on. */
  readonly momentum?: MomentumSwitch
  /** What weights, not biases, cost: each step takes `learningRate * weightCost * W`. Default 0.0002. */
  readonly weightCost?: number
  /** Keeps hidden units off most of the time; absent by default. */
  readonly sparsity?: SparsityTarget
}

/** Two values of momentum; it is raised once the first, fast learning is over. */
export interface MomentumSwitch {
  readonly first: number
  readonly later: number
  /** The epoch, counted from 1, that is the first to use the later value. */
  readonly laterFrom: number
}

/** How rarely hidden units shall be on. */
export interface SparsityTarget {
  /** The mean of each hidden unit to aim at, such as 0.05. */
  readonly target: number
  /** The strength of the pull beside the likelihood's; default 0.1. */
  readonly cost?: number
  /** The share of the mean so far that a new batch leaves; default 0.95. */
  readonly decay?: number
}

/** The description of a restricted Boltzmann machine: plain data. */
export interface RbmConfig extends Required<Omit<RbmOptions, 'schedule' | 'sparsity'>> {
  readonly kind: 'rbm'
  readonly schedule?: ScheduleConfig
  readonly sparsity?: Required<SparsityTarget>
}

/**
 * A restricted Boltzmann machine: visible units v and hidden units h, each linked to all of the other
 * side and to none of its own.
 * `E(v, h) = own(v) + own(h) - visibleBias v - hiddenBias h - h' weight v`, `P(v, h) = e^-E / Z`,
 * where own is 0 for Bernoulli units and `s² / 2` for Gaussian ones.
 * Params: weight [H, V], hiddenBias [H], visibleBias [V].
 * Throws ConfigError when a setting is out of range.
 * Source: Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks" (2006),
 * the published rbm.m and rbmhidlinear.m, whose settings are the defaults.
 */
export function rbm(options: RbmOptions): RbmConfig {
  const { visibleUnits = 'bernoulli', hiddenUnits = 'bernoulli', isPersistent = false } = options
  const isLinear = visibleUnits === 'gaussian' || hiddenUnits === 'gaussian'
  const config: RbmConfig = {
    kind: 'rbm',
    visibleUnits,
    hiddenUnits,
    weightInit: normal(0, 0.1),
    visibleBiasInit: 'zeros',
    gibbsSteps: 1,
    isPersistent,
    drawsVisible: isPersistent,
    learningRate: isLinear ? 0.001 : 0.1,
    weightCost: 0.0002,
    ...given(options),
    momentum: Object.freeze({
      first: 0.5,
      later: 0.9,
      laterFrom: 6,
      ...given(options.momentum ?? {}),
    }),
    ...(options.sparsity && {
      sparsity: Object.freeze({ cost: 0.1, decay: 0.95, ...given(options.sparsity ?? {}) }),
    }),
  } as RbmConfig
  checkRbm(config)
  return Object.freeze(config)
}

const atLeast = (least: number) => (n: number) => Number.isInteger(n) && n >= least
const isShare = (x: number) => x >= 0 && x < 1

/**
 * Checks a description, wherever it comes from.
 * Throws ConfigError that names the setting that is out of range.
 */
export function checkRbm(config: RbmConfig): void {
  const { visibleUnits, hiddenUnits, momentum, sparsity } = config
  rowNamed('kind of unit', unitTable, visibleUnits)
  rowNamed('kind of unit', unitTable, hiddenUnits)
  check('hidden', config.hidden, atLeast(1), 'a positive integer')
  check('gibbsSteps', config.gibbsSteps, atLeast(1), 'a positive integer')
  check('learningRate', config.learningRate, x => x > 0 && Number.isFinite(x), 'a number above 0')
  check(
    'weightCost',
    config.weightCost,
    x => x >= 0 && Number.isFinite(x),
    'a number of at least 0',
  )
  check('momentum.first', momentum.first, isShare, '0 <= momentum < 1')
  check('momentum.later', momentum.later, isShare, '0 <= momentum < 1')
  check('momentum.laterFrom', momentum.laterFrom, atLeast(1), 'an epoch, counted from 1')
  if (!['zeros', 'rowMeans'].includes(config.visibleBiasInit))
    refuse('visibleBiasInit', 'zeros or rowMeans', config.visibleBiasInit)
  if (!sparsity) return
  if (hiddenUnits !== 'bernoulli')
    refuse('sparsity', 'hidden units that are bernoulli', hiddenUnits)
  check('sparsity.target', sparsity.target, x => x > 0 && x < 1, '0 < target < 1')
  check('sparsity.cost', sparsity.cost, x => x >= 0 && Number.isFinite(x), 'a number of at least 0')
  check('sparsity.decay', sparsity.decay, isShare, '0 <= decay < 1')
}

function check(name: string, x: number, isGood: (x: number) => boolean, expected: string): void {
  if (!isGood(x)) refuse(name, expected, x)
}

function refuse(name: string, expected: string, received: unknown): never {
  throw new ConfigError({ who: `rbm ${name}`, expected, received: String(received) })
}
