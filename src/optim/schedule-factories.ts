import {
  ConfigError,
  checked,
  given,
  numberFrom,
  oneOf,
  type Requirement,
  requirements,
} from '../base/index.ts'
import type { ChainConfig, SequenceConfig } from './compositions.ts'
import type {
  CosineDecayConfig,
  CosineRestartsConfig,
  ExponentialDecayConfig,
  MultiStepDecayConfig,
  StepDecayConfig,
} from './decays.ts'
import type { ReduceOnPlateauConfig } from './plateau.ts'
import type { LinearWarmupConfig, OneCycleConfig } from './ramps.ts'
import type { ScheduleConfig } from './schedules.ts'

const { amount, count, countOrNone, counts, positive, wholeShare } = requirements
const required: Readonly<Record<string, Requirement>> = {
  per: oneOf('step', 'epoch'),
  every: count,
  length: count,
  firstPeriod: count,
  milestones: counts,
  factor: positive,
  periodFactor: numberFrom(1),
  minFactor: amount,
  startFactor: amount,
  endFactor: amount,
  riseShare: wholeShare,
  shape: oneOf('cosine', 'linear'),
  monitor: oneOf('loss', 'accuracy'),
  patience: countOrNone,
  cooldown: countOrNone,
  threshold: amount,
}

type Settings<C> = Omit<C, 'kind'>

/** The rate times `factor` after every so many epochs, or steps. */
export function stepDecay(settings: Partial<Settings<StepDecayConfig>> = {}): StepDecayConfig {
  return checked(
    { kind: 'stepDecay', every: 10, factor: 0.1, per: 'epoch', ...given(settings) },
    required,
  )
}

/** The rate times `factor` at each milestone, in epochs, or steps. */
export function multiStepDecay(
  settings: Partial<Settings<MultiStepDecayConfig>> & Pick<MultiStepDecayConfig, 'milestones'>,
): MultiStepDecayConfig {
  const milestones = Object.freeze([...settings.milestones])
  return checked(
    { kind: 'multiStepDecay', factor: 0.1, per: 'epoch', ...given(settings), milestones },
    required,
  )
}

/** The rate times `factor` after every epoch, or step. */
export function exponentialDecay(
  settings: Partial<Settings<ExponentialDecayConfig>> = {},
): ExponentialDecayConfig {
  return checked(
    { kind: 'exponentialDecay', factor: 0.9, per: 'epoch', ...given(settings) },
    required,
  )
}

/**
 * Down to `minFactor` of the rate along half a wave of the cosine, over `length` steps, or epochs; by
 * default over the whole run, or its part of a sequence. Source: Loshchilov and Hutter 2017.
 */
export function cosineDecay(
  settings: Partial<Settings<CosineDecayConfig>> = {},
): CosineDecayConfig {
  return checked({ kind: 'cosineDecay', minFactor: 0, per: 'step', ...given(settings) }, required)
}

/**
 * Cosines over `firstPeriod` epochs, or steps, then times `periodFactor` as many, and so on.
 * Source: Loshchilov and Hutter 2017.
 */
export function cosineRestarts(
  settings: Partial<Settings<CosineRestartsConfig>> = {},
): CosineRestartsConfig {
  return checked(
    {
      kind: 'cosineRestarts',
      firstPeriod: 10,
      periodFactor: 2,
      minFactor: 0,
      per: 'epoch',
      ...given(settings),
    },
    required,
  )
}

/** Straight up from `startFactor` of the rate to all of it over `length` steps, or epochs. */
export function linearWarmup(
  settings: Partial<Settings<LinearWarmupConfig>> = {},
): LinearWarmupConfig {
  return checked(
    { kind: 'linearWarmup', startFactor: 1 / 3, per: 'step', ...given(settings) },
    required,
  )
}

/**
 * Up to the optimiser's rate over `riseShare` of the steps, and down to almost nothing over the rest.
 * Source: Smith and Topin 2019.
 */
export function oneCycle(settings: Partial<Settings<OneCycleConfig>> = {}): OneCycleConfig {
  return checked(
    {
      kind: 'oneCycle',
      riseShare: 0.3,
      startFactor: 1 / 25,
      endFactor: 1 / 250_000,
      shape: 'cosine',
      per: 'step',
      ...given(settings),
    },
    required,
  )
}

/** The rate times `factor` when the validation loss, or accuracy, has not got better for a while. */
export function reduceOnPlateau(
  settings: Partial<Settings<ReduceOnPlateauConfig>> = {},
): ReduceOnPlateauConfig {
  return checked(
    {
      kind: 'reduceOnPlateau',
      monitor: 'loss',
      factor: 0.1,
      patience: 10,
      threshold: 1e-4,
      cooldown: 0,
      minFactor: 0,
      ...given(settings),
    },
    required,
  )
}

/**
 * Schedules one after the other: the first up to `milestones[0]` steps, or epochs, and so on; the last
 * one to the end. `sequence([linearWarmup(), cosineDecay()], { milestones: [500] })`
 * Throws ConfigError unless there is a milestone between every two schedules.
 */
export function sequence(
  schedules: readonly ScheduleConfig[],
  { milestones, per = 'step' }: Partial<SequenceConfig> & Pick<SequenceConfig, 'milestones'>,
): SequenceConfig {
  if (milestones.length !== schedules.length - 1)
    throw new ConfigError({
      who: 'sequence',
      expected: 'one milestone less than schedules, one between every two',
      received: `${schedules.length} schedules and ${milestones.length} milestones`,
    })
  const own = {
    schedules: Object.freeze([...schedules]),
    milestones: Object.freeze([...milestones]),
  }
  return checked({ kind: 'sequence', ...own, per }, required)
}

/** Schedules at the same time: the product of their factors. */
export function chain(...schedules: readonly ScheduleConfig[]): ChainConfig {
  if (schedules.length === 0)
    throw new ConfigError({ who: 'chain', expected: 'at least one schedule', received: 'none' })
  return Object.freeze({ kind: 'chain', schedules: Object.freeze([...schedules]) })
}
