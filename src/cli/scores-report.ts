import Table from 'cli-table3'
import type { MetricResults, PerClass } from '../base/index.ts'
import { type MetricConfig, metricName, metricRowOf } from '../inspect/index.ts'
import type { Scores } from '../runs/index.ts'
import { formatCount, formatLoss, formatNumber, formatPercent } from './format.ts'

/** Up to so many classes a table of all confusions can be read. */
const mostClasses = 20
const mostConfusions = 10

/**
 * Scores for people: the loss and every metric that is a number, a line each, then the classes.
 * `classNames` are what the classes are called; their indices where there are none.
 */
export function scoresReport(
  { loss, metrics = {} }: Scores,
  asked: readonly MetricConfig[],
  classNames: readonly string[] = [],
): string {
  const lines = asked.flatMap(metric => {
    const name = metricName(metric)
    const result = (metrics as Readonly<Record<string, unknown>>)[name]
    const { unit, better } = metricRowOf(metric)
    const format = (x: number) => (unit === 'share' ? formatPercent(x) : formatNumber(x))
    const note = better === 'smaller' ? ', smaller is better' : ''
    if (typeof result === 'number') return [[name, format(result) + (unit === 'share' ? '' : note)]]
    return isPerClass(result) ? [[name, `${format(result.macro)}, mean over classes`]] : []
  })
  const all = [['loss', formatLoss(loss)], ...lines]
  const width = Math.max(...all.map(([name]) => name!.length))
  return [
    ...all.map(([name, text]) => `${name!.padEnd(width)}  ${text}`),
    ...classParts(metrics, classNames),
  ].join('\n')
}

const isPerClass = (result: unknown): result is PerClass =>
  typeof result === 'object' && result !== null && 'macro' in result

function classParts(metrics: MetricResults, classNames: readonly string[]): string[] {
  const { confusionMatrix: matrix, precision } = metrics
  const classes = matrix?.length ?? precision?.perClass.length ?? 0
  if (classes === 0) return []
  const nameOf = (k: number) => classNames[k] ?? String(k)
  if (matrix && classes <= mostClasses)
    return ['', 'Row: the class; column: what was answered.', classTable(metrics, nameOf, matrix)]
  const table = ['', classTable(metrics, nameOf)]
  return matrix ? [...table, '', ...confusions(matrix, nameOf)] : table
}

/** One row for each class: its confusions where they are given, and its figures. */
function classTable(
  { precision, recall, f1 }: MetricResults,
  nameOf: (k: number) => string,
  matrix?: readonly (readonly number[])[],
): string {
  const figures = Object.entries({ precision, recall, f1 }).filter(([, result]) => result)
  const columns = matrix ? [...matrix.keys()].map(nameOf) : []
  const table = new Table({
    head: ['class', ...columns, ...figures.map(([name]) => name)],
    colAligns: ['left', ...[...columns, ...figures].map(() => 'right' as const)],
    style: { head: [], border: [], compact: true },
  })
  const classes = matrix?.length ?? precision?.perClass.length ?? 0
  for (let k = 0; k < classes; k++)
    table.push([
      nameOf(k),
      // Nothing is easier to overlook than a nought.
      ...(matrix?.[k] ?? []).map(count => (count === 0 ? '·' : formatCount(count))),
      ...figures.map(([, result]) => formatPercent(result!.perClass[k]!)),
    ])
  return table.toString()
}

/** The most frequent confusions, where there are too many classes for a table. */
function confusions(
  matrix: readonly (readonly number[])[],
  nameOf: (k: number) => string,
): string[] {
  const wrong = matrix.flatMap((row, k) =>
    row.flatMap((count, j) => (j === k || count === 0 ? [] : [{ count, k, j }])),
  )
  const most = wrong.sort((a, b) => b.count - a.count).slice(0, mostConfusions)
  return [
    most.length > 0 ? 'Most often taken for another:' : 'Nothing was taken for another.',
    ...most.map(({ count, k, j }) => `  ${nameOf(k)} for ${nameOf(j)}: ${formatCount(count)}`),
  ]
}
