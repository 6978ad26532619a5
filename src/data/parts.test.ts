import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Tensor, tensorOf } from '../base/index.ts'
import { type Dataset, kFold, type Parts, splitParts } from './index.ts'

/** Row i holds the number i, so that a row can be followed; labels as given. */
function numbered(labels: readonly number[], classes = 3): Dataset<Tensor> {
  const rows = labels.length
  return {
    name: 'toy',
    inputs: tensorOf('float32', [rows, 1], Float32Array.from(labels.keys())),
    targets: tensorOf('int32', [rows], Int32Array.from(labels)),
    classes,
  }
}

const someLabels = fc.array(fc.nat(2), { minLength: 8, maxLength: 60 })
const partsOf = ({ train, validation, test }: Parts<Tensor>): Dataset<Tensor>[] =>
  [train, validation, test].filter(part => part !== undefined)

function assertPartition(whole: Dataset<Tensor>, parts: readonly Dataset<Tensor>[]): void {
  const rows = parts.flatMap(({ inputs }) => [...inputs.data])
  assert.deepEqual(
    rows.toSorted((a, b) => a - b),
    [...whole.inputs.data],
  )
  for (const { inputs, targets } of parts) {
    assert.deepEqual(
      [...inputs.data].toSorted((a, b) => a - b),
      [...inputs.data],
    )
    for (const [i, row] of inputs.data.entries())
      assert.equal(targets.data[i], whole.targets.data[row])
  }
}

const share = ({ targets }: Dataset<Tensor>, label: number): number =>
  targets.data.filter(value => value === label).length

test('every row is in one part with its target, in its old order, and the seed decides which', () => {
  fc.assert(
    fc.property(someLabels, fc.nat(99), fc.boolean(), (labels, seed, stratified) => {
      const whole = numbered(labels)
      const options = { validation: 0.25, test: 2, seed, stratified }
      const parts = splitParts(whole, options)
      assertPartition(whole, partsOf(parts))
      assert.equal(parts.test?.inputs.shape[0], 2)
      assert.equal(parts.validation?.inputs.shape[0], Math.round(labels.length / 4))
      assert.deepEqual(parts, splitParts(whole, options))
    }),
    { seed: 1, numRuns: 50 },
  )
})

test('a stratified part has its share of every class to within a row', () => {
  const whole = numbered(Array.from({ length: 200 }, (_, i) => (i < 20 ? 0 : i < 80 ? 1 : 2)))
  const parts = splitParts(whole, { validation: 0.2, test: 0.1, stratified: true })
  assert.deepEqual(
    partsOf(parts).map(part => [0, 1, 2].map(label => share(part, label))),
    [
      [14, 42, 84],
      [4, 12, 24],
      [2, 6, 12],
    ],
  )
})

test('no validation and no test leave every row to train', () => {
  const whole = numbered([0, 1, 2])
  assert.deepEqual(splitParts(whole, {}).train.inputs, whole.inputs)
  assert.deepEqual(Object.keys(splitParts(whole, {})), ['train'])
})

test('every row is validation in one fold, and folds and their classes differ by a row at most', () => {
  fc.assert(
    fc.property(someLabels, fc.integer({ min: 2, max: 8 }), fc.boolean(), (labels, folds, even) => {
      const whole = numbered(labels)
      const all = [...kFold(whole, { folds, stratified: even, seed: 3 })]
      assert.equal(all.length, folds)
      for (const { train, validation } of all) assertPartition(whole, [train, validation])
      const held = all.flatMap(({ validation }) => [...validation.inputs.data])
      assert.deepEqual(
        held.toSorted((a, b) => a - b),
        [...whole.inputs.data],
      )
      const spread = (counts: readonly number[]) => Math.max(...counts) - Math.min(...counts)
      assert.ok(spread(all.map(({ validation }) => validation.inputs.data.length)) <= 1)
      for (const label of even ? [0, 1, 2] : [])
        assert.ok(spread(all.map(({ validation }) => share(validation, label))) <= 1)
    }),
    { seed: 1, numRuns: 50 },
  )
})

test('folds can be gone through again, and another seed deals other rows', () => {
  const whole = numbered(Array.from({ length: 40 }, (_, i) => i % 3))
  const folds = kFold(whole, { seed: 1 })
  assert.deepEqual([...folds], [...folds])
  assert.notDeepEqual([...folds], [...kFold(whole, { seed: 2 })])
})

const { classes: _, ...numbers } = numbered([0, 1, 2, 1])
const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'parts that leave nothing to train',
    () => splitParts(numbers, { validation: 2, test: 2 }),
    /"toy": expected at least 1 of 4 rows left to train, received 2 for validation and 2 for test/,
  ],
  ['a share without a row', () => splitParts(numbers, { test: 0.1 }), /received 0.1/],
  ['a negative share', () => splitParts(numbers, { test: -0.5 }), /received -0.5/],
  ['half a row', () => splitParts(numbers, { validation: 1.5 }), /received 1.5/],
  [
    'classes drawn alike where there are none',
    () => splitParts(numbers, { validation: 1, stratified: true }),
    /expected targets that are class indices.* \(stratified: true\)/,
  ],
  ['more folds than rows', () => kFold(numbers), /folds of dataset "toy": .*2 to 4.* received 5/],
  ['one fold', () => kFold(numbers, { folds: 1 }), /received 1/],
]
for (const [what, attempt, message] of refusals)
  test(`${what}: refused`, () => {
    assert.throws(attempt, message)
  })
