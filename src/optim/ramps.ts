import { cosine } from './decays.ts'
import { lengthIn, positionIn, type ScheduleRow, type Unit } from './schedule.ts'

/** A straight rise to 1. */
export interface LinearWarmupConfig {
  readonly kind: 'linearWarmup'
  /** All that is scheduled, when absent. */
  readonly length?: number
  readonly startFactor: number
  readonly per: Unit
}

/** One rise to 1 and one long fall. */
export interface OneCycleConfig {
  readonly kind: 'oneCycle'
  /** All that is scheduled, when absent. */
  readonly length?: number
  /** The part of the length that rises. */
  readonly riseShare: number
  readonly startFactor: number
  readonly endFactor: number
  readonly shape: 'cosine' | 'linear'
  readonly per: Unit
}

/**
 * `startFactor + (1 - startFactor) min(t / T, 1)`.
 * Source: Goyal et al. 2017, section 2.2; a third at the start as in PyTorch's LinearLR.
 */
export const linearWarmupRow: ScheduleRow<LinearWarmupConfig> = {
  doc: 'startFactor + (1 - startFactor) min(t / T, 1)',
  factor: ({ length, startFactor, per }, at) =>
    line(startFactor, 1, positionIn(per, at) / (length ?? lengthIn(per, at))),
}

/**
 * From startFactor up to 1 at `riseShare T - 1`, then down to endFactor at T - 1, and endFactor after.
 * Source: Smith and Topin 2019 in the two phases of fastai, with the defaults of PyTorch's OneCycleLR.
 * The optimiser's rate is the peak. Momentum is not cycled, which PyTorch does unless told not to.
 */
export const oneCycleRow: ScheduleRow<OneCycleConfig> = {
  doc: 'startFactor up to 1 over riseShare T, then down to endFactor at the end',
  factor({ length, riseShare, startFactor, endFactor, shape, per }, at) {
    const t = positionIn(per, at)
    const last = (length ?? lengthIn(per, at)) - 1
    const peak = Math.max(0, riseShare * (last + 1) - 1)
    const between = shape === 'cosine' ? cosine : line
    if (t < peak) return between(startFactor, 1, t / peak)
    return t > peak ? between(1, endFactor, (t - peak) / (last - peak)) : 1
  },
}

function line(from: number, to: number, share: number): number {
  return from + (to - from) * Math.min(share, 1)
}
