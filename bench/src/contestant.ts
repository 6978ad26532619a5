import { createInterface } from 'node:readline'
import { type Batch, batchCount, makeBatches, randomFrom } from './data.ts'
import type { Workload } from './workloads.ts'

/** A line the coordinator sends; `way` names one of several nets in the same process. */
export type Command =
  | { readonly cmd: 'prepare'; readonly workload: Workload; readonly way?: string }
  /** `batch` is the one to begin with, by default the one after the last. */
  | {
      readonly cmd: 'measure'
      readonly steps: number
      readonly batch?: number
      readonly way?: string
    }
  | { readonly cmd: 'exit' }

/** The answer to `prepare`: a step on the first batch is done. */
export interface Ready {
  readonly ready: true
  readonly engine: string
  readonly version: string
  /** Wall time of that step in milliseconds, whatever else it had to do first. */
  readonly ms: number
  /** Its loss, from before the update; null if nothing is trained. */
  readonly loss: number | null
}

/** The answer to `measure`: wall time of each step in milliseconds and the loss of the last. */
export interface Measured {
  readonly ms: readonly number[]
  readonly loss: number | null
}

/** The answer of a contestant that cannot run here. */
export interface Unavailable {
  readonly unavailable: string
}

/** A net that is ready to be trained, on one engine. */
export interface Trainer {
  readonly engine: string
  readonly version: string
  /** Steps that one call of `step` makes, from one batch on; default 1. */
  readonly stepsPerCall?: number
  /** Forward, loss, backward and update on one of the batches; the work is done when it returns. */
  step(batch: number): void | Promise<void>
  /** The loss of the last step. */
  loss(): number | Promise<number>
}

/** Builds the net of a workload over its batches. Throws when it cannot run here. */
export type Prepare = (
  workload: Workload,
  batches: readonly Batch[],
  way?: string,
) => Trainer | Promise<Trainer>

/** A net, and the batch that it takes next. */
interface Lane {
  readonly trainer: Trainer
  next: number
}

/** Serves the protocol on standard input and output, one line of JSON each way, until `exit`. */
export async function serve(prepare: Prepare): Promise<void> {
  // Output belongs to the protocol, and a library that draws from Math.random draws the same each run.
  console.log = console.error
  Math.random = randomFrom(3)
  const lanes = new Map<string, Lane>()
  const measure = async (steps: number, way: string, batch?: number): Promise<Measured> => {
    const lane = lanes.get(way)
    if (!lane) throw new Error('measure before prepare')
    lane.next = batch ?? lane.next
    const ms: number[] = []
    const { stepsPerCall = 1 } = lane.trainer
    for (let i = 0; i < steps; i += stepsPerCall) {
      const start = performance.now()
      const pending = lane.trainer.step(lane.next)
      if (pending) await pending
      const perStep = (performance.now() - start) / stepsPerCall
      ms.push(...Array<number>(stepsPerCall).fill(perStep))
      lane.next = (lane.next + stepsPerCall) % batchCount
    }
    return { ms, loss: await lane.trainer.loss() }
  }
  const answer = async (command: Command): Promise<Ready | Measured | Unavailable> => {
    if (command.cmd === 'exit') throw new Error('exit has no answer')
    const { way = '' } = command
    if (command.cmd === 'measure') return measure(command.steps, way, command.batch)
    const trainer = await prepare(command.workload, makeBatches(command.workload), command.way)
    lanes.set(way, { trainer, next: 0 })
    const { ms, loss } = await measure(1, way)
    return { ready: true, engine: trainer.engine, version: trainer.version, ms: ms[0]!, loss }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const command = JSON.parse(line) as Command
    if (command.cmd === 'exit') break
    const reply = await answer(command).catch((error: unknown) => ({
      unavailable: error instanceof Error ? error.message : String(error),
    }))
    process.stdout.write(`${JSON.stringify(reply)}\n`)
  }
  process.exit(0)
}
