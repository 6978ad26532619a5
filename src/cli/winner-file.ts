import { dirname, relative, resolve, sep } from 'node:path'
import type { ExperimentSettings } from '../recipes/index.ts'
import { type Comparison, sentencesOf } from '../sweep/index.ts'
import { codeOf } from './code.ts'
import { firstDifference } from './stored-job.ts'
import type { PlannedVariant } from './vary.ts'

/** What a variant's file is written from. */
export interface WinnerSource {
  /** Where it will lie. */
  readonly path: string
  /** What was compared: a recipe by its name, or a file by its whole path. */
  readonly order: { readonly recipe?: string; readonly file?: string }
  /** The experiment as a file has it, without its data; a recipe's is written out whole. */
  readonly base?: ExperimentSettings
  readonly variant: PlannedVariant
  readonly comparison: Comparison
  /** The command that writes it. */
  readonly command: 'compare' | 'doctor'
}

/**
 * A variant as an experiment file that `justright run` runs: what it changes stands there, all else comes
 * from the file or the recipe that was compared, above all the data.
 */
export function experimentFile({
  path,
  order,
  base,
  variant,
  comparison,
  command,
}: WinnerSource): string {
  const { seeds, validationRows } = comparison
  const isHeldOut = validationRows === 'heldOut'
  const { name = 'experiment' } = variant.experiment
  const { seed: _, ...settings } = { ...variant.experiment, name: `${name} ${variant.name}` }
  const data = order.file ? 'base.data' : `await recipes[${codeOf(order.recipe)}].data()`
  return [
    `// ${variant.name}: written by "justright ${command}".`,
    '//',
    ...sentencesOf(comparison).map(sentence => `// ${sentence}`),
    '//',
    `//   npx justright run ${path.split(sep).join('/')} --seeds ${seeds.length}`,
    ...(isHeldOut ? ["import { withValidation } from 'justright'"] : []),
    ...(order.file
      ? [
          `import source from ${codeOf(modulePath(path, order.file))}`,
          '',
          "const base = await (typeof source === 'function' ? source() : source)",
        ]
      : ["import { recipes } from 'justright/node'"]),
    '',
    'export default {',
    ...(order.file ? ['  ...base,'] : []),
    ...Object.entries(base ? changesOf(base, settings) : settings).map(
      ([name, value]) => `  ${name}: ${codeOf(value, 2)},`,
    ),
    `  seed: ${seeds[0]},`,
    ...(isHeldOut ? [`  data: withValidation(${data}),`] : order.file ? [] : [`  data: ${data},`]),
    '}',
    '',
  ].join('\n')
}

/** The settings that are not those of the base; one that was taken away is undefined. */
function changesOf(base: object, settings: object): Readonly<Record<string, unknown>> {
  const [before, after] = [base, settings] as Readonly<Record<string, unknown>>[]
  const names = new Set([...Object.keys(after!), ...Object.keys(before!)])
  names.delete('seed')
  return Object.fromEntries(
    [...names]
      .filter(name => firstDifference(before![name], after![name], name))
      .map(name => [name, after![name]]),
  )
}

/** How a file names another one, from its own folder. */
function modulePath(from: string, to: string): string {
  const path = relative(dirname(resolve(from)), to)
    .split(sep)
    .join('/')
  return path.startsWith('.') ? path : `./${path}`
}
