import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricResults } from '../base/index.ts'
import { metrics } from '../inspect/index.ts'
import { scoresReport } from './scores-report.ts'

const report = (results: MetricResults, asked = Object.values(metrics).map(make => make())) =>
  scoresReport({ loss: 0.25, examples: 8, metrics: results }, asked, ['cat', 'dog'])

test('numbers stand in lines, in their unit, and say when smaller is better', () => {
  assert.equal(
    report({ meanAbsoluteError: 1234.5678, rSquared: 0.987654321 }),
    'loss               0.25\nmeanAbsoluteError  1234.57, smaller is better\nrSquared           0.987654',
  )
})

test('classes stand in a table under their names, with their confusions and figures', () => {
  const perClass = { macro: 0.5, perClass: [0.25, 0.75] }
  const confusionMatrix = [
    [3, 0],
    [1200, 4],
  ]
  const text = report({ confusionMatrix, precision: perClass, recall: perClass, f1: perClass })
  assert.match(text, /precision {2}50\.00 %, mean over classes\n/)
  assert.match(text, /│ class │ {3}cat │ dog │ precision │ {2}recall │ +f1 │/)
  assert.match(text, /│ cat {3}│ {5}3 │ {3}· │ +25\.00 % │/)
  assert.match(text, /│ dog {3}│ 1,200 │ {3}4 │ +75\.00 % │/)
})

test('of many classes only the most frequent confusions are told', () => {
  const matrix = Array.from({ length: 30 }, (_, k) =>
    Array.from({ length: 30 }, (_, j) => Number(j === k)),
  )
  const perClass = { macro: 1, perClass: matrix.map(() => 1) }
  const calm = report({ confusionMatrix: matrix, precision: perClass })
  assert.match(calm, /Nothing was taken for another\.$/)
  matrix[1]![0] = 7
  matrix[2]![3] = 9
  const text = report({ confusionMatrix: matrix, precision: perClass })
  assert.ok(
    text.endsWith('Most often taken for another:\n  2 for 3: 9\n  dog for cat: 7'),
    text.slice(-200),
  )
  assert.doesNotMatch(text, /column/)
})

test('labels, which have no table of confusions, have their figures', () => {
  const text = report({ precision: { macro: 1, perClass: [1, 1] } })
  assert.match(text, /│ class │ precision │\n/)
})
