import { type Instant, type ScheduleRow, stepAfter, type Unit } from './schedule.ts'
import type { ScheduleConfig } from './schedules.ts'

/** Schedules one after the other. */
export interface SequenceConfig {
  readonly kind: 'sequence'
  readonly schedules: readonly ScheduleConfig[]
  /** Where each but the first begins. */
  readonly milestones: readonly number[]
  readonly per: Unit
}

/** Schedules at the same time. */
export interface ChainConfig {
  readonly kind: 'chain'
  readonly schedules: readonly ScheduleConfig[]
}

/** The factor of the schedule whose part it is, as if a run began and ended with the part. */
export const sequenceRow: ScheduleRow<SequenceConfig> = {
  doc: 'the schedules one after the other, the next one from each milestone on',
  factor({ schedules, milestones, per }, at, factorOf) {
    const bounds = [at.start, ...milestones.map(units => stepAfter(per, units, at)), at.end]
    const i = Math.max(
      0,
      bounds.slice(0, -1).findLastIndex(bound => bound <= at.step),
    )
    const part: Instant = { ...at, start: bounds[i]!, end: bounds[i + 1]! }
    return factorOf(schedules[i]!, part)
  },
}

/** The product of all factors. */
export const chainRow: ScheduleRow<ChainConfig> = {
  doc: 'the product of the factors',
  factor: ({ schedules }, at, factorOf) =>
    schedules.reduce((product, schedule) => product * factorOf(schedule, at), 1),
}
