import { ConfigError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import {
  type Engine,
  engineOfRun,
  together,
  type Work,
  workOf,
  workOfCopies,
} from '../engine/index.ts'
import type { Checkpoint, Recorder } from '../runs/index.ts'
import { checkOptions } from './check-options.ts'
import type { Experiment, FitOptions } from './experiment.ts'
import { fit, type InterruptedRun, type Run } from './fit.ts'
import { isScaledByData } from './lsuv.ts'
import { experimentLayout } from './model-tensors.ts'
import { trainingProgram } from './training-program.ts'

/** How several seeds share the machine. */
export type SeedsWay = 'graph' | 'cores'

/** How several seeds are trained. */
export interface FitSeedsOptions<D extends DataSource = DataSource>
  extends Omit<FitOptions<D>, 'seed' | 'recorders' | 'resume'> {
  readonly seeds: readonly number[]
  /**
   * `graph`: all in one compiled graph, in which every tensor of a run has an axis of seeds. `cores`: as
   * many runs at a time as there are cores, which they share. By default what is faster for the size
   * of the net: docs/decisions/0011-several-seeds.md.
   */
  readonly way?: SeedsWay
  /** What is told of the run of a seed. */
  readonly recordersOf?: (seed: number) => readonly Recorder[]
  /** The checkpoint that the run of a seed goes on from; in one graph all are of the same step. */
  readonly resumeOf?: (seed: number) => Checkpoint | undefined
}

/** Multiplications of a step up to which one graph is faster; measured. */
const mostInGraph = 5e6

/**
 * Trains an experiment with several seeds in parallel: one run for each seed, in their order, equal but
 * for rounding to those that `fit` makes one by one. Stopped through its signal, those that are not done
 * are interrupted, in one graph all after the same step.
 * Throws what `fit` throws, once the other runs are done, and ConfigError for no seed or one that comes
 * twice, and in one graph for what makes every seed go its own way: early stopping, `onNonFinite` and
 * checkpoints of different steps.
 */
export function fitSeeds<D extends DataSource>(
  options: FitSeedsOptions<D> & { readonly signal?: undefined },
): Promise<Run<D>[]>
export function fitSeeds<D extends DataSource>(
  options: FitSeedsOptions<D>,
): Promise<(Run<D> | InterruptedRun)[]>
export async function fitSeeds<D extends DataSource>({
  seeds,
  way,
  recordersOf,
  resumeOf,
  ...options
}: FitSeedsOptions<D>): Promise<(Run<D> | InterruptedRun)[]> {
  if (seeds.length === 0 || new Set(seeds).size < seeds.length)
    throw new ConfigError({
      who: 'fitSeeds',
      expected: 'at least one seed, all different',
      received: seeds.join(', ') || 'none',
    })
  const optionsOf = (seed: number): FitOptions<D> => {
    const resume = resumeOf?.(seed)
    return {
      ...(options as FitOptions<D>),
      seed,
      ...(recordersOf ? { recorders: recordersOf(seed) } : {}),
      ...(resume ? { resume } : {}),
    }
  }
  const each = seeds.map(optionsOf)
  const [first] = each as [FitOptions<D>]
  checkOptions(first)
  const work = workOfStep(first)
  const ownWay = whyOwnWay(each)
  if (way === 'graph' && ownWay)
    throw new ConfigError({
      who: 'fitSeeds in one graph',
      ...ownWay,
      hint: "Ask for the way 'cores'",
    })
  const isOneGraph = !ownWay && (way ?? fasterWay(work)) === 'graph'
  const runs = await (isOneGraph ? inOneGraph(each, work) : onCores(each, work))
  return runs.map(run => {
    if (run.status === 'rejected') throw run.reason
    return run.value
  })
}

/**
 * How several seeds of an experiment are trained, unless they are asked to be trained otherwise.
 * Throws what `fit` throws before its first step.
 */
export function seedsWay(experiment: Experiment): SeedsWay {
  checkOptions(experiment)
  if (whyOwnWay([experiment])) return 'cores'
  return fasterWay(workOfStep(experiment))
}

const workOfStep = (experiment: Experiment): Work =>
  workOf(trainingProgram(experiment, experimentLayout(experiment), experiment.batchSize).program)

const fasterWay = ({ multiplyAdds }: Work): SeedsWay =>
  multiplyAdds > mostInGraph ? 'cores' : 'graph'

/** What makes a run call, stop or go back where the others do not; nothing where they go together. */
function whyOwnWay(
  each: readonly FitOptions[],
): { readonly expected: string; readonly received: string } | undefined {
  const { earlyStopping, onNonFinite = 'stop' } = each[0]!
  if (earlyStopping) return { expected: 'no early stopping', received: 'earlyStopping' }
  if (onNonFinite !== 'stop')
    return { expected: 'a stop at numbers that are not finite', received: `"${onNonFinite}"` }
  const isFresh = !each[0]!.resume
  if (isFresh && isScaledByData(each[0]!))
    return { expected: 'weights that no batch scales', received: 'lsuv' }
  const steps = new Set(each.map(({ resume }) => resume?.progress.step ?? 0))
  if (steps.size === 1) return undefined
  return { expected: 'checkpoints of the same step', received: `of steps ${[...steps].join(', ')}` }
}

type Settled<D extends DataSource> = readonly PromiseSettledResult<Run<D> | InterruptedRun>[]

async function inOneGraph<D extends DataSource>(
  each: readonly FitOptions<D>[],
  work: Work,
): Promise<Settled<D>> {
  const { engine: choice, signal } = each[0]!
  const { engine, reason } = await engineOfRun(choice, workOfCopies(work, each.length))
  const stop = new AbortController()
  const team = together(signal ? stoppingAfterCalls(engine, signal, stop) : engine, each.length)
  const chosen = (copy: number) => async () => ({ engine: team.engines[copy]!, reason })
  return Promise.allSettled(
    each.map(async (options, copy) => {
      try {
        return await fit({ ...options, engine: chosen(copy), signal: stop.signal })
      } finally {
        team.leave(copy)
      }
    }),
  )
}

/**
 * The engine, which passes a signal on at the end of a call and at no other time: all copies see it before
 * they make the next one, so that they stop after the same step.
 */
function stoppingAfterCalls(engine: Engine, signal: AbortSignal, stop: AbortController): Engine {
  const passOn = () => {
    if (signal.aborted) stop.abort(signal.reason)
  }
  passOn()
  return {
    ...engine,
    async compile(program, options) {
      const made = await engine.compile(program, options)
      return {
        run: (feeds, state) => made.run(feeds, state).finally(passOn),
        release: () => made.release(),
      }
    },
  }
}

/** Calls long enough to leave the event loop, so that another run's can be made beside them. */
const asideCallMs = 20

/**
 * As many at a time as there are cores, or fewer with more threads each, so that all cores are used; one
 * that is left over at the end has them all. Engines that block the thread take turns.
 */
async function onCores<D extends DataSource>(
  each: readonly FitOptions<D>[],
  work: Work,
): Promise<Settled<D>> {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1
  const isLeft = each.length > cores && each.length % cores === 1
  const inLanes = isLeft ? each.length - 1 : each.length
  const settled: PromiseSettledResult<Run<D> | InterruptedRun>[] = []
  const waiting = [...each.entries()]
  const trainFirst = async (count: number, threads: number) => {
    const { engine, reason } = await engineOfRun(each[0]!.engine, work, { threads })
    const callMs = engine.callMs === 0 ? 0 : asideCallMs
    const chosen = { engine: threads < cores ? { ...engine, callMs } : engine, reason }
    const lane = async () => {
      while (waiting.length > each.length - count) {
        const [place, options] = waiting.shift()!
        const [run] = await Promise.allSettled([fit({ ...options, engine: async () => chosen })])
        settled[place] = run
      }
    }
    await Promise.all(Array.from({ length: Math.floor(cores / threads) }, lane))
  }
  await trainFirst(inLanes, Math.max(1, Math.floor(cores / inLanes)))
  if (isLeft) await trainFirst(each.length, cores)
  return settled
}
