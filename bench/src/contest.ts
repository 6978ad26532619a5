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
  engine: string
  version: string
  steps: number
  ms: number[]
  note?: string
}

const warmUpMs = 1000
const roundMs = 400
const maxSteps = 5000

/**
 * The outcome of each command line on a workload, in the same order.
 * All are warmed up first; then they take turns for some rounds, one process at a time, so that a
 * busy moment of the machine falls on all of them.
 */
export async function contest(
  workload: Workload,
  lines: readonly CommandLine[],
  rounds: number,
): Promise<Outcome[]> {
  const entrants: Entrant[] = []
  try {
    for (const line of lines) {
      const entrant = { child: startChild(line), engine: '', version: '', steps: 1, ms: [] }
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

/** Compares losses of the same batch: each round over the batches ends on the one it began with. */
async function warmUp(entrant: Entrant, workload: Workload): Promise<void> {
  const ready = await entrant.child.ask({ cmd: 'prepare', workload })
  if (!('ready' in ready)) {
    entrant.note = 'unavailable' in ready ? ready.unavailable : 'did not prepare'
    return
  }
  entrant.engine = ready.engine
  entrant.version = ready.version
  let [spentMs, loss, typicalMs] = [0, ready.loss, 0]
  while (spentMs < warmUpMs) {
    const measured = await entrant.child.ask({ cmd: 'measure', steps: batchCount })
    if (!('ms' in measured)) {
      entrant.note = 'unavailable' in measured ? measured.unavailable : 'did not measure'
      return
    }
    spentMs += measured.ms.reduce((sum, ms) => sum + ms, 0)
    typicalMs = median(measured.ms)
    loss = measured.loss
  }
  if (ready.loss !== null && !(loss! < ready.loss))
    entrant.note = `error: its loss did not fall (${ready.loss} to ${loss})`
  entrant.steps = Math.min(maxSteps, Math.max(1, Math.round(roundMs / typicalMs)))
}

async function takeTurn(entrant: Entrant): Promise<void> {
  // Threads of the one before spin for a moment after their last work.
  await pause(50)
  const measured = await entrant.child.ask({ cmd: 'measure', steps: entrant.steps })
  if ('ms' in measured) entrant.ms.push(...measured.ms)
  else entrant.note = 'unavailable' in measured ? measured.unavailable : 'did not measure'
}

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2
}
