import type { Named } from '../base/index.ts'
import { type Criterion, figureOf, resolutionOf } from './criterion.ts'
import { judge, type Standing, type Verdict } from './judge.ts'
import { levelsOf } from './race.ts'
import type { SeedRun } from './seed-run.ts'

/** The split whose scores are compared. */
export type ComparedSplit = 'validation' | 'test'

/**
 * Where the validation rows are from: the data's `own` split; `heldOut` from the training rows, since there
 * is none; or the `training` rows themselves, since there are too few to hold any out.
 */
export type ValidationRows = 'own' | 'heldOut' | 'training'

/** Why a variant got no further seeds. */
export type Stopped =
  | {
      readonly reason: 'behind'
      /** The leader it was behind, and the p of that times the number of rivals. */
      readonly leader: string
      readonly p: number
      readonly seeds: number
    }
  | { readonly reason: 'failed'; readonly seeds: number }

/** What became of a variant. */
export interface VariantResult {
  readonly name: string
  /** In the order of the seeds; scores of the test split only where they decide nothing any more. */
  readonly runs: readonly SeedRun[]
  /** How many of them stopped being finite. */
  readonly failures: number
  readonly stopped?: Stopped
  /** Absent without a run that counts. */
  readonly standing?: Standing
}

/** Variants compared, as plain data. */
export interface Comparison {
  readonly criterion: Criterion
  readonly split: ComparedSplit
  readonly validationRows: ValidationRows
  readonly seeds: readonly number[]
  /** `outOfTime`: the budget ended before all runs were made. */
  readonly status: 'running' | 'completed' | 'outOfTime' | 'interrupted'
  /** In the given order; the first is the base. */
  readonly variants: readonly VariantResult[]
  /** Absent while nothing can be judged. */
  readonly verdict?: Verdict
  /** Wall time of all runs. */
  readonly seconds: number
}

/** Everything that a comparison is made of. */
export interface Findings
  extends Pick<Comparison, 'criterion' | 'split' | 'validationRows' | 'seeds' | 'status'> {
  readonly names: readonly string[]
  readonly runs: readonly SeedRun[]
  readonly stopped: Named<Stopped>
  /** How often variants may be stopped; 0 without a race. */
  readonly looks: number
}

/**
 * The comparison of some runs. A variant with a failed run is not judged: a mean over the seeds that
 * happened to work would flatter it. Variants that still race are judged over the seeds that all of them
 * that were begun have, the others over those after which they stopped.
 */
export function comparisonOf({ names, runs, stopped, looks, ...rest }: Findings): Comparison {
  const { criterion, split, seeds, status } = rest
  const own = new Map(
    names.map(name => [name, seeds.flatMap(seed => runs.find(runOf(name, seed)) ?? [])]),
  )
  const figures = judgedFigures(names, rest, runs, stopped)
  const { better } = criterion
  const verdict =
    Object.keys(figures).length > 0
      ? judge(figures, {
          better,
          resolution: resolutionIn(runs, rest),
          level: levelsOf(looks).verdict,
        })
      : undefined
  const isSealed = (name: string) =>
    split === 'validation' && !(status !== 'running' && name === verdict?.best)
  return {
    ...rest,
    variants: names.map(name => {
      const mine = own.get(name)!
      const standing = verdict?.standings.find(one => one.name === name)
      return {
        name,
        runs: isSealed(name) ? mine.map(({ test: _, ...run }) => run) : mine,
        failures: mine.filter(({ status }) => status === 'failed').length,
        ...(stopped[name] ? { stopped: stopped[name] } : {}),
        ...(standing ? { standing } : {}),
      }
    }),
    ...(verdict ? { verdict } : {}),
    seconds: runs.reduce((sum, { seconds }) => sum + seconds, 0),
  }
}

const runOf = (name: string, seed: number) => (run: SeedRun) =>
  run.variant === name && run.seed === seed

type Measured = Pick<Findings, 'criterion' | 'split' | 'seeds'>

/** The figures of a variant, seed by seed up to the first that is missing or failed. */
export function figuresOf(
  name: string,
  { criterion, split, seeds }: Measured,
  runs: readonly SeedRun[],
): number[] {
  const figures: number[] = []
  for (const seed of seeds) {
    const scores = runs.find(runOf(name, seed))?.[split]
    const figure = scores && figureOf(criterion, scores)
    if (figure === undefined) break
    figures.push(figure)
  }
  return figures
}

/** Whether a run counts in a comparison: it failed, or has the figure that is compared. */
export function isJudgeable(run: SeedRun, { criterion, split }: Measured): boolean {
  const scores = run[split]
  return run.status === 'failed' || (scores && figureOf(criterion, scores)) !== undefined
}

/** The least step between the figures. */
export function resolutionIn(runs: readonly SeedRun[], { criterion, split }: Measured): number {
  const scores = runs.find(run => run[split])?.[split]
  return scores ? resolutionOf(criterion, scores) : 0
}

/** Whether a variant had a run that failed. */
export function hasFailed(name: string, runs: readonly SeedRun[]): boolean {
  return runs.some(({ variant, status }) => variant === name && status === 'failed')
}

function judgedFigures(
  names: readonly string[],
  measured: Measured,
  runs: readonly SeedRun[],
  stopped: Named<Stopped>,
): Record<string, readonly number[]> {
  const all = names
    .filter(name => !hasFailed(name, runs))
    .map(name => [name, figuresOf(name, measured, runs)] as const)
    .filter(([, { length }]) => length > 0)
  const racing = all.filter(([name]) => !stopped[name])
  const common = Math.min(...racing.map(([, { length }]) => length))
  return Object.fromEntries(
    all.map(([name, figures]) => [name, figures.slice(0, stopped[name]?.seeds ?? common)]),
  )
}
