import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dataOf } from './from-values.ts'
import { sampleRows } from './sample.ts'

const rows = Array.from({ length: 40 }, (_, i) => [i])
// Class 1 is a quarter of the rows.
const labels = rows.map(([i]) => Number(i! % 4 === 0))
const examples = { inputs: rows, targets: labels }
const source = await dataOf({ train: examples, test: examples, classes: 2 })

test('a sample has its rows with their targets, of every class its share, in their old order', async () => {
  const { train, test, description } = await sampleRows(source, { train: 12 })
  const values = [...train.inputs.data]
  assert.deepEqual([...train.targets.data], values.map(i => labels[i])) // biome-ignore format: fits
  assert.equal(values.filter(i => labels[i] === 1).length, 3)
  assert.deepEqual(
    values,
    values.toSorted((a, b) => a - b),
  )
  assert.equal(test, source.test)
  assert.deepEqual(description.rows, { train: 12, test: 40 })
  assert.notEqual(description.hash, source.description.hash)
})

test('a smaller sample is part of a larger one, and another seed draws others', async () => {
  const valuesOf = async (train: number, seed?: number) => [
    ...(await sampleRows(source, { train }, seed === undefined ? {} : { seed })).train.inputs.data,
  ]
  const large = await valuesOf(20)
  for (const value of await valuesOf(8)) assert.ok(large.includes(value))
  assert.notDeepEqual(await valuesOf(20, 1), large)
})

for (const counts of [{ train: 41 }, { train: 0 }, { train: 1.5 }, { validation: 1 }])
  test(`a sample of ${JSON.stringify(counts)} is refused`, async () => {
    await assert.rejects(sampleRows(source, counts), { name: 'DataError' })
  })
