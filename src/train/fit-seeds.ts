import { ConfigError } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import { chooseEngine, type Together, together } from '../engine/index.ts'
import type { Recorder } from '../runs/index.ts'
import type { FitOptions } from './experiment.ts'
import { fit, type Run } from './fit.ts'

/** How several seeds are trained. */
export interface FitSeedsOptions<D extends DataSource = DataSource>
  extends Omit<FitOptions<D>, 'seed' | 'recorders' | 'resume' | 'signal'> {
  readonly seeds: readonly number[]
  /** What is told of the run of a seed. */
  readonly recordersOf?: (seed: number) => readonly Recorder[]
}

/**
 * Trains an experiment with several seeds at once, as one compiled graph in which every tensor of a run
 * has an axis of seeds: one run for each seed, in their order, equal but for rounding to those that
 * `fit` makes one by one. It is worth it for small nets; large ones keep all cores busy alone.
 * Throws what `fit` throws, and ConfigError for what makes runs go ways of their own: early stopping, or
 * fewer than two seeds that differ.
 */
export async function fitSeeds<D extends DataSource>({
  seeds,
  recordersOf,
  ...options
}: FitSeedsOptions<D>): Promise<Run<D>[]> {
  if (seeds.length < 2 || new Set(seeds).size < seeds.length)
    throw new ConfigError({
      who: 'fitSeeds',
      expected: 'at least two seeds, all different',
      received: seeds.join(', ') || 'none',
    })
  if (options.earlyStopping)
    throw new ConfigError({
      who: 'fitSeeds',
      expected: 'no early stopping, which ends every seed at an epoch of its own',
      received: 'earlyStopping',
      hint: 'Call fit for each seed',
    })
  const { engine = 'auto' } = options
  const base = typeof engine === 'string' ? await chooseEngine(engine) : engine
  const team = together(base, seeds.length)
  const runs = await Promise.allSettled(
    seeds.map((seed, copy) =>
      one(team, copy, {
        ...(options as FitOptions<D>),
        seed,
        ...(recordersOf ? { recorders: recordersOf(seed) } : {}),
      }),
    ),
  )
  return runs.map(run => {
    if (run.status === 'rejected') throw run.reason
    return run.value
  })
}

async function one<D extends DataSource>(
  team: Together,
  copy: number,
  options: FitOptions<D>,
): Promise<Run<D>> {
  try {
    const run = await fit({ ...options, engine: team.engines[copy]! })
    return run as Run<D>
  } finally {
    team.leave(copy)
  }
}
