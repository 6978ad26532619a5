import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Recipe, recipes } from '../recipes/index.ts'
import type { EpochRecord, RunResult } from '../runs/index.ts'
import { epochTable, type Finished, resultLine, resultTable, rowsOf, verdictOn } from './results.ts'

const ladder = recipes['mnist-ladder']!
const recipe: Recipe = { ...ladder, rungs: ladder.rungs.slice(0, 2) }

function finished(rung: number, seed: number, accuracy: number): Finished {
  const job = {
    rung: recipe.rungs[rung]!,
    seed,
    title: '',
    experiment: recipe.rungs[rung]!.experiment(seed, 2),
    path: `runs/x/${rung}-${seed}`,
  }
  return { job, result: resultOf(accuracy) }
}

function resultOf(accuracy: number): RunResult {
  const scores = { loss: 1 - accuracy, accuracy, examples: 10 }
  return { status: 'completed', epochs: 2, steps: 20, seconds: 1.5, train: scores, test: scores }
}

const both = [finished(0, 0, 0.75), finished(0, 1, 0.5), finished(1, 0, 0.875), finished(1, 1, 1)]

test('a row holds the mean over seeds, every figure, and all time spent', () => {
  const [row] = rowsOf(recipe, both)
  assert.deepEqual(row, {
    name: 'softmax',
    testAccuracy: 0.625,
    testAccuracies: [0.75, 0.5],
    testLosses: [0.25, 0.5],
    published: 0.9035,
    epochs: 2,
    seconds: 3,
    run: 'runs/x/0-0',
    runs: ['runs/x/0-0', 'runs/x/0-1'],
  })
})

test('the table shows the mean with its 95 % interval and the published figure', () => {
  const table = resultTable(recipe, rowsOf(recipe, both))
  // t(1) 12.706 * sd 0.17678 / sqrt(2) = 1.5883
  assert.match(table, /softmax .* 62\.50 % ± 158\.83 % \(n = 2\) .* 90\.35 % .* 3\.0 s/)
  assert.match(table, /hidden .* 93\.75 % ± 79\.41 % \(n = 2\) .* 94\.55 %/)
})

test('a single seed has no interval', () => {
  assert.match(
    resultTable(recipe, rowsOf(recipe, [finished(0, 0, 0.75)])),
    /│ 75\.00 % +│ 90\.35 %/,
  )
})

test('the verdict is made of the rows', () => {
  assert.match(verdictOn(recipe, rowsOf(recipe, both)), /\+31\.25 points .* 2 of 15 epochs/)
})

test('rungs that were not reached have no row', () => {
  assert.deepEqual(
    rowsOf(recipe, both.slice(0, 2)).map(({ name }) => name),
    ['softmax'],
  )
})

test('without test splits there is neither an accuracy nor a verdict', () => {
  const bare = both.map(({ job, result: { test: _, ...result } }) => ({ job, result }))
  const rows = rowsOf(recipe, bare)
  assert.equal('testAccuracy' in rows[0]!, false)
  assert.match(resultTable(recipe, rows), /no test split/)
  assert.equal(verdictOn(recipe, rows), '')
})

test('a regression is shown by its loss', () => {
  const [{ job }] = both as [Finished]
  const scores = { loss: 0.25, examples: 10 }
  const rows = rowsOf(recipe, [{ job, result: { ...resultOf(1), test: scores } }])
  assert.match(resultTable(recipe, rows), /│ loss 0\.25 │/)
  assert.equal(verdictOn(recipe, rows), '')
})

test('a result line names test and validation, or training where there is neither', () => {
  const { test: scores, ...bare } = resultOf(0.75)
  const validation = { loss: 2, examples: 3 }
  assert.equal(resultLine(bare), 'train 75.00 %, loss 0.25; 1.5 s')
  assert.equal(
    resultLine({ ...bare, test: scores!, validation }),
    'test 75.00 %, loss 0.25; validation loss 2; 1.5 s',
  )
})

test('a long history is thinned to about 20 rows that end with the last epoch', () => {
  const history = Array.from(
    { length: 101 },
    (_, i): EpochRecord => ({
      epoch: i + 1,
      step: i + 1,
      train: { loss: 1, examples: 1 },
      seconds: i,
      examplesPerSecond: 1000,
    }),
  )
  const epochs = [...epochTable(history, 'images').matchAll(/^│ (\d+)/gm)].map(([, n]) => Number(n))
  assert.equal(epochs.length, 17)
  assert.deepEqual([epochs[0], epochs.at(-1)], [6, 101])
})

test('a single rung has no column for what changed', () => {
  const alone = { ...recipe, rungs: recipe.rungs.slice(0, 1) }
  const table = resultTable(alone, rowsOf(alone, [finished(0, 0, 0.75)]))
  assert.match(table, /│ softmax │ 75\.00 % │/)
})
