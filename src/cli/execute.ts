import type { Recipe } from '../recipes/index.ts'
import type { EpochRecord } from '../runs/index.ts'
import { readWeights } from '../runs/node/index.ts'
import type { RunEngine } from './engine-of.ts'
import type { Order } from './order.ts'
import type { Output } from './output.ts'
import { type Job, jobsOf } from './plan.ts'
import { progressOn } from './progress.ts'
import type { Finished } from './results.ts'
import { type Runner, runJobs, teamsOf } from './run-jobs.ts'

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
 * Does the runs of an order one after the other, or those of several seeds together where that is much
 * faster: finished ones are skipped, begun ones go on from their checkpoint. Stops with checkpoints when the
 * signal says so.
 * Throws what training throws, and RunError when a run on disk is of another experiment.
 */
export async function execute(work: Work, output: Output, signal: AbortSignal): Promise<Outcome> {
  const { recipe, order } = work
  const data = await recipe.data()
  const weights = order.weights === undefined ? {} : { weights: await readWeights(order.weights) }
  const runner: Runner = {
    ...{ order, engine: work.engine, data, output, signal },
    progress: progressOn(output, recipe.unit),
  }
  const jobs = chosenJobs(work).map(job => ({
    ...job,
    experiment: { ...job.experiment, ...weights },
  }))
  const finished: Finished[] = []
  let history: readonly EpochRecord[] = []
  for (const team of teamsOf(runner, jobs)) {
    const done = await runJobs(runner, team)
    if (!done) return { status: 'interrupted', finished, history }
    finished.push(...done)
    history = done.at(-1)!.history
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
