import { RunError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import type { EngineName } from '../engine/index.ts'
import type { Recipe } from '../recipes/index.ts'
import type { EpochRecord, RunDescription, RunResult } from '../runs/index.ts'
import { readWeights, runDirectory } from '../runs/node/index.ts'
import { fit } from '../train/index.ts'
import { engineOf, type RunEngine } from './engine-of.ts'
import { engineSetup } from './new-work.ts'
import type { Order } from './order.ts'
import type { Output } from './output.ts'
import { type Job, jobsOf } from './plan.ts'
import { progressOn } from './progress.ts'
import { type Finished, resultLine } from './results.ts'
import { readJob } from './stored-job.ts'

/** What is to be done: the runs of an order, in a folder where some may be done already. */
export interface Work {
  readonly recipe: Recipe
  readonly order: Order
  readonly folder: string
  readonly engine: RunEngine
  /** Only this rung's run of this seed, in the folder itself. */
  readonly only?: { readonly rung: string; readonly seed: number }
}

/** What became of it. */
export interface Outcome {
  readonly status: 'completed' | 'interrupted'
  readonly finished: readonly Finished[]
  /** Of the last run. */
  readonly history: readonly EpochRecord[]
}

/**
 * Does the runs of an order one after the other: finished ones are skipped, begun ones go on from
 * their checkpoint. Stops with a checkpoint when the signal says so.
 * Throws what training throws, and RunError when a run on disk is of another experiment.
 */
export async function execute(work: Work, output: Output, signal: AbortSignal): Promise<Outcome> {
  const { recipe } = work
  const data = await recipe.data()
  const weights =
    work.order.weights === undefined ? {} : { weights: await readWeights(work.order.weights) }
  const runner = { ...work, data, output, signal, progress: progressOn(output, recipe.unit) }
  const finished: Finished[] = []
  let history: readonly EpochRecord[] = []
  for (const planned of chosenJobs(work)) {
    const job = { ...planned, experiment: { ...planned.experiment, ...weights } }
    const done = await runJob(runner, job)
    if (!done) return { status: 'interrupted', finished, history }
    finished.push({ job, result: done.result })
    history = done.history
  }
  return { status: 'completed', finished, history }
}

function chosenJobs({ recipe, order, folder, only }: Work): Job[] {
  const jobs = jobsOf(recipe, order, folder)
  if (!only) return jobs
  return jobs
    .filter(({ rung, seed }) => rung.name === only.rung && seed === only.seed)
    .map(job => ({ ...job, path: folder }))
}

interface Runner extends Work {
  readonly data: DataSource
  readonly output: Output
  readonly signal: AbortSignal
  readonly progress: ReturnType<typeof progressOn>
}

interface Done {
  readonly result: RunResult
  readonly history: readonly EpochRecord[]
}

/** The result of a job, or undefined when it was interrupted. */
async function runJob(runner: Runner, job: Job): Promise<Done | undefined> {
  const { order, data, output, signal, progress } = runner
  const stored = await readJob(job, data)
  for (const warning of stored?.warnings ?? []) output.print(warning)
  if (stored?.result?.status === 'completed') {
    output.print(`${job.title}: done before: ${resultLine(stored.result)}`)
    return { result: stored.result, history: stored.checkpoint?.progress.history ?? [] }
  }
  if (signal.aborted) return undefined
  const resume = stored?.checkpoint
  if (resume && resume.progress.step > 0)
    output.print(`${job.title}: going on after step ${resume.progress.step}`)
  const origin = { ...order, rung: job.rung.name, seed: job.seed }
  let result: RunResult | undefined
  const run = await fit({
    ...job.experiment,
    data,
    engine: await engineFor(runner, stored?.description),
    signal,
    ...(order.stepsPerCall === undefined ? {} : { stepsPerCall: order.stepsPerCall }),
    ...(resume ? { resume } : {}),
    recorders: [
      {
        begin({ versions, engine }) {
          if (order.engine !== 'auto') return
          output.print(`${job.title}: engine ${versions.engine}; ${engine?.reason}`)
        },
      },
      progress(job.title),
      runDirectory(job.path, { origin, warn: sentence => output.print(sentence) }),
      {
        end(ended) {
          result = ended
        },
      },
    ],
  })
  if (run.status === 'interrupted') return undefined
  if (!result) throw new RunError(`${job.path}: the run ended without a result`)
  output.print(`${job.title}: ${resultLine(result)}`)
  return { result, history: run.history }
}

/** A run that was begun goes on with the engine that was chosen for it: others differ in last bits. */
async function engineFor({ order, engine }: Work, begun?: RunDescription): Promise<RunEngine> {
  if (order.engine !== 'auto' || !begun?.engine) return engine
  return engineOf(begun.engine.name as EngineName, engineSetup(order))
}
