import { resolve } from 'node:path'
import { ConfigError } from '../base/index.ts'
import type { OrtOptions } from '../engine/index.ts'
import { newRunPath } from '../runs/node/index.ts'
import type { Call } from './command.ts'
import { engineOf } from './engine-of.ts'
import type { Work } from './execute.ts'
import { type OptionName, type OptionValues, options } from './options.ts'
import type { Order } from './order.ts'
import { jobsOf, type Source, sourceOf } from './plan.ts'

/**
 * The work that a call asks for, in a folder that does not exist yet.
 * Throws ConfigError when the call does not fit what it names, before anything is written.
 */
export async function newWork(operand: string, values: OptionValues): Promise<Work> {
  const source = await sourceOf(operand)
  const { recipe } = source
  const { weights } = values
  const order: Order = {
    ...orderOf(operand, source, values),
    ...(weights === undefined ? {} : { weights: resolve(weights) }),
  }
  const engine = await engineOf(order.engine, engineSetup(order))
  const folder = await newRunPath(values.out ?? 'runs', recipe.name)
  jobsOf(recipe, order, folder)
  return { recipe, order, engine, folder }
}

/** What a call orders of a recipe or a file, complete, so that it can be done again. */
export function orderOf(
  operand: string,
  { recipe, seed, isFile }: Source,
  values: OptionValues,
  usualSeeds = 1,
): Order {
  const asked = withoutDoubles(values)
  const { short, full } = recipe.epochs
  const first = asked.seed ?? seed
  return {
    ...(isFile ? { file: resolve(operand) } : { recipe: recipe.name }),
    settings: asked.settings,
    epochs: asked.epochs ?? (values.full ? full : short),
    seeds: Array.from({ length: values.seeds ?? usualSeeds }, (_, i) => first + i),
    engine: values.engine ?? 'auto',
    ...engineSetup(values),
    ...(values['steps-per-call'] === undefined ? {} : { stepsPerCall: values['steps-per-call'] }),
  }
}

/** How the work of a command is begun from an operand, and gone on with from a folder. */
interface WorkMaker<W> {
  readonly begin: (operand: string, values: OptionValues) => Promise<W>
  readonly resume: (folder: string, operand: string | undefined, values: OptionValues) => Promise<W>
}

/** The work that a call asks for. Throws ConfigError when it names neither an experiment nor a folder. */
export function newOrResumed<W>(
  command: 'run' | 'compare',
  { operands: [operand], values }: Pick<Call, 'operands' | 'values'>,
  { begin, resume }: WorkMaker<W>,
): Promise<W> {
  if (values.resume !== undefined) return resume(values.resume, operand, values)
  if (operand !== undefined) return begin(operand, values)
  throw new ConfigError({
    who: command,
    expected: 'a recipe or an experiment file',
    received: 'neither',
    hint: '"justright recipes" lists the recipes',
  })
}

/** How an engine is set up, as far as it was asked for. */
export function engineSetup({
  device,
  threads,
}: Pick<OrtOptions, 'device' | 'threads'>): OrtOptions {
  return { ...(device ? { device } : {}), ...(threads === undefined ? {} : { threads }) }
}

/** Settings, epochs and seed of a call, however they were written. */
interface Asked {
  readonly settings: readonly string[]
  readonly epochs?: number
  readonly seed?: number
}

/** `--set epochs=3` is `--epochs 3`, and so is the seed. Throws ConfigError when both are given. */
function withoutDoubles({ set = [], epochs, seed, 'on-nan': action }: OptionValues): Asked {
  const given: { epochs?: number; seed?: number } = {
    ...(epochs === undefined ? {} : { epochs }),
    ...(seed === undefined ? {} : { seed }),
  }
  const settings = set.filter(assignment => {
    const [, name, text] = /^(epochs|seed)=(.*)$/s.exec(assignment) ?? []
    if (name !== 'epochs' && name !== 'seed') return true
    if (given[name] !== undefined) throw twice(name, assignment)
    given[name] = options[name].read(text ?? '', name)
    return false
  })
  const policy = action ? [`onNonFinite=${action}`] : []
  return { settings: [...settings, ...policy], ...given }
}

function twice(name: OptionName, assignment: string): ConfigError {
  return new ConfigError({
    who: `--${name}`,
    expected: 'one value',
    received: `another one by --set ${assignment}`,
  })
}
