import { RunError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import type { EngineName } from '../engine/index.ts'
import type { EpochRecord, Recorder, RunDescription, RunResult } from '../runs/index.ts'
import { runDirectory, type StoredRun } from '../runs/node/index.ts'
import { fit, fitSeeds, seedsWay } from '../train/index.ts'
import { engineOf, type RunEngine } from './engine-of.ts'
import { engineSetup } from './new-work.ts'
import type { Order } from './order.ts'
import type { Output } from './output.ts'
import type { Job } from './plan.ts'
import type { progressOn } from './progress.ts'
import { type Finished, resultLine } from './results.ts'
import { readJob } from './stored-job.ts'

/** What all runs of an order have in common. */
export interface Runner {
  readonly order: Order
  readonly engine: RunEngine
  readonly data: DataSource
  readonly output: Output
  readonly signal: AbortSignal
  readonly progress: ReturnType<typeof progressOn>
}

/** Runs that are made together, in one graph, or one run. */
export interface Team {
  readonly jobs: readonly Job[]
  readonly isOneGraph: boolean
}

/** A run that is done. */
export interface Done extends Finished {
  readonly history: readonly EpochRecord[]
}

/**
 * Jobs in their order, in teams: all seeds of a rung in one graph where nets are so small that this is
 * several times faster (docs/decisions/0011-several-seeds.md), each by itself elsewhere. It is a matter of
 * the order alone, so that a run that goes on does as it did; of one seed of several as well, since a seed
 * comes out the same however many share the graph.
 */
export function teamsOf(
  { order, data }: Pick<Runner, 'order' | 'data'>,
  jobs: readonly Job[],
): Team[] {
  const alone = jobs.map((job): Team => ({ jobs: [job], isOneGraph: false }))
  if (order.seeds.length < 2 || (order.device ?? 'cpu') !== 'cpu') return alone
  const rungs = Map.groupBy(jobs, ({ rung }) => rung)
  return [...rungs.values()].flatMap((jobs): Team[] => {
    const isOneGraph =
      differOnlyInSeed(jobs) && seedsWay({ ...jobs[0]!.experiment, data }) === 'graph'
    return isOneGraph ? [{ jobs, isOneGraph }] : jobs.map(job => ({ jobs: [job], isOneGraph }))
  })
}

function differOnlyInSeed(jobs: readonly Job[]): boolean {
  const texts = jobs.map(({ experiment }) =>
    JSON.stringify({ ...experiment, seed: 0, weights: null }),
  )
  return new Set(texts).size === 1
}

/** A job, and what is on disk of it. */
interface Begun {
  readonly job: Job
  readonly stored: StoredRun | undefined
}

/** The results of a team in the order of its jobs, or nothing when it was interrupted. */
export async function runJobs(
  runner: Runner,
  { jobs, isOneGraph }: Team,
): Promise<readonly Done[] | undefined> {
  const { output, signal, data } = runner
  const done = new Map<Job, Done>()
  const left: Begun[] = []
  for (const job of jobs) {
    const stored = await readJob(job, data)
    for (const warning of stored?.warnings ?? []) output.print(warning)
    if (stored?.result?.status === 'completed') {
      output.print(`${job.title}: done before: ${resultLine(stored.result)}`)
      const history = stored.checkpoint?.progress.history ?? []
      done.set(job, { job, result: stored.result, history })
    } else left.push({ job, stored })
  }
  // In one graph runs go on from the same step; after a crash they may have been saved at several.
  for (const begun of Map.groupBy(left, ({ stored }) => stepOf(stored)).values()) {
    if (signal.aborted) return undefined
    const ended = await trained(runner, begun, isOneGraph)
    if (!ended) return undefined
    for (const one of ended) done.set(one.job, one)
  }
  return jobs.map(job => done.get(job)!)
}

const stepOf = (stored: StoredRun | undefined): number => stored?.checkpoint?.progress.step ?? 0

/** Trains jobs from where they are, or gives nothing when they were interrupted. */
async function trained(
  runner: Runner,
  begun: readonly Begun[],
  isOneGraph: boolean,
): Promise<Done[] | undefined> {
  const { order, data, output, signal, progress } = runner
  const [{ job: first, stored }] = begun as [Begun]
  for (const { job, stored } of begun)
    if (stepOf(stored) > 0) output.print(`${job.title}: going on after step ${stepOf(stored)}`)
  const options = {
    ...first.experiment,
    data,
    engine: await engineFor(runner, stored?.description),
    signal,
    ...(order.stepsPerCall === undefined ? {} : { stepsPerCall: order.stepsPerCall }),
  }
  const results = new Map<Job, RunResult>()
  const shown = progress(titleOf(begun.map(({ job }) => job)), begun.length)
  const recordersOf = (job: Job): Recorder[] => [
    ...(job === first ? [engineTeller(runner, job)] : []),
    shown,
    runDirectory(job.path, {
      origin: { ...order, rung: job.rung.name, seed: job.seed },
      warn: sentence => output.print(sentence),
    }),
    {
      end(result) {
        if (result.status === 'completed') results.set(job, result)
      },
    },
  ]
  const jobOf = (seed: number) => begun.find(({ job }) => job.seed === seed)!
  const resume = stored?.checkpoint
  const tellResults = () => {
    for (const { job } of begun)
      if (results.has(job)) output.print(`${job.title}: ${resultLine(results.get(job)!)}`)
  }
  const runs = await (isOneGraph
    ? fitSeeds({
        ...options,
        seeds: begun.map(({ job }) => job.seed),
        way: 'graph',
        recordersOf: seed => recordersOf(jobOf(seed).job),
        resumeOf: seed => jobOf(seed).stored?.checkpoint,
      })
    : Promise.all([fit({ ...options, ...(resume && { resume }), recorders: recordersOf(first) })])
  ).finally(tellResults)
  if (runs.some(({ status }) => status === 'interrupted')) return undefined
  return begun.map(({ job }, i) => {
    const result = results.get(job)
    if (!result) throw new RunError(`${job.path}: the run ended without a result`)
    return { job, result, history: runs[i]!.history }
  })
}

/** Of several seeds of a rung: `hidden, seeds 0, 1, 2`. */
function titleOf(jobs: readonly Job[]): string {
  const [{ title }] = jobs as [Job]
  if (jobs.length === 1) return title
  return title.replace(/seed \d+$/, `seeds ${jobs.map(({ seed }) => seed).join(', ')}`)
}

function engineTeller({ order, output }: Runner, { title }: Job): Recorder {
  return {
    begin({ versions, engine }) {
      if (order.engine !== 'auto') return
      output.print(`${title}: engine ${versions.engine}; ${engine?.reason}`)
    },
  }
}

/** A run that was begun goes on with the engine that was chosen for it: others differ in last bits. */
async function engineFor(
  { order, engine }: Pick<Runner, 'order' | 'engine'>,
  begun?: RunDescription,
): Promise<RunEngine> {
  if (order.engine !== 'auto' || !begun?.engine) return engine
  return engineOf(begun.engine.name as EngineName, engineSetup(order))
}
