import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../../base/index.ts'
import { JustrightError, RunError } from '../../base/index.ts'
import { completedValue } from '../../formats/index.ts'
import type {
  Checkpoint,
  EpochRecord,
  RecoveryRecord,
  RunDescription,
  RunResult,
  SignalRecord,
  StepRecord,
} from '../recorder.ts'
import { findCheckpoint, saveCheckpoint } from './checkpoints.ts'
import { EventLog } from './event-log.ts'
import { type Filters, filtersEvent, filtersOf } from './filters.ts'
import { checkpointFolder, runFiles } from './layout.ts'
import { type Lock, lockRun } from './lock.ts'
import { openingEvents } from './opening.ts'
import { differencesOf, readRunFile, writeFailure, writeResult, writeRunFile } from './run-file.ts'
import { epochEvent, recoveryEvent, stepEvent } from './scalars.ts'
import { signalEvent } from './signals.ts'
import { removeTemporaries, writeFileAtomically } from './write-file.ts'

/** How a run is written. */
export interface WriterOptions {
  readonly origin?: Json | undefined
  readonly flushEveryMs: number
  readonly warn: (sentence: string) => void
}

/** One sitting of a run in its directory: from `begin` to `end` or `fail`. */
export class RunWriter {
  readonly #path: string
  readonly #options: WriterOptions
  #lock: Lock | undefined
  #log: EventLog | undefined
  #description: RunDescription | undefined
  /** The newest filters of the first layer, unless they are in the event file. */
  #filters: { readonly filters: Filters; readonly step: number } | undefined
  /** The step of the checkpoint to go on from, whatever happens. */
  #savedStep: number | undefined
  /** Whether `last` is there and good. */
  #keepLast = false

  constructor(path: string, options: WriterOptions) {
    this.#path = path
    this.#options = options
  }

  async begin(description: RunDescription, resumedAt: number): Promise<void> {
    try {
      await this.#guard('the run', () => this.#begin(description, resumedAt))
    } catch (error) {
      await this.#release()
      throw error
    }
  }

