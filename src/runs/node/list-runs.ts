import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RunError } from '../../base/index.ts'
import { isLocked } from './lock.ts'
import { readFailure, readResult, readRunFile } from './run-file.ts'

/** A run in a list of runs. */
export interface RunSummary {
  /** The name of its directory. */
  readonly name: string
  readonly path: string
  /** `stopped`: it was killed; `unreadable`: see `problem`. */
  readonly status: 'running' | 'completed' | 'interrupted' | 'failed' | 'stopped' | 'unreadable'
  /** On the test split, 0 to 1. */
  readonly testAccuracy?: number
  /** ISO 8601. */
  readonly createdAt?: string
  /** Why it failed or cannot be read. */
  readonly problem?: string
}

/**
 * The runs in a folder, newest first; an absent folder holds none.
 * Throws RunError when the folder cannot be read.
 */
export async function listRuns(parent: string): Promise<RunSummary[]> {
  const names = await foldersIn(parent)
  const found = await Promise.all(names.map(name => summaryOf(name, join(parent, name))))
  return found
    .filter(summary => summary !== undefined)
    .sort((a, b) => compare(b.createdAt ?? '', a.createdAt ?? '') || compare(a.name, b.name))
}

async function summaryOf(name: string, path: string): Promise<RunSummary | undefined> {
  try {
    const run = await readRunFile(path)
    if (!run) return undefined
    const { createdAt } = run
    const result = await readResult(path)
    const accuracy = result?.test?.accuracy
    const testAccuracy = accuracy === undefined ? {} : { testAccuracy: accuracy }
    if (result) return { name, path, status: result.status, ...testAccuracy, createdAt }
    const problem = (await readFailure(path))?.message
    if (problem !== undefined) return { name, path, status: 'failed', createdAt, problem }
    return { name, path, status: (await isLocked(path)) ? 'running' : 'stopped', createdAt }
  } catch (error) {
    return { name, path, status: 'unreadable', problem: (error as Error).message }
  }
}

async function foldersIn(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true })
    return entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return []
    throw new RunError({ who: parent, expected: 'a folder of runs', received: message, cause })
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
