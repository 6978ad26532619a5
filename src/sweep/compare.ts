import { ConfigError, type Named } from '../base/index.ts'
import { type DataSource, rowsOf, withValidation } from '../data/index.ts'
import { lossRowOf, mainLoss } from '../nn/index.ts'
import { checkOptions, type Experiment } from '../train/index.ts'
import {
  type ComparedSplit,
  type Comparison,
  comparisonOf,
  type Findings,
  figuresOf,
  hasFailed,
  isJudgeable,
  resolutionIn,
  type Stopped,
  type ValidationRows,
} from './comparison.ts'
import { type Criterion, criterionOf, scoredBy } from './criterion.ts'
import { hopeless, levelsOf, roundsOf } from './race.ts'
import { runSeeds, type SeedRun, type SeedRunSettings } from './seed-run.ts'

/** A variant: an experiment whatever its seed, or what makes one for each seed. */
export type Variant = Experiment | ((seed: number) => Experiment | Promise<Experiment>)

/** What is compared, and how. */
export interface CompareOptions
  extends Pick<SeedRunSettings, 'engine' | 'stepsPerCall' | 'recordersOf'> {
  /** By name, at least two; the first is the base that the others are held against. */
  readonly variants: Readonly<Record<string, Variant>>
  /** So many from 0 on, or these; default 5. */
  readonly seeds?: number | readonly number[]
  /** `accuracy`, `loss`, or a metric such as `f1`; by default accuracy where anything is classified. */
  readonly metric?: string
  /**
   * Default validation, which is taken from the training rows where the data have none, and is all of them
   * where they are fewer than 20. `test` is for comparisons that choose nothing, such as those with
   * published figures.
   */
  readonly split?: ComparedSplit
  /** Whether hopeless variants get no further seeds; default true. */
  readonly race?: boolean
  /** Milliseconds of wall time; what is under way then is given up. */
  readonly budgetMs?: number
  /** Gives up the run under way, and the rest. */
  readonly signal?: AbortSignal
  /**
   * Runs made before, such as those of a comparison that was interrupted; they are not made again, unless
   * they were not scored by what is compared.
   */
  readonly known?: readonly SeedRun[]
  /** Is told of every run, with what is known after it. */
  readonly onRun?: (run: SeedRun, soFar: Comparison) => void | Promise<void>
}

/**
 * Trains every variant with every seed and says which is best, and whether that is more than noise. A
 * seed decides the first weights where parameters have the same names and shapes, and the order of the
 * data: figures of one seed belong together, and differences are taken between them.
 *
 * After three seeds, and then after every two, variants that are hopeless (see `hopeless`) get no more, and
 * neither do those whose numbers stopped being finite, as long as there are others.
 * Throws before anything trains: ConfigError when names, seeds or the metric do not fit, and what `fit`
 * throws of an experiment.
 */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { race = true, budgetMs = Number.POSITIVE_INFINITY, signal, known = [], onRun } = options
  const { variants, criterion, split, validationRows } = await prepared(options)
  const names = Object.keys(variants)
  const seeds = seedsOf(options.seeds ?? 5)
  const startedAt = performance.now()
  const isOver = () => signal?.aborted === true || performance.now() - startedAt > budgetMs
  // A budget may end at any time, so that all variants come round now and then, race or not.
  const isCut = race || budgetMs < Number.POSITIVE_INFINITY
  const rounds = isCut ? roundsOf(seeds) : [seeds]
  const looks = race ? rounds.length - 1 : 0
  const measured = { criterion, split, seeds }
  const runs: SeedRun[] = known.filter(
    run => names.includes(run.variant) && seeds.includes(run.seed) && isJudgeable(run, measured),
  )
  const stopped: Record<string, Stopped> = {}
  const findings = (status: Comparison['status']): Findings => {
    return { criterion, split, validationRows, seeds, status, names, runs, stopped, looks }
  }
  const { recordersOf, engine, stepsPerCall } = options
  const settings: SeedRunSettings = {
    isOver,
    ...(recordersOf ? { recordersOf } : {}),
    ...(engine === undefined ? {} : { engine }),
    ...(stepsPerCall === undefined ? {} : { stepsPerCall }),
  }
  for (const round of rounds) {
    for (const name of names.filter(name => !stopped[name])) {
      const missing = round.filter(
        seed => !runs.some(run => run.variant === name && run.seed === seed),
      )
      for await (const run of isOver() ? [] : runsOf(name, variants[name]!, missing, settings)) {
        runs.push(run)
        await onRun?.(run, comparisonOf(findings('running')))
      }
      if (missing.length > 0 && isOver() && !isRoundDone(name, round, runs))
        return comparisonOf(findings(signal?.aborted ? 'interrupted' : 'outOfTime'))
    }
    if (race && round.at(-1) !== seeds.at(-1))
      Object.assign(stopped, stopAfter(round, findings('running')))
  }
  return comparisonOf(findings('completed'))
}

const isRoundDone = (name: string, round: readonly number[], runs: readonly SeedRun[]): boolean =>
  round.every(seed => runs.some(run => run.variant === name && run.seed === seed))

/** Runs of a variant: together where they have one experiment. */
async function* runsOf(
  name: string,
  variant: Variant,
  seeds: readonly number[],
  settings: SeedRunSettings,
): AsyncGenerator<SeedRun> {
  if (seeds.length === 0) return
  if (typeof variant !== 'function') {
    yield* await runSeeds(name, variant, seeds, settings)
    return
  }
  for (const seed of seeds) yield* await runSeeds(name, await variant(seed), [seed], settings)
}

