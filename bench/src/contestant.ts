import { createInterface } from 'node:readline'
import { type Batch, makeBatches, randomFrom } from './data.ts'
import type { Workload } from './workloads.ts'

/** A line the coordinator sends. */
export type Command =
  | { readonly cmd: 'prepare'; readonly workload: Workload }
  /** `batch` is the one to begin with, by default the one after the last. */
  | { readonly cmd: 'measure'; readonly steps: number; readonly batch?: number }
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
export type Prepare = (workload: Workload, batches: readonly Batch[]) => Trainer | Promise<Trainer>

/** Serves the protocol on standard input and output, one line of JSON each way, until `exit`. */
export async function serve(prepare: Prepare): Promise<void> {
  // Output belongs to the protocol, and a library that draws from Math.random draws the same each run.
  console.log = console.error
  Math.random = randomFrom(3)
  let trainer: Trainer | undefined
  let batches: readonly Batch[] = []
  let next = 0
  const measure = async (steps: number): Promise<Measured> => {
    if (!trainer) throw new Error('measure before prepare')
    const ms: number[] = []
    const { stepsPerCall = 1 } = trainer
    for (let i = 0; i < steps; i += stepsPerCall) {
      const start = performance.now()
      const pending = trainer.step(next)
      if (pending) await pending
      const perStep = (performance.now() - start) / stepsPerCall
      ms.push(...Array<number>(stepsPerCall).fill(perStep))
      next = (next + stepsPerCall) % batches.length
    }
    return { ms, loss: await trainer.loss() }
  }
  const answer = async (command: Command): Promise<Ready | Measured | Unavailable> => {
    if (command.cmd === 'measure') {
      next = command.batch ?? next
      return measure(command.steps)
    }
    if (command.cmd !== 'prepare') throw new Error(`unknown command ${command.cmd}`)
    batches = makeBatches(command.workload)
    trainer = await prepare(command.workload, batches)
    const { ms, loss } = await measure(1)
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
