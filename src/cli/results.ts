import Table from 'cli-table3'
import { type Recipe, type RungScore, verdictOf } from '../recipes/index.ts'
import type { EpochRecord, RunResult, Scores } from '../runs/index.ts'
import { estimate } from '../stats/index.ts'
import { formatCount, formatDuration, formatLoss, formatPercent, formatScores } from './format.ts'
import type { Job } from './plan.ts'

/** A job that ran to its end. */
export interface Finished {
  readonly job: Job
  readonly result: RunResult
}

/** A line of the result, as `--json` prints it. */
export interface Row {
  readonly name: string
  /** The mean over seeds; absent where nothing is classified or there is no test split. */
  readonly testAccuracy?: number
  readonly testAccuracies: readonly number[]
  readonly testLosses: readonly number[]
  readonly published?: number
  readonly epochs: number
  /** Of all seeds together. */
  readonly seconds: number
  /** The run directory, of the first seed where there are several. */
  readonly run: string
  readonly runs: readonly string[]
}

/** One row per rung, in the order of the recipe. */
export function rowsOf(recipe: Recipe, finished: readonly Finished[]): Row[] {
  return recipe.rungs.flatMap(rung => {
    const own = finished.filter(({ job }) => job.rung === rung)
    const [first] = own
    if (!first) return []
    const tests = own.flatMap(({ result }) => (result.test ? [result.test] : []))
    const testAccuracies = tests.flatMap(({ accuracy }) =>
      accuracy === undefined ? [] : [accuracy],
    )
    const { published } = rung
    return [
      {
        name: rung.name,
        ...(testAccuracies.length > 0 ? { testAccuracy: estimate(testAccuracies).mean } : {}),
        testAccuracies,
        testLosses: tests.map(({ loss }) => loss),
        ...(published === undefined ? {} : { published }),
        epochs: first.result.epochs,
        seconds: own.reduce((sum, { result }) => sum + result.seconds, 0),
        run: first.job.path,
        runs: own.map(({ job }) => job.path),
      },
    ]
  })
}

/** The rows for people: rung, what changed, test accuracy, the published figure, time. */
export function resultTable(recipe: Recipe, rows: readonly Row[]): string {
  const hasPublished = rows.some(({ published }) => published !== undefined)
  const hasChanges = recipe.rungs.length > 1
  const table = new Table({
    head: [
      '',
      ...(hasChanges ? ['what changed'] : []),
      'test',
      ...(hasPublished ? ['published'] : []),
      'time',
    ],
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) {
    const { changed } = recipe.rungs.find(({ name }) => name === row.name)!
    const published = row.published === undefined ? '' : formatPercent(row.published)
    table.push([
      row.name,
      ...(hasChanges ? [changed] : []),
      testCell(row),
      ...(hasPublished ? [published] : []),
      formatDuration(row.seconds),
    ])
  }
  return table.toString()
}

function testCell({ testAccuracies, testLosses }: Row): string {
  const [values, format] =
    testAccuracies.length > 0
      ? [testAccuracies, formatPercent]
      : [testLosses, (loss: number) => `loss ${formatLoss(loss)}`]
  if (values.length === 0) return 'no test split'
  const { n, mean, halfWidth } = estimate(values)
  return halfWidth === undefined
    ? format(mean)
    : `${format(mean)} ± ${format(halfWidth).replace('loss ', '')} (n = ${n})`
}

/** The verdict on the rows, where every rung has test accuracies. */
export function verdictOn(recipe: Recipe, rows: readonly Row[]): string {
  if (rows.some(({ testAccuracies }) => testAccuracies.length === 0)) return ''
  return verdictOf(
    rows.map(({ name, testAccuracies, epochs }): RungScore => {
      const rung = recipe.rungs.find(one => one.name === name)!
      return { ...rung, testAccuracies, epochs, fullEpochs: recipe.epochs.full }
    }),
  )
}

const mostEpochRows = 20

/** The epochs of a run as a table: all of them, or about 20 evenly spread ones with the last. */
export function epochTable(history: readonly EpochRecord[], unit: string): string {
  const stride = Math.ceil(history.length / mostEpochRows)
  const shown = history.filter(({ epoch }) => epoch % stride === 0 || epoch === history.length)
  const hasValidation = shown.some(({ validation }) => validation)
  const table = new Table({
    head: ['epoch', 'train', ...(hasValidation ? ['validation'] : []), `${unit}/s`, 'time'],
    style: { head: [], border: [], compact: true },
  })
  for (const { epoch, train, validation, examplesPerSecond, seconds } of shown)
    table.push([
      String(epoch),
      formatScores(train),
      ...(hasValidation ? [validation ? formatScores(validation) : ''] : []),
      formatCount(examplesPerSecond),
      formatDuration(seconds),
    ])
  return table.toString()
}

/** How a run ended, in a line: `test 97.83 %, loss 0.07012; validation …; 4.1 s`. */
export function resultLine({ test, validation, train, seconds }: RunResult): string {
  const parts: [string, Scores | undefined][] = [
    ['test', test],
    ['validation', validation],
    ...(test || validation ? [] : [['train', train] as [string, Scores]]),
  ]
  const scores = parts.flatMap(([name, score]) => (score ? [`${name} ${formatScores(score)}`] : []))
  return [...scores, formatDuration(seconds)].join('; ')
}
