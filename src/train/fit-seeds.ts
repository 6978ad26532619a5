import { ConfigError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import { engineOfRun, together, type Work, workOf, workOfCopies } from '../engine/index.ts'
import type { Recorder } from '../runs/index.ts'
import { checkOptions } from './check-options.ts'
import type { FitOptions } from './experiment.ts'
import { fit, type Run } from './fit.ts'
import { experimentLayout } from './model-tensors.ts'
import { trainingProgram } from './training-program.ts'

/** How several seeds share the machine. */
export type SeedsWay = 'graph' | 'cores'

/** How several seeds are trained. */
export interface FitSeedsOptions<D extends DataSource = DataSource>
  extends Omit<FitOptions<D>, 'seed' | 'recorders' | 'resume' | 'signal'> {
  readonly seeds: readonly number[]
  /**
   * `graph`: all in one compiled graph, in which every tensor of a run has an axis of seeds. `cores`: as
   * many runs at a time as there are cores, which they share. By default what is faster for the size
   * of the net: docs/decisions/0011-several-seeds.md.
   */
  readonly way?: SeedsWay
  /** What is told of the run of a seed. */
  readonly recordersOf?: (seed: number) => readonly Recorder[]
}

/** Multiplications of a step up to which one graph is faster; measured. */
const mostInGraph = 5e6

/**
 * Trains an experiment with several seeds in parallel: one run for each seed, in their order, equal but
 * for rounding to those that `fit` makes one by one.
 * Throws what `fit` throws, once the other runs are done, and ConfigError for fewer than two seeds that
 * differ, or for early stopping or `onNonFinite` in one graph, since they make every seed go its own way.
 */
export async function fitSeeds<D extends DataSource>({
  seeds,
  way,
  recordersOf,
  ...options
}: FitSeedsOptions<D>): Promise<Run<D>[]> {
  if (seeds.length < 2 || new Set(seeds).size < seeds.length)
    throw new ConfigError({
      who: 'fitSeeds',
      expected: 'at least two seeds, all different',
      received: seeds.join(', ') || 'none',
    })
  const optionsOf = (seed: number): FitOptions<D> => ({
    ...(options as FitOptions<D>),
    seed,
    ...(recordersOf ? { recorders: recordersOf(seed) } : {}),
  })
  const first = optionsOf(seeds[0]!)
  checkOptions(first)
  const work = workOf(trainingProgram(first, experimentLayout(first), first.batchSize).program)
  const isOneGraph = (way ?? chooseWay(first, work)) === 'graph'
  const train = isOneGraph ? inOneGraph : onCores
  const runs = await train(seeds, optionsOf, work)
  return runs.map(run => {
    if (run.status === 'rejected') throw run.reason
    return run.value
  })
}

/** What is faster. */
function chooseWay(options: FitOptions, { multiplyAdds }: Work): SeedsWay {
  return goesItsOwnWay(options) || multiplyAdds > mostInGraph ? 'cores' : 'graph'
}

/** Whether a run may end, or go back, at a step where the others go on. */
function goesItsOwnWay({ earlyStopping, onNonFinite = 'stop' }: FitOptions): boolean {
  return earlyStopping !== undefined || onNonFinite !== 'stop'
}

type Settled<D extends DataSource> = readonly PromiseSettledResult<Run<D>>[]

async function inOneGraph<D extends DataSource>(
  seeds: readonly number[],
  optionsOf: (seed: number) => FitOptions<D>,
  work: Work,
): Promise<Settled<D>> {
  const { engine: choice, ...options } = optionsOf(seeds[0]!)
  if (goesItsOwnWay(options))
    throw new ConfigError({
      who: 'fitSeeds in one graph',
      expected: 'no early stopping, and a stop where numbers are not finite: seeds go on together',
      received: options.earlyStopping ? 'earlyStopping' : `onNonFinite "${options.onNonFinite}"`,
      hint: "Ask for the way 'cores'",
    })
  const { engine, reason } = await engineOfRun(choice, workOfCopies(work, seeds.length))
  const team = together(engine, seeds.length)
  const chosen = (copy: number) => async () => ({ engine: team.engines[copy]!, reason })
  return Promise.allSettled(
    seeds.map(async (seed, copy) => {
      try {
        return (await fit({ ...optionsOf(seed), engine: chosen(copy) })) as Run<D>
      } finally {
        team.leave(copy)
      }
    }),
  )
}

/** Calls long enough to leave the event loop, so that another run's can be made beside them. */
const asideCallMs = 20

/**
 * As many at a time as there are cores, or fewer with more threads each, so that all cores are used; one
 * that is left over at the end has them all. Engines that block the thread take turns.
 */
async function onCores<D extends DataSource>(
  seeds: readonly number[],
  optionsOf: (seed: number) => FitOptions<D>,
  work: Work,
): Promise<Settled<D>> {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1
  const isLeft = seeds.length > cores && seeds.length % cores === 1
  const inLanes = isLeft ? seeds.length - 1 : seeds.length
  const settled: PromiseSettledResult<Run<D>>[] = []
  const waiting = [...seeds.entries()]
  const trainFirst = async (count: number, threads: number) => {
    const choice = optionsOf(seeds[0]!).engine
    const { engine, reason } = await engineOfRun(choice, work, { threads })
    const callMs = engine.callMs === 0 ? 0 : asideCallMs
    const chosen = { engine: threads < cores ? { ...engine, callMs } : engine, reason }
    const lane = async () => {
      while (waiting.length > seeds.length - count) {
        const [place, seed] = waiting.shift()!
        const [run] = await Promise.allSettled([
          fit({ ...optionsOf(seed), engine: async () => chosen }),
        ])
        settled[place] = run as PromiseSettledResult<Run<D>>
      }
    }
    await Promise.all(Array.from({ length: Math.floor(cores / threads) }, lane))
  }
  await trainFirst(inLanes, Math.max(1, Math.floor(cores / inLanes)))
  if (isLeft) await trainFirst(seeds.length, cores)
  return settled
}
