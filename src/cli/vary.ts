import { ConfigError } from '../base/index.ts'
import type { ExperimentSettings, Recipe } from '../recipes/index.ts'
import { changeSettings } from './settings.ts'
import { firstDifference } from './stored-job.ts'

/** One experiment of a comparison. */
export interface PlannedVariant {
  readonly name: string
  /** The same whatever the seed. */
  readonly experiment: ExperimentSettings
}

/** One `--vary`: a path and the values it takes in turn. */
interface Variation {
  readonly path: string
  readonly values: readonly string[]
}

/** The path that stands for the rungs of a recipe. */
const rungPath = 'rung'

/** What variants are made of. */
export interface VariantOrder {
  readonly settings: readonly string[]
  /** Each `path=value,value`. */
  readonly vary: readonly string[]
  readonly epochs: number
}

/**
 * The variants of a recipe or file: every rung, with every combination of the values that are varied. The
 * one that equals the experiment as it is stands first: it is the base.
 * Throws ConfigError when a path does not exist, a value does not fit, or there is nothing to compare.
 */
export function variantsOf({ rungs, name }: Recipe, order: VariantOrder): PlannedVariant[] {
  const variations = order.vary.map(variationOf)
  refuseDoubles(variations.map(({ path }) => path))
  const chosen = variations.find(({ path }) => path === rungPath)?.values
  const unknown = chosen?.find(value => !rungs.some(rung => rung.name === value))
  if (unknown !== undefined)
    throw new ConfigError({
      who: '--vary rung',
      expected: `one of ${rungs.map(rung => rung.name).join(', ')}`,
      received: `"${unknown}"`,
    })
  const settings = variations.filter(({ path }) => path !== rungPath)
  const own = rungs.filter(rung => chosen?.includes(rung.name) ?? true)
  const variants = own.flatMap((rung, i) => {
    const base = changeSettings(rung.experiment(0, order.epochs), order.settings)
    return productOf(settings).map(assignments => {
      const experiment = varied(base, assignments)
      const words = [...(own.length > 1 ? [rung.name] : []), ...assignments.map(labelOf)]
      const isBase = i === 0 && firstDifference(base, experiment, '') === undefined
      return { name: words.join(' / '), experiment, isBase }
    })
  })
  if (variants.length < 2)
    throw new ConfigError({
      who: 'compare',
      expected: 'two variants or more, such as by --vary model.activation=relu,tanh',
      received: variants.length === 0 ? 'none' : `${name} alone`,
    })
  refuseDoubles(variants.map(variant => variant.name))
  return variants
    .toSorted((a, b) => Number(b.isBase) - Number(a.isBase))
    .map(({ name, experiment }) => ({ name, experiment }))
}

/** What a setting complains about, as the option was written. */
function varied(base: ExperimentSettings, assignments: readonly string[]): ExperimentSettings {
  try {
    return changeSettings(base, assignments)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConfigError(error.message.replace(/^--set/, '--vary'))
  }
}

function refuseDoubles(names: readonly string[]): void {
  const double = names.find((name, i) => names.indexOf(name) < i)
  if (double === undefined) return
  throw new ConfigError({
    who: '--vary',
    expected: 'each path and each value once',
    received: `${double} twice`,
  })
}

function variationOf(text: string): Variation {
  const equals = text.indexOf('=')
  const path = text.slice(0, equals)
  const values = equals < 1 ? [] : valuesOf(text.slice(equals + 1))
  if (values.length === 0 || values.includes(''))
    throw new ConfigError({
      who: '--vary',
      expected: 'PATH=VALUE,VALUE, such as optimizer.learningRate=0.1,0.01',
      received: `"${text}"`,
    })
  if (path === 'seed')
    throw new ConfigError({
      who: '--vary seed',
      expected: 'settings to compare',
      received: 'the seed',
      hint: '--seeds N trains every variant with N seeds',
    })
  return { path, values }
}

/** The values between commas; commas inside quotes, brackets and braces, as in JSON, separate nothing. */
export function valuesOf(text: string): string[] {
  const values: string[] = ['']
  let depth = 0
  let isQuoted = false
  for (const [i, character] of [...text].entries()) {
    if (character === '"' && text[i - 1] !== '\\') isQuoted = !isQuoted
    if (!isQuoted && /[[{]/.test(character)) depth++
    if (!isQuoted && /[\]}]/.test(character)) depth--
    if (character === ',' && depth === 0 && !isQuoted) values.push('')
    else values[values.length - 1] += character
  }
  return values.map(value => value.trim())
}

/** Every combination, each as assignments `path=value`; the last path changes fastest. */
function productOf(variations: readonly Variation[]): string[][] {
  return variations.reduce<string[][]>(
    (rows, { path, values }) =>
      rows.flatMap(row => values.map(value => [...row, `${path}=${value}`])),
    [[]],
  )
}

/** `tanh` of `model.activation=tanh`, `learningRate=0.1` of a number, `sgd(learningRate=0.1)` of a description. */
function labelOf(assignment: string): string {
  const equals = assignment.indexOf('=')
  const [path, text] = [assignment.slice(0, equals), assignment.slice(equals + 1)]
  if (/^[a-z][\w-]*$/i.test(text) && !/^(true|false|null)$/.test(text)) return text
  if (!text.startsWith('{')) return `${path.split('.').at(-1)}=${text}`
  const { kind, ...settings } = JSON.parse(text) as Readonly<Record<string, unknown>>
  const list = Object.entries(settings).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  return `${kind}(${list.join(', ')})`
}
