import type { Json } from '../../base/index.ts'
import type { StoredDivergence } from '../record.ts'
import type { Checkpoint, RunDescription, RunResult } from '../recorder.ts'
import { absentRun } from './absent-run.ts'
import { findCheckpoint } from './checkpoints.ts'
import { readFailure, readResult, readRunFile } from './run-file.ts'

/** A run as its directory holds it. */
export interface StoredRun {
  readonly description: RunDescription
  /** What the caller of `runDirectory` noted to build the experiment again. */
  readonly origin?: Json
  /** ISO 8601. */
  readonly createdAt: string
  /** The newest good checkpoint. */
  readonly checkpoint?: Checkpoint
  /** How the run ended, unless it is under way, was killed or failed. */
  readonly result?: RunResult
  /** Why the run failed. */
  readonly failure?: string
  /** Where it left the finite numbers, if that is why. */
  readonly divergence?: StoredDivergence
  /** What is damaged or missing, and what is used in its place: sentences for the reader. */
  readonly warnings: readonly string[]
}

/**
 * Reads a run directory, also one that is being written. A damaged checkpoint is replaced by the one
 * before it, with a warning.
 * Throws RunError when there is no run at the path, or `run.json` is damaged or of another version.
 */
export async function readRun(path: string): Promise<StoredRun> {
  const run = await readRunFile(path)
  if (!run) throw await absentRun(path)
  const { checkpoint, warnings } = await findCheckpoint(path)
  const result = await orWarning(readResult(path))
  const failure = await orWarning(readFailure(path))
  return {
    ...run,
    ...(checkpoint ? { checkpoint } : {}),
    ...(result.value ? { result: result.value } : {}),
    ...(failure.value ? { failure: failure.value.message } : {}),
    ...(failure.value?.divergence ? { divergence: failure.value.divergence } : {}),
    warnings: [...warnings, ...result.warnings, ...failure.warnings],
  }
}

/** What a run can do without is worth a warning only. */
async function orWarning<T>(reading: Promise<T>): Promise<{ value?: T; warnings: string[] }> {
  try {
    return { value: await reading, warnings: [] }
  } catch (error) {
    return { warnings: [(error as Error).message] }
  }
}
