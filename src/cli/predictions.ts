import { DataError, formatShape, type Named, type Tensor } from '../base/index.ts'
import type { GivenRows } from '../data/node/index.ts'
import type { ModelFacts } from '../train/index.ts'
import { formatNumber, formatPercent } from './format.ts'

/** A class and how likely it is. */
export interface Likely {
  readonly class: string
  readonly probability: number
}

/** What a model answers for one row. */
export interface Prediction {
  /** Where the row is from. */
  readonly input: string
  /** What had to be done to it. */
  readonly change?: string
  /** Of classes: the most likely ones, the first of them first. */
  readonly top?: readonly Likely[]
  /** Of labels: how likely each holds; of numbers: each, in the unit of the targets. */
  readonly values?: Named<number>
  /** All numbers that the model gave, in the order of `names`. */
  readonly all: readonly number[]
}

/** Predictions, and what their numbers are called. */
export interface Predictions {
  readonly task: NonNullable<ModelFacts['task']>
  /** The classes, labels or targets. */
  readonly names: readonly string[]
  readonly rows: readonly Prediction[]
}

const mostShown = 3

/**
 * What a model's output says about rows, in words.
 * Throws DataError when a model of classes gives more than one answer a row.
 */
export function predictionsOf(
  { task = 'numbers', classNames = [], targetNames = [] }: ModelFacts,
  output: Tensor,
  { names: inputs, changes }: Pick<GivenRows, 'names' | 'changes'>,
): Predictions {
  const width = inputs.length === 0 ? 0 : output.data.length / inputs.length
  if (task === 'classes' && output.shape.length !== 2)
    throw new DataError({
      who: 'predict',
      expected: 'a model with one answer a row, [N, K]',
      received: formatShape(output.shape),
    })
  const known = task === 'classes' ? classNames : targetNames
  const names = Array.from({ length: width }, (_, k) => known[k] ?? String(k))
  const rows = inputs.map((input, i) => {
    const all = Array.from(output.data.subarray(i * width, (i + 1) * width))
    const change = changes.get(i)
    return {
      input,
      ...(change === undefined ? {} : { change }),
      ...(task === 'classes'
        ? { top: topOf(all, names) }
        : { values: Object.fromEntries(names.map((name, k) => [name, all[k]!])) }),
      all,
    }
  })
  return { task, names, rows }
}

function topOf(probabilities: readonly number[], names: readonly string[]): Likely[] {
  return [...names.keys()]
    .sort((a, b) => probabilities[b]! - probabilities[a]!)
    .slice(0, mostShown)
    .map(k => ({ class: names[k]!, probability: probabilities[k]! }))
}

/** A line for each row: `7.png  seven 98.21 %, one 1.20 %, two 0.41 %`, or its numbers. */
export function predictionLines({ task, names, rows }: Predictions): string[] {
  return rows.map(({ input, change, top, values = {} }) => {
    const answers = top
      ? top.map(likely => `${likely.class} ${formatPercent(likely.probability)}`)
      : Object.entries(values).map(([name, value]) => {
          const shown = task === 'labels' ? formatPercent(value) : formatNumber(value)
          return names.length > 1 || name !== '0' ? `${name} ${shown}` : shown
        })
    return `${input}${change ? ` (${change})` : ''}  ${answers.join(', ')}`
  })
}

/**
 * Predictions as CSV: `input`, then the class and its probability where there are classes, then every
 * number that the model gave, whole. Source: RFC 4180.
 */
export function predictionCsv({ task, names, rows }: Predictions): string {
  const isClasses = task === 'classes'
  const title = (name: string) => (task === 'numbers' ? name : `probability of ${name}`)
  const head = ['input', ...(isClasses ? ['class', 'probability'] : []), ...names.map(title)]
  const lines = rows.map(({ input, top, all }) => [
    input,
    ...(isClasses ? [top![0]!.class, top![0]!.probability] : []),
    ...all,
  ])
  return `${[head, ...lines].map(line => line.map(field).join(',')).join('\n')}\n`
}

function field(value: string | number): string {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
