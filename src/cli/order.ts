import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RunError } from '../base/index.ts'
import type { Device, EngineChoice } from '../engine/index.ts'
import { writeFileAtomically } from '../runs/node/index.ts'

/** What was asked for, complete: enough to do it again, and to go on with it. */
export interface Order {
  /** The recipe's name, or else an experiment file by its whole path. */
  readonly recipe?: string
  readonly file?: string
  /** Settings changed, each `path=value`. */
  readonly settings: readonly string[]
  readonly epochs: number
  /** The whole path of a safetensors file of weights to start from. */
  readonly weights?: string
  readonly seeds: readonly number[]
  /** The engine, its device, threads and steps a call as they were asked for. */
  readonly engine: EngineChoice
  readonly device?: Device
  readonly threads?: number
  readonly stepsPerCall?: number
}

/** The order of a folder with several runs; each run's own origin holds it too. */
const orderFile = 'recipe.json'
const formatVersion = 1

/** Whether a folder holds the runs of one order. */
export function holdsOrder(folder: string): boolean {
  return existsSync(join(folder, orderFile))
}

/** Notes an order in its folder. */
export async function writeOrder(folder: string, order: Order): Promise<void> {
  const content = { format: 'justright recipe', version: formatVersion, ...order }
  await writeFileAtomically(join(folder, orderFile), `${JSON.stringify(content, null, 2)}\n`)
}

/** The order of a folder. Throws RunError when its file is damaged or of another version. */
export async function readOrder(folder: string): Promise<Order> {
  const path = join(folder, orderFile)
  return orderFrom(await readFile(path, 'utf8'), path)
}

function orderFrom(text: string, path: string): Order {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, `${text.length} characters that are no JSON`, cause)
  }
  const { version, ...order } = content as { readonly version: unknown }
  if (version !== formatVersion) throw damaged(path, `version ${version}`)
  return checkOrder(order, path)
}

/** An order as JSON brought it. Throws RunError when something of it is missing. */
export function checkOrder(value: unknown, from: string): Order {
  if (isOrder(value)) return value
  throw foreignOrder(
    from,
    'Only what "justright run" started can be resumed here; pass its checkpoint to fit() otherwise',
  )
}

/** Whether JSON brought a whole order. */
export function isOrder(value: unknown): value is Order {
  const order = (typeof value === 'object' && value !== null ? value : {}) as Partial<Order>
  return (
    typeof (order.recipe ?? order.file) === 'string' &&
    Array.isArray(order.settings) &&
    Array.isArray(order.seeds) &&
    typeof order.epochs === 'number' &&
    typeof order.engine === 'string'
  )
}

/** The error about a run that the command line did not start. */
export function foreignOrder(who: string, hint: string): RunError {
  return new RunError({
    who,
    expected: 'the recipe or the experiment file that it came from',
    received: 'none',
    hint,
  })
}

function damaged(path: string, received: string, cause?: unknown): RunError {
  return new RunError({
    who: path,
    expected: `version ${formatVersion} of a justright recipe`,
    received,
    ...(cause === undefined ? {} : { cause }),
  })
}
