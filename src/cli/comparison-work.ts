import { resolve } from 'node:path'
import { ConfigError, RunError } from '../base/index.ts'
import type { Device, EngineChoice } from '../engine/index.ts'
import type { Recipe } from '../recipes/index.ts'
import { newRunPath } from '../runs/node/index.ts'
import { criterionOf } from '../sweep/index.ts'
import { readComparisonOrder } from '../sweep/node/index.ts'
import { engineOf, type RunEngine } from './engine-of.ts'
import { engineSetup, withoutDoubles } from './new-work.ts'
import type { OptionName, OptionValues } from './options.ts'
import { sourceOf } from './plan.ts'
import { type PlannedVariant, type VariantOrder, variantsOf } from './vary.ts'

/** What was asked for, complete: enough to do it again, and to go on with it. */
export interface ComparisonOrder extends VariantOrder {
  /** The recipe's name, or else an experiment file by its whole path. */
  readonly recipe?: string
  readonly file?: string
  readonly seeds: readonly number[]
  readonly metric?: string
  /** Whether hopeless variants stop early. */
  readonly race: boolean
  readonly engine: EngineChoice
  readonly device?: Device
  readonly threads?: number
  readonly stepsPerCall?: number
}

/** A comparison to be made, in a folder where some runs may be there already. */
export interface ComparisonWork {
  readonly recipe: Recipe
  readonly order: ComparisonOrder
  readonly folder: string
  readonly variants: readonly PlannedVariant[]
  readonly engine: RunEngine
}

/** Options that decide the result: a comparison that goes on has them already. */
const settled: readonly OptionName[] = [
  'set',
  'vary',
  'epochs',
  'full',
  'seed',
  'seeds',
  'metric',
  'all-seeds',
  'out',
]

/** Seeds where none are asked for: the fewest that tell small differences from noise. */
const usualSeeds = 5

/**
 * The comparison that a call asks for, in a folder that does not exist yet.
 * Throws ConfigError when the call does not fit what it names, before anything is written.
 */
export async function newComparison(
  operand: string,
  values: OptionValues,
): Promise<ComparisonWork> {
  const { recipe, seed, isFile } = await sourceOf(operand)
  const asked = withoutDoubles(values)
  const { short, full } = recipe.epochs
  const first = asked.seed ?? seed
  const setup = engineSetup(values)
  const order: ComparisonOrder = {
    ...(isFile ? { file: resolve(operand) } : { recipe: recipe.name }),
    settings: asked.settings,
    vary: values.vary ?? [],
    epochs: asked.epochs ?? (values.full ? full : short),
    seeds: Array.from({ length: values.seeds ?? usualSeeds }, (_, i) => first + i),
    ...(values.metric === undefined ? {} : { metric: values.metric }),
    race: !values['all-seeds'],
    engine: values.engine ?? 'auto',
    ...setup,
    ...(values['steps-per-call'] === undefined ? {} : { stepsPerCall: values['steps-per-call'] }),
  }
  const work = await workOf(recipe, order, '')
  return { ...work, folder: await newRunPath(values.out ?? 'runs', `compare-${recipe.name}`) }
}

/**
 * The comparison of a folder, to go on with.
 * Throws ConfigError when the call asks for something else, RunError when there is none.
 */
export async function resumedComparison(
  folder: string,
  operand: string | undefined,
  values: OptionValues,
): Promise<ComparisonWork> {
  const surplus = settled.find(name => values[name] !== undefined)
  if (surplus || operand !== undefined)
    throw new ConfigError({
      who: surplus ? `--${surplus}` : 'compare',
      expected: 'nothing else with --resume, which goes on with a comparison as it was begun',
      received: surplus ? `--${surplus}` : operand!,
      hint: 'Start a new comparison for other settings',
    })
  const order = checkedOrder(await readComparisonOrder(folder), folder)
  const { recipe } = await sourceOf(order.recipe ?? order.file!)
  const engine = values.engine === undefined ? {} : { engine: values.engine }
  return workOf(recipe, { ...order, ...engine, ...engineSetup(values) }, folder)
}

async function workOf(
  recipe: Recipe,
  order: ComparisonOrder,
  folder: string,
): Promise<ComparisonWork> {
  const variants = variantsOf(recipe, order)
  criterionOf(order.metric, variants[0]!.experiment)
  const engine = await engineOf(order.engine, engineSetup(order))
  return { recipe, order, folder, variants, engine }
}

function checkedOrder(value: unknown, folder: string): ComparisonOrder {
  const order = (value ?? {}) as Partial<ComparisonOrder>
  const isWhole =
    typeof (order.recipe ?? order.file) === 'string' &&
    [order.settings, order.vary, order.seeds].every(Array.isArray) &&
    typeof order.epochs === 'number' &&
    typeof order.engine === 'string'
  if (isWhole) return order as ComparisonOrder
  throw new RunError({
    who: `comparison "${folder}"`,
    expected: 'the recipe or the experiment file that it came from',
    received: 'none',
    hint: 'Only what "justright compare" started can be resumed here',
  })
}
