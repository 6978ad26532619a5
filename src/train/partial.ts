import type { Progress, StepRecord } from '../runs/index.ts'

/** Sums over no steps. */
export const noSteps: Progress['partial'] = { lossSum: 0, correct: 0, examples: 0 }

/** The sums over the steps of an epoch, with one more. */
export function withStep(sums: Progress['partial'], record: StepRecord): Progress['partial'] {
  const { loss, accuracy = 0, examples } = record
  return {
    ...sums,
    lossSum: sums.lossSum + loss * examples,
    // The engine's float32 sum, exactly: the division and this product err by less than its last bit.
    correct: sums.correct + Math.fround(accuracy * examples),
    examples: sums.examples + examples,
  }
}
