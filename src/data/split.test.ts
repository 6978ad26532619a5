import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, splitKey, type Tensor, tensorOf } from '../base/index.ts'
import { type Dataset, type Split, splitFirst, splitRandom, splitStratified } from './index.ts'

const key = keyOf(2006)

/** 100 rows [i, -i]; class 0 is sixty rows, class 1 thirty, class 2 ten. */
const rows = Array.from({ length: 100 }, (_, i) => i)
const dataset: Dataset<Tensor> = {
  name: 'toy',
  inputs: tensorOf('float32', [100, 2], Float32Array.from(rows.flatMap(i => [i, -i]))),
  targets: tensorOf(
    'uint8',
    [100],
    Uint8Array.from(rows, i => (i < 60 ? 0 : i < 90 ? 1 : 2)),
  ),
  classes: 3,
}

function indices({ inputs }: Dataset<Tensor>): number[] {
  return [...inputs.data].filter((_, i) => i % 2 === 0)
}

function assertSound({ train, validation }: Split<Tensor>, count: number): void {
  assert.deepEqual([validation.name, train.name], ['toy validation', 'toy train'])
  assert.deepEqual(validation.inputs.shape, [count, 2])
  assert.deepEqual(train.inputs.shape, [100 - count, 2])
  const all = [...indices(train), ...indices(validation)]
  assert.deepEqual(
    all.toSorted((a, b) => a - b),
    rows,
  )
  for (const part of [train, validation]) {
    assert.equal(part.classes, 3)
    const labels = indices(part).map(i => dataset.targets.data[i])
    assert.deepEqual([...part.targets.data], labels)
  }
}

test('the first rows are validation, and nothing is copied', () => {
  const split = splitFirst(dataset, 30)
  assertSound(split, 30)
  assert.deepEqual(indices(split.validation), rows.slice(0, 30))
  for (const part of [split.train, split.validation])
    assert.equal(part.inputs.data.buffer, dataset.inputs.data.buffer)
})

test('random validation rows repeat with the key and come from everywhere', () => {
  const split = splitRandom(dataset, 30, key)
  assertSound(split, 30)
  assert.deepEqual(split, splitRandom(dataset, 30, key))
  assert.notDeepEqual(split, splitRandom(dataset, 30, splitKey(key, 1)))
  assert.ok(indices(split.validation).some(i => i < 50))
  assert.ok(indices(split.validation).some(i => i >= 50))
})

for (const [count, perClass] of [
  [10, [6, 3, 1]],
  [50, [30, 15, 5]],
  [99, [59, 30, 10]],
] as const)
  test(`a stratified split of ${count} has ${perClass} rows per class`, () => {
    const split = splitStratified(dataset, count, key)
    assertSound(split, count)
    const counts = [0, 0, 0]
    for (const label of split.validation.targets.data) counts[label]!++
    assert.deepEqual(counts, perClass)
    assert.deepEqual(split, splitStratified(dataset, count, key))
    assert.notDeepEqual(split, splitStratified(dataset, count, splitKey(key, 1)))
  })

test('a count that leaves one side empty is refused', () => {
  for (const count of [0, 100, 101, -1, 2.5, Number.NaN])
    for (const split of [splitFirst, splitRandom, splitStratified])
      assert.throws(() => split(dataset, count, key), {
        name: 'DataError',
        message: /dataset "toy": expected a validation count from 1 to 99, some of its 100 rows/,
      })
})
