import { setTimeout as pause } from 'node:timers/promises'
import { type Child, startChild } from './child.ts'
import { batchCount } from './data.ts'
import type { CommandLine } from './peers.ts'
import type { Workload } from './workloads.ts'

/** What one contestant did on one workload; `note` says why there is no figure. */
export interface Outcome {
  readonly engine: string
  readonly version: string
  /** Milliseconds per training step, over the steps of all rounds. */
  readonly medianMs: number | null
  readonly note?: string
}

interface Entrant {
  readonly child: Child
  /** Which of several nets in its process it is. */
  readonly way: { readonly way?: string }
  engine: string
  version: string
  steps: number
  isSlow: boolean
  ms: number[]
  note?: string
}

/** A step that takes longer needs no warming up, and one is as good as many. */
const slowMs = 1000
const enoughOfSlowMs = 15_000
const warmUpMs = 1000
const roundMs = 400
const maxSteps = 5000

/**
 * The outcome of each command line on a workload, in the same order.
 * All are warmed up first; then they take turns for some rounds, one process at a time, so that a
 * busy moment of the machine falls on all of them. A line with a way is another net in
 * the process of the first. One whose steps take seconds has had its turns
 * once it has trained for 15 seconds; the step that shows so counts.
 */
export async function contest(
  workload: Workload,
  lines: readonly CommandLine[],
  rounds: number,
): Promise<Outcome[]> {
  const entrants: Entrant[] = []
  try {
    for (const line of lines) {
      const way = line.way === undefined ? {} : { way: line.way }
      const child = line.way === undefined ? startChild(line) : entrants[0]!.child
      const entrant = { child, way, engine: '', version: '', steps: 1, isSlow: false, ms: [] }
      entrants.push(entrant)
      await warmUp(entrant, workload)
    }
    for (let round = 0; round < rounds; round++)
      for (const entrant of entrants) if (entrant.note === undefined) await takeTurn(entrant)
  } finally {
    for (const { child } of entrants) child.stop()
  }
  return entrants.map(({ engine, version, ms, note }) => ({
    engine,
    version,
    medianMs: note === undefined ? median(ms) : null,
    ...(note === undefined ? {} : { note }),
  }))
}

/**
 * Trains until the engine runs as it will. Compares losses of the same batch: each round over the
 * batches ends on the one it began with, and a slow entrant takes that one again.
 */
async function warmUp(entrant: Entrant, workload: Workload): Promise<void> {
  const ready = await entrant.child.ask({ cmd: 'prepare', workload, ...entrant.way })
  if (!('ready' in ready)) {
    entrant.note = 'unavailable' in ready ? ready.unavailable : 'did not prepare'
    return
  }
  entrant.engine = ready.engine
  entrant.version = ready.version
  // The first step may be slow for what it compiles; the second tells.
  let measured = ready.ms > slowMs ? await measure(entrant, 1, 0) : undefined
  entrant.isSlow = measured !== undefined && median(measured.ms) > slowMs
  if (entrant.isSlow) entrant.ms.push(...measured!.ms)
  for (let spentMs = 0; spentMs < warmUpMs && !entrant.isSlow; ) {
    measured = await measure(entrant, batchCount)
    if (!measured) return
    spentMs += total(measured.ms)
    entrant.steps = Math.min(maxSteps, Math.max(1, Math.round(roundMs / median(measured.ms))))
  }
  const loss = measured?.loss ?? Number.NaN
  if (ready.loss !== null && !(loss < ready.loss))
    entrant.note ??= `error: its loss did not fall (${ready.loss} to ${loss})`
}

async function takeTurn(entrant: Entrant): Promise<void> {
  if (entrant.isSlow && total(entrant.ms) >= enoughOfSlowMs) return
  // Threads of the one before spin for a moment after their last work.
  await pause(50)
  entrant.ms.push(...((await measure(entrant, entrant.steps))?.ms ?? []))
}

/** Steps of an entrant; without an answer it gets a note. */
async function measure(entrant: Entrant, steps: number, batch?: number) {
  const start = batch === undefined ? {} : { batch }
  const command = { cmd: 'measure', steps, ...start, ...entrant.way } as const
  const measured = await entrant.child.ask(command)
  if ('ms' in measured && !('ready' in measured)) return measured
  entrant.note = 'unavailable' in measured ? measured.unavailable : 'did not measure'
  return undefined
}

const total = (ms: readonly number[]): number => ms.reduce((sum, one) => sum + one, 0)

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
