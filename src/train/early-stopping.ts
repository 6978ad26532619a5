import { RunError } from '../base/index.ts'
import type { EarlyStoppingConfig } from '../optim/index.ts'
import type { Progress, Scores } from '../runs/index.ts'

/** An epoch with what it is worth: greater is better. */
export type Best = NonNullable<Progress['best']>

/** The best epoch, once another is over: that one when it is better, by more than the least difference. */
export function bestOf(
  before: Best | undefined,
  epoch: number,
  scores: Scores,
  stopping?: EarlyStoppingConfig,
): Best {
  const { accuracy, loss } = scores
  const goesByLoss = stopping ? stopping.monitor === 'loss' : accuracy === undefined
  const value = goesByLoss ? -loss : accuracy!
  const isBetter = before === undefined || value > before.value + (stopping?.minDelta ?? 0)
  return isBetter ? { epoch, value } : before
}

/** Whether no epoch was better for as long as is waited for. */
export function hasStopped({ epoch, best }: Progress, stopping?: EarlyStoppingConfig): boolean {
  return stopping !== undefined && best !== undefined && epoch - best.epoch >= stopping.patience
}

/**
 * Checks that a checkpoint has what the end of its run restores.
 * Throws RunError when the best epoch's parameters are not there.
 */
export function requireBest({ best }: Progress, isKept: boolean): void {
  if (best === undefined || isKept) return
  throw new RunError({
    who: 'resume',
    expected: `the parameters of the best epoch ${best.epoch}, which early stopping restores`,
    received: 'none',
    hint: 'The checkpoint belongs to a run without early stopping',
  })
}
