import { lengthIn, positionIn, type ScheduleRow, type Unit } from './schedule.ts'

/** Less by a factor after every so many units. */
export interface StepDecayConfig {
  readonly kind: 'stepDecay'
  readonly every: number
  readonly factor: number
  readonly per: Unit
}

/** Less by a factor at given times. */
export interface MultiStepDecayConfig {
  readonly kind: 'multiStepDecay'
  readonly milestones: readonly number[]
  readonly factor: number
  readonly per: Unit
}

/** Less by a factor after every unit. */
export interface ExponentialDecayConfig {
  readonly kind: 'exponentialDecay'
  readonly factor: number
  readonly per: Unit
}

/** Half a wave of the cosine, from 1 down. */
export interface CosineDecayConfig {
  readonly kind: 'cosineDecay'
  /** All that is scheduled, when absent. */
  readonly length?: number
  readonly minFactor: number
  readonly per: Unit
}

/** Half waves of the cosine that begin anew, each longer than the one before. */
export interface CosineRestartsConfig {
  readonly kind: 'cosineRestarts'
  readonly firstPeriod: number
  readonly periodFactor: number
  readonly minFactor: number
  readonly per: Unit
}

/** `factor^floor(t / every)`. Source: PyTorch's StepLR. */
export const stepDecayRow: ScheduleRow<StepDecayConfig> = {
  doc: 'factor^floor(t / every)',
  factor: ({ every, factor, per }, at) => factor ** Math.floor(positionIn(per, at) / every),
}

/** `factor^(milestones up to t)`. Source: PyTorch's MultiStepLR. */
export const multiStepDecayRow: ScheduleRow<MultiStepDecayConfig> = {
  doc: 'factor^(number of milestones <= t)',
  factor({ milestones, factor, per }, at) {
    const t = positionIn(per, at)
    return factor ** milestones.filter(milestone => milestone <= t).length
  },
}

/** `factor^t`. Source: PyTorch's ExponentialLR. */
export const exponentialDecayRow: ScheduleRow<ExponentialDecayConfig> = {
  doc: 'factor^t',
  factor: ({ factor, per }, at) => factor ** positionIn(per, at),
}

/**
 * `minFactor + (1 - minFactor) (1 + cos(pi t / T)) / 2`, and minFactor from T on, where PyTorch's
 * CosineAnnealingLR goes up again. Source: Loshchilov and Hutter 2017, equation 5, without restarts.
 */
export const cosineDecayRow: ScheduleRow<CosineDecayConfig> = {
  doc: 'minFactor + (1 - minFactor) (1 + cos(pi t / T)) / 2',
  factor({ length, minFactor, per }, at) {
    return cosine(1, minFactor, positionIn(per, at) / (length ?? lengthIn(per, at)))
  },
}

/**
 * The same over periods of `firstPeriod periodFactor^i`.
 * Source: Loshchilov and Hutter 2017, equation 5; PyTorch's CosineAnnealingWarmRestarts.
 */
export const cosineRestartsRow: ScheduleRow<CosineRestartsConfig> = {
  doc: 'minFactor + (1 - minFactor) (1 + cos(pi t / T)) / 2, anew after T = firstPeriod periodFactor^i',
  factor({ firstPeriod, periodFactor, minFactor, per }, at) {
    let t = positionIn(per, at)
    let period = firstPeriod
    if (periodFactor === 1) t %= period
    while (t >= period) {
      t -= period
      period *= periodFactor
    }
    return cosine(1, minFactor, t / period)
  },
}

/** Half a wave of the cosine between two numbers; the share done is held within 0 to 1. */
export function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(share, 1)))) / 2
}
