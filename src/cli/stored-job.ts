import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RunError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import { readRun, runFiles, type StoredRun } from '../runs/node/index.ts'
import { describeExperiment } from '../train/index.ts'
import type { Job } from './plan.ts'

/**
 * What is on disk of a job, or undefined when it was not begun.
 * Throws RunError that names the first difference when the run was of another experiment or data.
 */
export async function readJob(job: Job, data: DataSource): Promise<StoredRun | undefined> {
  if (!existsSync(join(job.path, runFiles.description))) return undefined
  const stored = await readRun(job.path)
  const { experiment } = stored.description
  // Through JSON, as the stored one went.
  const now = JSON.parse(JSON.stringify(describeExperiment({ ...job.experiment, data })))
  refuseDifference(job.path, firstDifference(experiment, now, 'experiment'))
  const [before, after] = [stored.description.data.hash, data.description.hash]
  refuseDifference(job.path, firstDifference(before, after, 'data hash'))
  return stored
}

/** Two values that are not the same, and where. */
export interface Difference {
  readonly path: string
  readonly before: unknown
  readonly after: unknown
}

/** The first place at which two JSON values differ. */
export function firstDifference(
  before: unknown,
  after: unknown,
  path: string,
): Difference | undefined {
  if (before === after) return undefined
  if (!isTree(before) || !isTree(after)) return { path, before, after }
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  for (const name of names) {
    const found = firstDifference(before[name], after[name], `${path}.${name}`)
    if (found) return found
  }
  return undefined
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function refuseDifference(run: string, difference: Difference | undefined): void {
  if (!difference) return
  const { path, before, after } = difference
  throw new RunError({
    who: `resume "${run}"`,
    expected: `${path} ${JSON.stringify(before) ?? 'absent'}`,
    received: JSON.stringify(after) ?? 'absent',
    from: 'the experiment as it is now',
    hint: 'A changed experiment is a new run: start it without --resume',
  })
}
