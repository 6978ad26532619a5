import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { tensor } from '../../src/base/index.ts'
import type {
  Checkpoint,
  EpochRecord,
  RunDescription,
  RunResult,
  StepRecord,
} from '../../src/runs/index.ts'

/** A folder that is gone when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'justright-runs-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A run of two epochs. */
export const description: RunDescription = {
  name: 'digits',
  experiment: { model: { kind: 'linear', size: 10 }, epochs: 2, batchSize: 4, seed: 0 },
  data: { source: 'made up', hash: 'abc' },
  steps: { perEpoch: 5, total: 10 },
  parameters: 7,
  versions: { justright: '0.1.0', engine: 'reference', platform: 'node' },
}

/** How it ends. */
export const result: RunResult = {
  status: 'completed',
  epochs: 2,
  steps: 10,
  seconds: 1.5,
  train: { loss: 0.5, accuracy: 0.75, examples: 20 },
  test: { loss: 0.25, accuracy: 0.9, examples: 10 },
}

/** A checkpoint whose every number is its step. */
export function checkpointAt(step: number, size = 6): Checkpoint {
  const values = Array<number>(size).fill(step)
  return {
    tensors: {
      '0.weight': tensor([values, values]),
      'optimizer/moment/0.weight': tensor(values, 'float64'),
    },
    progress: {
      step,
      epoch: 0,
      partial: { lossSum: 0.1 + 0.2, correct: Number.NaN, examples: step },
      history: [],
      seconds: step / 3,
    },
  }
}

/** The records of steps, whose loss falls as 1/step. */
export const steps = (from: number, to: number, loss = 1): StepRecord[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({
    step: from + i,
    epoch: 1,
    loss: loss / (from + i),
    accuracy: 0.5,
    learningRate: 0.125,
    examples: 4,
  }))

/** The record of an epoch that ends at a step. */
export const epochAt = (step: number): EpochRecord => ({
  epoch: step / 5,
  step,
  train: { loss: 0.5, accuracy: 0.75, examples: 20 },
  validation: { loss: 0.25, accuracy: 0.875, examples: 8 },
  seconds: step,
  examplesPerSecond: 1000,
})