/**
 * The variants that stop after a round: those that failed where others did not, and hopeless ones. Of later
 * seeds nothing is seen, though some may be known: a comparison that goes on decides as one never stopped.
 */
function stopAfter(
  round: readonly number[],
  { names, stopped, looks, ...found }: Findings,
): Named<Stopped> {
  const seeds = found.seeds.slice(0, found.seeds.indexOf(round.at(-1)!) + 1)
  const runs = found.runs.filter(({ seed }) => seeds.includes(seed))
  const measured = { ...found, seeds }
  const racing = names.filter(name => !stopped[name])
  const sound = racing.filter(name => !hasFailed(name, runs))
  if (sound.length === 0) return {}
  const failed = racing
    .filter(name => hasFailed(name, runs))
    .map((name): [string, Stopped] => {
      const seeds = runs.filter(({ variant }) => variant === name).length
      return [name, { reason: 'failed', seeds }]
    })
  const figures = Object.fromEntries(sound.map(name => [name, figuresOf(name, measured, runs)]))
  const { better } = measured.criterion
  const { look } = levelsOf(looks)
  const options = { better, resolution: resolutionIn(runs, measured) }
  const behind = hopeless(figures, look, options).map(
    ({ name, leader, p, seeds }): [string, Stopped] => [
      name,
      { reason: 'behind', leader, p, seeds },
    ],
  )
  return Object.fromEntries([...failed, ...behind])
}

interface Prepared {
  readonly variants: Readonly<Record<string, Variant>>
  readonly criterion: Criterion
  readonly split: ComparedSplit
  readonly validationRows: ValidationRows
}

/**
 * Checks all that can be known of a comparison before its first run.
 * Throws as `compare` does.
 */
export async function checkComparison(options: CompareOptions): Promise<void> {
  await prepared(options)
}

/** Variants with the split and the scores that they are compared by, checked. */
async function prepared(options: CompareOptions): Promise<Prepared> {
  const { variants, metric, split = 'validation', seeds = 5 } = options
  const entries = Object.entries(variants)
  if (entries.length < 2)
    throw new ConfigError({
      who: 'compare',
      expected: 'at least two variants',
      received: entries.length === 0 ? 'none' : `only ${entries[0]![0]}`,
    })
  const [first] = seedsOf(seeds)
  const samples = await Promise.all(
    entries.map(async ([, variant]) => (typeof variant === 'function' ? variant(first!) : variant)),
  )
  const criterion = criterionOf(metric, samples[0]!)
  requireOneLoss(criterion, samples)
  const held = new Map<DataSource, DataSource>()
  const ready = <E extends Experiment>(experiment: E): E => {
    const { data } = experiment
    if (split === 'validation' && !held.has(data)) held.set(data, validated(data))
    return scoredBy({ ...experiment, data: held.get(data) ?? data }, criterion)
  }
  for (const [i, sample] of samples.entries()) {
    requireSplit(entries[i]![0], sample.data, split)
    checkOptions(ready(sample))
  }
  return {
    criterion,
    split,
    validationRows: split === 'validation' ? rowsFor(samples) : 'own',
    variants: Object.fromEntries(
      entries.map(([name, variant], i) => [
        name,
        typeof variant === 'function'
          ? async seed => ready(seed === first ? samples[i]! : await variant(seed))
          : ready(variant),
      ]),
    ),
  }
}

/** Of fewer training rows a tenth says nothing. */
const leastToHoldOut = 20

const isTooSmall = ({ train }: DataSource) => rowsOf(train) < leastToHoldOut

function validated(data: DataSource): DataSource {
  return isTooSmall(data) ? { validation: data.train, ...data } : withValidation(data)
}

function rowsFor(samples: readonly Experiment[]): ValidationRows {
  const lacking = samples.filter(({ data }) => !data.validation)
  if (lacking.length === 0) return 'own'
  return lacking.some(({ data }) => isTooSmall(data)) ? 'training' : 'heldOut'
}

/** Losses of different kinds are numbers of different meaning, and numbers are not right or wrong. */
function requireOneLoss({ name }: Criterion, experiments: readonly Experiment[]): void {
  const other = experiments.find(({ loss }) => lossRowOf(mainLoss(loss)).isCorrect === undefined)
  if (name === 'accuracy' && other)
    throw new ConfigError({
      who: 'compare by accuracy',
      expected: 'variants that all classify',
      received: `one with the loss ${other.loss.kind}`,
      hint: 'Name a metric that means the same for all',
    })
  const losses = new Set(experiments.map(({ loss }) => JSON.stringify(loss)))
  if (name !== 'loss' || losses.size === 1) return
  throw new ConfigError({
    who: 'compare by loss',
    expected: 'variants with the same loss',
    received: [...losses].join(' and '),
    hint: 'Name a metric that means the same for all',
  })
}

function requireSplit(name: string, data: DataSource, split: ComparedSplit): void {
  if (split === 'validation' || data.test) return
  throw new ConfigError({
    who: `variant "${name}"`,
    expected: 'data with a test split',
    received: 'none',
    from: data.description.source,
  })
}

function seedsOf(seeds: number | readonly number[]): readonly number[] {
  const list = typeof seeds === 'number' ? [...Array(Math.max(0, Math.floor(seeds))).keys()] : seeds
  if (list.length > 0 && new Set(list).size === list.length) return list
  throw new ConfigError({
    who: 'seeds',
    expected: 'at least one, all different',
    received: typeof seeds === 'number' ? String(seeds) : seeds.join(', ') || 'none',
  })
}
