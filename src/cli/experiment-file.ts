import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError } from '../base/index.ts'
import { requireSource } from '../data/index.ts'
import type { Recipe } from '../recipes/index.ts'
import type { Experiment } from '../train/index.ts'

/** What a user's file is asked for; the rest of an experiment may be left out. */
const required = ['model', 'loss', 'optimizer', 'data', 'epochs', 'batchSize'] as const

/** What of it is a description, as the factories make them. */
const described = ['model', 'loss', 'optimizer'] as const

/** Whether an operand means a file rather than a recipe. */
export function isFile(operand: string): boolean {
  return /[/\\]/.test(operand) || isExperimentFile(operand)
}

/** Whether a path can be that of an experiment file. */
export function isExperimentFile(path: string): boolean {
  return /\.[cm]?[jt]s$/.test(path)
}

/**
 * The experiment that a user's file exports by default: an object, a promise of one, or a function
 * that returns either.
 * Throws ConfigError that names the file when it is missing, throws, or exports something else;
 * DataError when its data are no data source.
 */
export async function loadExperiment(path: string): Promise<Experiment> {
  const file = resolve(path)
  if (!existsSync(file)) throw refusal(path, 'a file', 'none of this path')
  const exported = await explained(path, async () => {
    justrightIsThisOne()
    return (await import(pathToFileURL(file).href)).default
  })
  if (exported === undefined)
    throw refusal(path, 'an experiment as its default export', 'no default export')
  const value = await explained(path, async () =>
    typeof exported === 'function' ? exported() : exported,
  )
  if (typeof value !== 'object' || value === null)
    throw refusal(path, 'an experiment as its default export', nameOf(value))
  const missing = required.filter(name => !(name in value))
  if (missing.length > 0)
    throw refusal(
      path,
      `an experiment with ${required.join(', ')}`,
      `none of its ${missing.join(', ')}`,
    )
  for (const part of described) requireDescription(path, part, value[part])
  requireSource(value.data, `experiment file ${path}, data`)
  return value
}

/** A user's experiment as a recipe of one rung. */
export function recipeOfFile(path: string, experiment: Experiment): Recipe {
  const { data, epochs, seed: _, shuffle = true, ...others } = experiment
  const name = experiment.name ?? basename(path).replace(/\.[^.]+$/, '')
  const settings = { ...others, name, shuffle }
  return {
    name,
    summary: path,
    unit: 'examples',
    epochs: { short: epochs, full: epochs },
    data: async () => data,
    rungs: [{ name, changed: path, experiment: (seed, epochs) => ({ ...settings, seed, epochs }) }],
  }
}

let isHooked = false

/** Makes `justright` in a user's file, wherever it lies, mean this very copy. */
function justrightIsThisOne(): void {
  if (isHooked) return
  isHooked = true
  registerHooks({
    resolve: (specifier, context, next) =>
      /^justright(\/|$)/.test(specifier)
        ? next(specifier, { ...context, parentURL: import.meta.url })
        : next(specifier, context),
  })
}

async function explained<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    throw new ConfigError({
      who: `experiment file ${path}`,
      expected: 'a file that runs',
      received: `an error, ${message.trim()}`,
      hint: 'DEBUG=justright shows where',
      cause,
    })
  }
}

function requireDescription(path: string, part: string, value: unknown): void {
  if (typeof (value as { kind?: unknown } | null)?.kind === 'string') return
  throw refusal(path, `a description as its ${part}, such as a factory returns`, nameOf(value))
}

function refusal(path: string, expected: string, received: string): ConfigError {
  return new ConfigError({ who: `experiment file ${path}`, expected, received })
}

function nameOf(value: unknown): string {
  return value === null ? 'null' : `a ${typeof value}`
}
