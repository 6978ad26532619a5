import { type Instant, positionIn, type ScheduleRow } from './schedule.ts'

/** Less by a factor whenever scores stop getting better. */
export interface ReduceOnPlateauConfig {
  readonly kind: 'reduceOnPlateau'
  readonly monitor: 'loss' | 'accuracy'
  readonly factor: number
  /** Epochs without a better score that are waited for. */
  readonly patience: number
  /** A score is better by more than this part of the best. */
  readonly threshold: number
  /** Epochs after a reduction that are not counted. */
  readonly cooldown: number
  readonly minFactor: number
}

/**
 * Times factor after more than `patience` epochs in a row whose score was no better than
 * `best (1 - threshold)`, or `best (1 + threshold)` where the accuracy is monitored.
 * Source: PyTorch's ReduceLROnPlateau with threshold_mode "rel"; Keras has an absolute threshold and
 * waits one epoch less.
 */
export const reduceOnPlateauRow: ScheduleRow<ReduceOnPlateauConfig> = {
  doc: 'times factor after patience epochs without a better score',
  factor(config, at) {
    const { monitor, factor, patience, threshold, cooldown, minFactor } = config
    let reduced = 1
    let best: number | undefined
    let [bad, cooling] = [0, 0]
    for (const score of scoresSince(at).map(scores => scores[monitor] ?? Number.NaN)) {
      const goal =
        best === undefined ? undefined : best * (monitor === 'loss' ? 1 - threshold : 1 + threshold)
      const isBetter = goal === undefined || (monitor === 'loss' ? score < goal : score > goal)
      if (isBetter) best = score
      bad = isBetter || cooling > 0 ? 0 : bad + 1
      cooling = Math.max(0, cooling - 1)
      if (bad <= patience) continue
      reduced = Math.max(reduced * factor, minFactor)
      bad = 0
      cooling = cooldown
    }
    return reduced
  },
}

/** The scores of the epochs that ended since the start. */
function scoresSince(at: Instant): Instant['scores'] {
  const done = positionIn('epoch', at)
  return done === 0 ? [] : at.scores.slice(-done)
}
