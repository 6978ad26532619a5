import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { JustrightError } from '../../base/index.ts'
import type { Checkpoint } from '../recorder.ts'
import { encodeCheckpoint, readCheckpoint } from './checkpoint-file.ts'
import { runFiles } from './layout.ts'
import { replaceFile, shareFile, stageFile } from './write-file.ts'

/** What a new checkpoint does to the others. */
export interface SaveOptions {
  readonly isBest: boolean
  /** Whether `last` is there and good, so that it becomes `previous`. */
  readonly keepLast: boolean
}

/**
 * Writes the newest checkpoint of a run. At every instant `last` is whole, and `previous` is one
 * that was. `best` comes before `last`: a run that goes on from the older `last` makes it again.
 */
export async function saveCheckpoint(
  folder: string,
  checkpoint: Checkpoint,
  { isBest, keepLast }: SaveOptions,
): Promise<void> {
  const last = join(folder, runFiles.last)
  const staged = await stageFile(last, encodeCheckpoint(checkpoint))
  if (isBest) await shareFile(staged, join(folder, runFiles.best))
  if (keepLast) await shareFile(last, join(folder, runFiles.previous))
  await replaceFile(staged, last)
}

/** The newest good checkpoint of a run, if any, and what is wrong with those that are newer. */
export interface FoundCheckpoint {
  readonly checkpoint?: Checkpoint
  /** Whether it is `last`. */
  readonly isLast: boolean
  readonly warnings: readonly string[]
}

/** Reads `last`, or `previous` when `last` is damaged. */
export async function findCheckpoint(folder: string): Promise<FoundCheckpoint> {
  const warnings: string[] = []
  for (const file of [runFiles.last, runFiles.previous]) {
    const path = join(folder, file)
    try {
      await access(path)
    } catch {
      continue
    }
    try {
      const checkpoint = await readCheckpoint(path)
      const isLast = file === runFiles.last
      if (!isLast)
        warnings.push(`Using ${file}, of step ${checkpoint.progress.step}, in place of the newest`)
      return { checkpoint, isLast, warnings }
    } catch (error) {
      if (!(error instanceof JustrightError)) throw error
      warnings.push(`A checkpoint is damaged and not used: ${error.message}`)
    }
  }
  const start = 'a resume starts from the beginning'
  warnings.push(
    warnings.length > 0 ? `No checkpoint is good: ${start}` : `No step was saved: ${start}`,
  )
  return { isLast: false, warnings }
}
