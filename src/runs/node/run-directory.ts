import type { Json } from '../../base/index.ts'
import { RunError } from '../../base/index.ts'
import type { Recorder } from '../recorder.ts'
import { RunWriter } from './run-writer.ts'

/** How a run directory is written. */
export interface RunDirectoryOptions {
  /** Noted in `run.json`: whatever the caller needs to build the experiment again. */
  readonly origin?: Json
  /** The longest that a recorded step waits in memory; default 1000. */
  readonly flushEveryMs?: number
  /** Is told in one sentence what the reader should know; `console.warn` by default. */
  readonly warn?: (sentence: string) => void
}

/** What is kept of a run. */
type Kept = Omit<Recorder, 'pretrain'>

/** A recorder that keeps a run on disk; only `steps` does not wait for the disk. */
export type RunDirectory = {
  [K in keyof Kept]-?: (
    ...args: Parameters<Required<Kept>[K]>
  ) => K extends 'steps' ? void : Promise<void>
} & { readonly path: string }

/**
 * A recorder that keeps a run in a directory from which it can be resumed, whenever it is killed.
 * Its methods throw RunError: `begin` when the directory cannot be written, another process writes
 * it, or it holds another run and nothing is resumed; all others when a write fails, with what is safe.
 */
export function runDirectory(path: string, options: RunDirectoryOptions = {}): RunDirectory {
  const { origin, flushEveryMs = 1000, warn = console.warn } = options
  let writer: RunWriter | undefined
  const begun = (): RunWriter => {
    if (writer) return writer
    throw new RunError({
      who: `run directory "${path}"`,
      expected: 'a run that has begun',
      received: 'none',
    })
  }
  return {
    path,
    async begin(description, resumedAt) {
      const opened = new RunWriter(path, { origin, flushEveryMs, warn })
      await opened.begin(description, resumedAt)
      writer = opened
    },
    steps: records => begun().steps(records),
    signals: async record => begun().signals(record),
    recover: async record => begun().recover(record),
    epoch: async record => begun().epoch(record),
    checkpoint: async (checkpoint, isBest) => begun().checkpoint(checkpoint, isBest),
    model: async onnx => begun().model(onnx),
    async end(result) {
      await begun().end(result)
      writer = undefined
    },
    async fail(error) {
      // A run that failed before it began has left nothing here.
      await writer?.fail(error)
      writer = undefined
    },
  }
}
