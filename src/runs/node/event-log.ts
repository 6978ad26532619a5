import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Event,
  encodeEvent,
  fileVersionEvent,
  frameRecord,
  sessionStartEvent,
} from '../../formats/index.ts'
import { eventFileName, eventFilePattern } from './layout.ts'

/** Appends events to a new TensorBoard event file, in the background. */
export class EventLog {
  readonly #file: FileHandle
  readonly #flushEveryMs: number
  #waiting: Uint8Array[] = []
  #timer: NodeJS.Timeout | undefined
  /** Rejected for good once a write failed: what comes after a torn record could not be read. */
  #written: Promise<void> = Promise.resolve()
  #failure: unknown

  private constructor(file: FileHandle, flushEveryMs: number) {
    this.#file = file
    this.#flushEveryMs = flushEveryMs
  }

  /** Begins an event file, after all others in the folder, that goes on after the steps done. */
  static async open(folder: string, stepsDone: number, flushEveryMs: number): Promise<EventLog> {
    const now = Date.now() / 1000
    const seconds = (await eventFiles(folder)).map(name => Number(eventFilePattern.exec(name)![1]))
    const second = Math.max(Math.floor(now), ...seconds.map(used => used + 1))
    const log = new EventLog(await open(join(folder, eventFileName(second)), 'wx'), flushEveryMs)
    log.#append(encodeEvent(fileVersionEvent(now)))
    log.#append(encodeEvent(sessionStartEvent(now, stepsDone + 1)))
    try {
      await log.flush()
    } catch (error) {
      await log.#file.close()
      throw error
    }
    return log
  }

  /**
   * Takes an event; it is in the file within `flushEveryMs`.
   * Throws the system's error when an earlier write failed.
   */
  add(event: Event): void {
    if (this.#failure !== undefined) throw this.#failure
    this.#append(encodeEvent(event))
    this.#timer ??= setTimeout(() => this.#write(), this.#flushEveryMs).unref()
  }

  /** Resolves when all events are in the file. */
  async flush(): Promise<void> {
    this.#write()
    await this.#written
  }

  /** Writes what is left and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush()
    } finally {
      await this.#file.close()
    }
  }

  #append(payload: Uint8Array): void {
    this.#waiting.push(frameRecord(payload))
  }

  #write(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#waiting.length === 0) return
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#written = this.#written.then(() => this.#file.appendFile(bytes))
    this.#written.catch(error => {
      this.#failure = error
    })
  }
}

/** The names of the event files in a folder, oldest first. */
export async function eventFiles(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter(name => eventFilePattern.test(name)).sort()
}