  async #begin(description: RunDescription, resumedAt: number): Promise<void> {
    const path = this.#path
    await mkdir(join(path, checkpointFolder), { recursive: true })
    this.#lock = await lockRun(path)
    const { takenFrom } = this.#lock
    if (takenFrom !== undefined)
      this.#options.warn(`${path}: ${takenFrom} ended without finishing this run; its lock is mine`)
    const known = await readRunFile(path)
    if (known && resumedAt === 0) requireSame(path, known.description, description)
    await removeTemporaries(path)
    await removeTemporaries(join(path, checkpointFolder))
    const { checkpoint, isLast } = await findCheckpoint(path)
    this.#savedStep = checkpoint?.progress.step
    this.#keepLast = isLast
    const origin = this.#options.origin ?? known?.origin
    await writeRunFile(path, {
      description,
      createdAt: known?.createdAt ?? new Date().toISOString(),
      ...(origin === undefined ? {} : { origin }),
    })
    await rm(join(path, runFiles.result), { force: true })
    await rm(join(path, runFiles.failure), { force: true })
    this.#description = description
    this.#log = await EventLog.open(path, resumedAt, this.#options.flushEveryMs)
    if (resumedAt === 0)
      for (const event of openingEvents(description, Date.now() / 1000)) this.#log.add(event)
  }

  /** Only takes them into memory; they are written in the background. */
  steps(records: readonly StepRecord[]): void {
    const wallTime = Date.now() / 1000
    try {
      for (const record of records) this.#log!.add(stepEvent(record, wallTime))
    } catch (error) {
      throw this.#explain('the event file', error)
    }
  }

  /** As steps, only into memory. */
  signals(record: SignalRecord): void {
    try {
      this.#log!.add(signalEvent(record, Date.now() / 1000))
    } catch (error) {
      throw this.#explain('the event file', error)
    }
  }

  async recover(record: RecoveryRecord): Promise<void> {
    await this.#guard('the event file', async () => {
      this.#log!.add(recoveryEvent(record, Date.now() / 1000))
      await this.#log!.flush()
    })
  }

  async epoch(record: EpochRecord): Promise<void> {
    await this.#guard('the event file', async () => {
      this.#log!.add(epochEvent(record, Date.now() / 1000))
      await this.#log!.flush()
    })
  }

  async checkpoint(checkpoint: Checkpoint, isBest: boolean): Promise<void> {
    // Events first: what happened before a checkpoint is never lost to a resumed run.
    await this.#guard('the event file', () => this.#log!.flush())
    await this.#guard('a checkpoint', () =>
      saveCheckpoint(this.#path, checkpoint, { isBest, keepLast: this.#keepLast }),
    )
    this.#keepLast = true
    this.#savedStep = checkpoint.progress.step
    await this.#guard('the event file', async () => this.#showFilters(checkpoint))
  }

  /** At the start and at the end of epochs 1, 2, 4, 8 and so on; the last ones are kept for the end. */
  #showFilters({ tensors, progress: { step, epoch } }: Checkpoint): void {
    const filters = filtersOf(this.#description!, tensors)
    if (!filters) return
    this.#filters = { filters, step }
    const isWhole = step % this.#description!.steps.perEpoch === 0
    if (isWhole && Number.isInteger(Math.log2(Math.max(1, epoch)))) this.#writeFilters()
  }

  #writeFilters(): void {
    if (!this.#filters) return
    const { filters, step } = this.#filters
    this.#log!.add(filtersEvent(filters, step, Date.now() / 1000))
    this.#filters = undefined
  }

  async model(onnx: Uint8Array): Promise<void> {
    await this.#guard(runFiles.model, () =>
      writeFileAtomically(join(this.#path, runFiles.model), onnx),
    )
  }

  async end(result: RunResult): Promise<void> {
    await this.#guard('the event file', async () => {
      this.#writeFilters()
      const wallTime = Date.now() / 1000
      const value = [completedValue(wallTime)]
      if (result.status === 'completed')
        this.#log!.add({ wallTime, step: result.steps, summary: { value } })
      await this.#log!.flush()
    })
    await this.#guard(runFiles.result, () => writeResult(this.#path, result))
    await this.#release()
  }

  async fail(error: unknown): Promise<void> {
    // What goes wrong here would only hide the error that matters.
    await writeFailure(this.#path, error).catch(() => undefined)
    await this.#release().catch(() => undefined)
  }

  async #release(): Promise<void> {
    try {
      await this.#log?.close()
    } finally {
      await this.#lock?.release()
    }
  }

  async #guard(what: string, write: () => Promise<void>): Promise<void> {
    try {
      await write()
    } catch (error) {
      throw this.#explain(what, error)
    }
  }

  /** A system's error, with what is safe and how to go on. */
  #explain(what: string, error: unknown): unknown {
    const cause = error instanceof JustrightError ? error.cause : error
    const { code, message } = (cause ?? {}) as NodeJS.ErrnoException
    if (code === undefined) return error
    const lacksRoom = noRoom.has(code)
    const remedy = lacksRoom
      ? 'free some space'
      : notAllowed.has(code)
        ? 'make the directory writable'
        : 'put that right'
    const file = this.#keepLast ? runFiles.last : runFiles.previous
    const saved = `The checkpoint of step ${this.#savedStep} is safe in ${file}`
    return new RunError({
      who: `run directory "${this.#path}"`,
      expected: lacksRoom ? `room for ${what}` : `a directory where ${what} can be written`,
      received: message,
      hint:
        this.#savedStep === undefined
          ? `No step was saved: ${remedy}, then start the run again`
          : `${saved}: ${remedy}, then resume the run`,
      cause,
    })
  }
}

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const notAllowed = new Set(['EACCES', 'EPERM', 'EROFS'])

function requireSame(path: string, known: RunDescription, description: RunDescription): void {
  const differences = differencesOf(known, description)
  if (differences.length === 0) return
  throw new RunError({
    who: `run directory "${path}"`,
    expected: `the run "${known.name}" that it holds`,
    received: `"${description.name}", which differs in ${differences.join(', ')}`,
    hint: 'Choose another directory, or resume the run that is there',
  })
}
