import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { decodeJson, encodeJson, type Json } from '../../base/index.ts'
import type { StoredDivergence } from '../record.ts'
import type { RunDescription, RunResult } from '../recorder.ts'
import { readDocument, writeDocument } from './document.ts'
import { runFiles } from './layout.ts'

/** What `run.json` holds. */
export interface RunFile {
  readonly description: RunDescription
  /** What the caller noted to build the experiment again. */
  readonly origin?: Json
  /** ISO 8601. */
  readonly createdAt: string
}

const fields = {
  createdAt: 'string',
  name: 'string',
  experiment: 'object',
  data: 'object',
  steps: 'object',
  parameters: 'number',
  versions: 'object',
} as const

/** Writes `run.json`. */
export async function writeRunFile(folder: string, run: RunFile): Promise<void> {
  const { description, createdAt, origin } = run
  await writeDocument(join(folder, runFiles.description), 'justright-run', {
    createdAt,
    ...(origin === undefined ? {} : { origin }),
    ...description,
  })
}

/**
 * What `run.json` holds, or undefined when there is none.
 * Throws RunError as `readDocument`.
 */
export async function readRunFile(folder: string): Promise<RunFile | undefined> {
  const path = join(folder, runFiles.description)
  const content = await readDocument(path, 'justright-run', fields)
  if (content === undefined) return undefined
  const { createdAt, origin, ...description } = content
  return {
    description: description as unknown as RunDescription,
    createdAt: createdAt as string,
    ...(origin === undefined ? {} : { origin: origin as Json }),
  }
}

/** What may change between two sittings of a run. */
const mayChange: ReadonlySet<string> = new Set(['versions', 'engine', 'layers'])

/** The parts in which two descriptions are of different runs, such as `experiment.batchSize`. */
export function differencesOf(a: RunDescription, b: RunDescription): string[] {
  const inExperiment = unequalKeys(a.experiment, b.experiment).map(key => `experiment.${key}`)
  const elsewhere = unequalKeys(a, b).filter(key => key !== 'experiment' && !mayChange.has(key))
  return [...elsewhere, ...inExperiment]
}

function unequalKeys(a: object, b: object): string[] {
  const [x, y] = [asStored(a), asStored(b)]
  return Object.keys({ ...x, ...y }).filter(key => !isDeepStrictEqual(x[key], y[key]))
}

function asStored(value: object): Record<string, unknown> {
  return decodeJson(encodeJson(value)) as Record<string, unknown>
}

/** Writes `result.json`. */
export async function writeResult(folder: string, result: RunResult): Promise<void> {
  await writeDocument(join(folder, runFiles.result), 'justright-result', result)
}

/** What `result.json` holds, or undefined when there is none. Throws RunError as `readDocument`. */
export async function readResult(folder: string): Promise<RunResult | undefined> {
  const path = join(folder, runFiles.result)
  const content = await readDocument(path, 'justright-result', { status: 'string' })
  return content as unknown as RunResult | undefined
}

/** Writes `failure.json`. */
export async function writeFailure(folder: string, error: unknown): Promise<void> {
  const { name, message } = error instanceof Error ? error : { name: 'Error', message: `${error}` }
  await writeDocument(join(folder, runFiles.failure), 'justright-failure', {
    name,
    message,
    ...divergenceIn(error),
    failedAt: new Date().toISOString(),
  })
}

/** Where a training left the finite numbers, from the cause that its error has. */
function divergenceIn(error: unknown): { divergence?: StoredDivergence } {
  const cause = error instanceof Error ? error.cause : undefined
  const { step, bad } = (cause ?? {}) as Partial<{
    step: number
    bad: { path: string; sentence: string }
  }>
  if (typeof step !== 'number' || typeof bad?.sentence !== 'string') return {}
  return { divergence: { step, layer: bad.path, sentence: bad.sentence } }
}

/** What `failure.json` tells. */
export interface StoredFailure {
  readonly message: string
  readonly divergence?: StoredDivergence
}

/** What `failure.json` holds, or undefined when there is none. Throws RunError as `readDocument`. */
export async function readFailure(folder: string): Promise<StoredFailure | undefined> {
  const path = join(folder, runFiles.failure)
  const content = await readDocument(path, 'justright-failure', { message: 'string' })
  return content as unknown as StoredFailure | undefined
}
