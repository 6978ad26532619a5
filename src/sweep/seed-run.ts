import { messageOf, RunError } from '../base/index.ts'
import type { EpochRecord, Recorder, RunResult, Scores } from '../runs/index.ts'
import { type Experiment, type FitSettings, fit, fitSeeds } from '../train/index.ts'

/** One training of a variant, as plain data. */
export interface SeedRun {
  readonly variant: string
  readonly seed: number
  /** `failed`: the loss or the parameters stopped being finite. */
  readonly status: 'completed' | 'failed'
  /** Why it failed. */
  readonly reason?: string
  readonly history: readonly EpochRecord[]
  /** Its share of the wall time, where several ran together. */
  readonly seconds: number
  readonly train?: Scores
  readonly validation?: Scores
  readonly test?: Scores
}

/** How runs are made. */
export interface SeedRunSettings extends Pick<FitSettings, 'engine' | 'stepsPerCall'> {
  /** Whether the run under way is to be given up. */
  readonly isOver: () => boolean
  /** What else is told of a run. */
  readonly recordersOf?: (variant: string, seed: number) => readonly Recorder[]
}

/** Is thrown into a run that is to be given up. */
class GivenUp extends Error {}

/**
 * Trains a variant with some seeds, together where there are several: the runs that came to an end, be it
 * by failing. Those that were given up are left out.
 * Throws what training throws, but for numbers that stop being finite.
 */
export async function runSeeds(
  variant: string,
  experiment: Experiment,
  seeds: readonly number[],
  { isOver, recordersOf, ...settings }: SeedRunSettings,
): Promise<SeedRun[]> {
  const startedAt = performance.now()
  const watches = new Map(seeds.map(seed => [seed, watch(variant, seed, isOver)]))
  const recorders = (seed: number) => [
    ...(recordersOf?.(variant, seed) ?? []),
    watches.get(seed)!.recorder,
  ]
  const [seed] = seeds
  const options = { ...experiment, ...settings, checkpointEveryMs: Number.POSITIVE_INFINITY }
  try {
    if (seeds.length > 1) await fitSeeds({ ...options, seeds, recordersOf: recorders })
    else await fit({ ...options, seed: seed!, recorders: recorders(seed!) })
  } catch (error) {
    // One of the runs: each watch knows of its own.
    if (![...watches.values()].some(({ hasExplained }) => hasExplained(error))) throw error
  }
  for (const { refusal } of watches.values()) {
    const unexplained = refusal()
    if (unexplained) throw unexplained
  }
  const seconds = (performance.now() - startedAt) / 1000 / seeds.length
  return [...watches.values()].flatMap(({ run }) => run(seconds) ?? [])
}

/** Follows a run to its end, and gives it up when its time is over. */
function watch(variant: string, seed: number, isOver: () => boolean) {
  const history: EpochRecord[] = []
  let hasBegun = false
  let result: RunResult | undefined
  let failure: unknown
  const giveUp = () => {
    if (isOver()) throw new GivenUp()
  }
  const isExplained = (error: unknown) =>
    error instanceof GivenUp || (hasBegun && error instanceof RunError)
  const recorder: Recorder = {
    begin() {
      giveUp()
      hasBegun = true
    },
    steps: giveUp,
    epoch(record) {
      history.push(record)
    },
    end(ended) {
      result = ended
    },
    fail(error) {
      failure = error
    },
  }
  return {
    recorder,
    hasExplained: (error: unknown) => failure === error && isExplained(error),
    /** An error that is no outcome of the run. */
    refusal: () => (failure === undefined || isExplained(failure) ? undefined : failure),
    run(seconds: number): SeedRun | undefined {
      if (failure instanceof GivenUp || (!result && failure === undefined)) return undefined
      if (!result)
        return { variant, seed, status: 'failed', reason: messageOf(failure), history, seconds }
      const { train, validation, test } = result
      return {
        variant,
        seed,
        status: 'completed',
        history,
        seconds,
        train,
        ...(validation ? { validation } : {}),
        ...(test ? { test } : {}),
      }
    },
  }
}
