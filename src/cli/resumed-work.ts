import { ConfigError } from '../base/index.ts'
import { readRun } from '../runs/node/index.ts'
import { engineOf } from './engine-of.ts'
import type { Work } from './execute.ts'
import { engineSetup } from './new-work.ts'
import type { OptionName, OptionValues } from './options.ts'
import { checkOrder, holdsOrder, type Order, readOrder } from './order.ts'
import { isGrouped, sourceOf } from './plan.ts'

/** Options that decide the result: a run that goes on has them already. */
const settled: readonly OptionName[] = [
  'set',
  'epochs',
  'seed',
  'seeds',
  'full',
  'out',
  'weights',
  'on-nan',
]

/**
 * The work of a run directory, or of a recipe's folder, to go on with.
 * Throws ConfigError when the call asks for something else than the run, RunError when there is no
 * run or it was not started by the command line.
 */
export async function resumedWork(
  folder: string,
  operand: string | undefined,
  values: OptionValues,
): Promise<Work> {
  const surplus = settled.find(name => values[name] !== undefined)
  if (surplus)
    throw new ConfigError({
      who: `--${surplus}`,
      expected: 'no such option with --resume, which goes on with the run as it was begun',
      received: `--${surplus}`,
      hint: 'Start a new run for other settings',
    })
  const { order: stored, only } = await storedOrder(folder)
  const name = stored.recipe ?? stored.file!
  const { recipe, isFile } = await sourceOf(name)
  if (operand !== undefined && !isFile && operand !== name)
    throw new ConfigError({
      who: '--resume',
      expected: `a run of ${operand}`,
      received: `one of ${name}`,
    })
  const order = {
    ...stored,
    ...(values.engine === undefined || values.engine === 'auto' ? {} : { engine: values.engine }),
    ...engineSetup(values),
    ...(values['steps-per-call'] === undefined ? {} : { stepsPerCall: values['steps-per-call'] }),
  }
  const engine = await engineOf(order.engine, engineSetup(order))
  return { recipe, order, folder, engine, ...(only ? { only } : {}) }
}

/**
 * The order of a folder: a recipe's own file, or what a run noted as its origin.
 * Throws RunError when there is no run, or it was not started by the command line.
 */
export async function storedOrder(folder: string): Promise<{ order: Order; only?: Work['only'] }> {
  if (holdsOrder(folder)) return { order: await readOrder(folder) }
  const { origin } = await readRun(folder)
  const { rung, seed, ...rest } = (origin ?? {}) as {
    readonly rung?: string
    readonly seed?: number
  }
  const order = checkOrder(rest, `run directory "${folder}"`)
  if (!isGrouped(order) || rung === undefined || seed === undefined) return { order }
  return { order, only: { rung, seed } }
}
