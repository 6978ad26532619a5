import type { ScheduleConfig } from './schedules.ts'

/** What lengths are counted in; a schedule that counts epochs changes the rate at their ends alone. */
export type Unit = 'step' | 'epoch'

/** A step of a run, as far as its rate depends on it. */
export interface Instant {
  /** Steps done before. */
  readonly step: number
  /** The first step of what is scheduled: the whole run, or a part of a sequence. */
  readonly start: number
  /** The step after its last. */
  readonly end: number
  readonly stepsPerEpoch: number
  /** What the epochs done so far scored, on validation data or, where there is none, in training. */
  readonly scores: readonly { readonly loss: number; readonly accuracy?: number }[]
}

/**
 * A schedule: the factor by which the optimiser's rate is multiplied, as a pure function of the step
 * and of past scores, so that a resumed run goes on bit for bit.
 */
export interface ScheduleRow<C> {
  /** One line for the catalogue: the factor at t steps or epochs, of T. */
  readonly doc: string
  /** `factorOf` is for schedules made of schedules. */
  readonly factor: (
    config: C,
    at: Instant,
    factorOf: (schedule: ScheduleConfig, at: Instant) => number,
  ) => number
}

/** t: whole units done since the start. Epochs are those of the run, wherever a part begins. */
export function positionIn(unit: Unit, { step, start, stepsPerEpoch }: Instant): number {
  if (unit === 'step') return step - start
  return Math.floor(step / stepsPerEpoch) - Math.floor(start / stepsPerEpoch)
}

/** T: the units from the start to the end. */
export function lengthIn(unit: Unit, { start, end, stepsPerEpoch }: Instant): number {
  if (unit === 'step') return end - start
  return Math.ceil(end / stepsPerEpoch) - Math.floor(start / stepsPerEpoch)
}

/** The step that lies so many units after the start. */
export function stepAfter(unit: Unit, units: number, { start, stepsPerEpoch }: Instant): number {
  if (unit === 'step') return start + units
  return (Math.floor(start / stepsPerEpoch) + units) * stepsPerEpoch
}
