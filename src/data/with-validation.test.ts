import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf } from './from-values.ts'
import { withValidation } from './with-validation.ts'

const inputs = Array.from({ length: 40 }, (_, i) => [i])
const targets = inputs.map((_, i) => (i < 20 ? 0 : 1))
const source = await dataOf({ classes: 2, train: { inputs, targets }, test: { inputs, targets } })

test('a tenth of the training rows is held out, every class alike, and no row is in both', () => {
  const { train, validation, test: kept, description } = withValidation(source)
  assert.deepEqual(description.rows, { train: 36, validation: 4, test: 40 })
  assert.deepEqual([...validation.targets.data].sort(), [0, 0, 1, 1])
  const rows = [train, validation].flatMap(({ inputs }) =>
    'data' in inputs ? [...inputs.data] : [],
  )
  assert.deepEqual(
    rows.sort((a, b) => a - b),
    inputs.flat(),
  )
  assert.equal(kept, source.test)
  assert.deepEqual(description.heldOut, { share: 0.1, seed: 0 })
})

test('the seed decides which rows', () => {
  const rowsOf = (seed: number) => withValidation(source, { seed }).validation.inputs
  assert.deepEqual(rowsOf(3), rowsOf(3))
  assert.notDeepEqual(rowsOf(3), rowsOf(4))
})

test('a source that has a validation split keeps it', () => {
  const held = withValidation(source)
  assert.equal(withValidation(held, { validation: 0.5 }).validation, held.validation)
})

test('a share that leaves no rows is refused', () => {
  assert.throws(() => withValidation(source, { validation: 0.001 }), { name: 'DataError' })
})
