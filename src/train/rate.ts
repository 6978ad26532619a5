import { factorOf } from '../optim/index.ts'
import type { EpochRecord } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'

/** The rate of the step after so many, given the epochs done, by which some schedules go. */
export function rateAfter(
  { optimizer, schedule, epochs }: Pick<Experiment, 'optimizer' | 'schedule' | 'epochs'>,
  stepsPerEpoch: number,
  step: number,
  history: readonly EpochRecord[],
): number {
  if (!schedule) return optimizer.learningRate
  const scores = history.map(({ train, validation }) => validation ?? train)
  const at = { step, start: 0, end: epochs * stepsPerEpoch, stepsPerEpoch, scores }
  return optimizer.learningRate * factorOf(schedule, at)
}
