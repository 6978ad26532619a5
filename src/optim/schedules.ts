import { rowNamed } from '../base/index.ts'
import { type ChainConfig, chainRow, type SequenceConfig, sequenceRow } from './compositions.ts'
import {
  type CosineDecayConfig,
  type CosineRestartsConfig,
  cosineDecayRow,
  cosineRestartsRow,
  type ExponentialDecayConfig,
  exponentialDecayRow,
  type MultiStepDecayConfig,
  multiStepDecayRow,
  type StepDecayConfig,
  stepDecayRow,
} from './decays.ts'
import { type ReduceOnPlateauConfig, reduceOnPlateauRow } from './plateau.ts'
import {
  type LinearWarmupConfig,
  linearWarmupRow,
  type OneCycleConfig,
  oneCycleRow,
} from './ramps.ts'
import type { Instant, ScheduleRow } from './schedule.ts'

/** The descriptions of schedules, by kind. */
export interface ScheduleConfigs {
  readonly stepDecay: StepDecayConfig
  readonly multiStepDecay: MultiStepDecayConfig
  readonly exponentialDecay: ExponentialDecayConfig
  readonly cosineDecay: CosineDecayConfig
  readonly cosineRestarts: CosineRestartsConfig
  readonly linearWarmup: LinearWarmupConfig
  readonly oneCycle: OneCycleConfig
  readonly reduceOnPlateau: ReduceOnPlateauConfig
  readonly sequence: SequenceConfig
  readonly chain: ChainConfig
}

/** The kind of a schedule. */
export type ScheduleKind = keyof ScheduleConfigs

/** A schedule of the rate as data. */
export type ScheduleConfig = ScheduleConfigs[ScheduleKind]

/** One row per schedule. */
export const scheduleTable: { readonly [K in ScheduleKind]: ScheduleRow<ScheduleConfigs[K]> } = {
  stepDecay: stepDecayRow,
  multiStepDecay: multiStepDecayRow,
  exponentialDecay: exponentialDecayRow,
  cosineDecay: cosineDecayRow,
  cosineRestarts: cosineRestartsRow,
  linearWarmup: linearWarmupRow,
  oneCycle: oneCycleRow,
  reduceOnPlateau: reduceOnPlateauRow,
  sequence: sequenceRow,
  chain: chainRow,
}

/** By what the optimiser's rate is multiplied in a step. Throws ConfigError when a kind is unknown. */
export function factorOf(schedule: ScheduleConfig, at: Instant): number {
  const row = rowNamed('schedule', scheduleTable, schedule.kind) as ScheduleRow<ScheduleConfig>
  return row.factor(schedule, at, factorOf)
}

/** Whether a schedule looks at accuracies, which only losses that classify have. */
export function monitorsAccuracy(schedule: ScheduleConfig): boolean {
  if ('schedules' in schedule) return schedule.schedules.some(monitorsAccuracy)
  return 'monitor' in schedule && schedule.monitor === 'accuracy'
}
