import { resolve } from 'node:path'
import { ConfigError } from '../base/index.ts'
import type { OrtOptions } from '../engine/index.ts'
import { newRunPath } from '../runs/node/index.ts'
import { engineOf } from './engine-of.ts'
import type { Work } from './execute.ts'
import { type OptionName, type OptionValues, options } from './options.ts'
import type { Order } from './order.ts'
import { jobsOf, sourceOf } from './plan.ts'

/**
 * The work that a call asks for, in a folder that does not exist yet.
 * Throws ConfigError when the call does not fit what it names, before anything is written.
 */
export async function newWork(operand: string, values: OptionValues): Promise<Work> {
  const source = await sourceOf(operand)
  const { recipe, isFile } = source
  const asked = withoutDoubles(values)
  const { short, full } = recipe.epochs
  const first = asked.seed ?? source.seed
  const setup = engineSetup(values)
  const choice = values.engine ?? 'auto'
  const engine = await engineOf(choice, setup)
  const order: Order = {
    ...(isFile ? { file: resolve(operand) } : { recipe: recipe.name }),
    settings: asked.settings,
    epochs: asked.epochs ?? (values.full ? full : short),
    ...(values.weights === undefined ? {} : { weights: resolve(values.weights) }),
    seeds: Array.from({ length: values.seeds ?? 1 }, (_, i) => first + i),
    engine: choice,
    ...setup,
    ...(values['steps-per-call'] === undefined ? {} : { stepsPerCall: values['steps-per-call'] }),
  }
  const work = { recipe, order, engine }
  const folder = await newRunPath(values.out ?? 'runs', recipe.name)
  jobsOf(recipe, order, folder)
  return { ...work, folder }
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
export function withoutDoubles({ set = [], epochs, seed, 'on-nan': action }: OptionValues): Asked {
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
