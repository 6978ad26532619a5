import { join } from 'node:path'
import { ConfigError, RunError } from '../base/index.ts'
import type { Checkpoint } from '../runs/index.ts'
import { readCheckpoint, readRun, runFiles, type StoredRun } from '../runs/node/index.ts'
import { type Experiment, storedExperiment } from '../train/index.ts'
import type { CheckpointChoice } from './options.ts'
import { holdsOrder } from './order.ts'

/** What a run directory holds of its model. */
export interface StoredModel {
  readonly run: StoredRun
  /** As the run wrote it down; its data have no rows. */
  readonly experiment: Experiment
  readonly checkpoint: Checkpoint
}

/**
 * The model of a run directory, with the newest or the best checkpoint.
 * Throws ConfigError when no directory or one of several runs is named, RunError when there is no such
 * run or checkpoint. `who` asks, for the error.
 */
export async function readStoredModel(
  folder: string | undefined,
  choice: CheckpointChoice | undefined,
  who: string,
): Promise<StoredModel> {
  const hint = '"justright runs" lists them'
  if (folder === undefined)
    throw new ConfigError({ who, expected: 'the directory of a run', received: 'none', hint })
  if (holdsOrder(folder))
    throw new ConfigError({
      who,
      expected: 'the directory of one run',
      received: `"${folder}", which holds several`,
      hint: `Name one of the directories in it; ${hint}`,
    })
  const run = await readRun(folder)
  const experiment = storedExperiment(run.description)
  return { run, experiment, checkpoint: await checkpointOf(folder, run, choice) }
}

async function checkpointOf(
  folder: string,
  { checkpoint, result }: StoredRun,
  // What the run ended with.
  choice: CheckpointChoice = result?.restoredEpoch === undefined ? 'last' : 'best',
): Promise<Checkpoint> {
  if (choice === 'best') return readCheckpoint(join(folder, runFiles.best))
  if (checkpoint) return checkpoint
  throw new RunError({ who: `run "${folder}"`, expected: 'a good checkpoint', received: 'none' })
}
