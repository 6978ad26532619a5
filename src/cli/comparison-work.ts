import { ConfigError } from '../base/index.ts'
import type { Recipe } from '../recipes/index.ts'
import { newRunPath } from '../runs/node/index.ts'
import { criterionOf } from '../sweep/index.ts'
import { readComparisonOrder } from '../sweep/node/index.ts'
import { engineOf, type RunEngine } from './engine-of.ts'
import { engineSetup, orderOf } from './new-work.ts'
import type { OptionName, OptionValues } from './options.ts'
import { foreignOrder, isOrder, type Order } from './order.ts'
import { sourceOf } from './plan.ts'
import { type PlannedVariant, type VariantOrder, variantsOf } from './vary.ts'

/** What was asked for, complete: enough to do it again, and to go on with it. */
export interface ComparisonOrder extends Order, VariantOrder {
  readonly metric?: string
  /** Whether hopeless variants stop early. */
  readonly race: boolean
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
  const source = await sourceOf(operand)
  const { recipe } = source
  const order: ComparisonOrder = {
    ...orderOf(operand, source, values, usualSeeds),
    vary: values.vary ?? [],
    ...(values.metric === undefined ? {} : { metric: values.metric }),
    race: !values['all-seeds'],
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
  if (isOrder(value) && Array.isArray((value as Partial<ComparisonOrder>).vary))
    return value as ComparisonOrder
  throw foreignOrder(
    `comparison "${folder}"`,
    'Only what "justright compare" started can be resumed here',
  )
}
