import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Tensor, tensor, tensorOf } from '../base/index.ts'
import { type DataSource, dataOf, summarize } from './index.ts'

const description = { source: 's', hash: '', rows: {} }

function sourceOf(inputs: Tensor, targets: Tensor, classes?: number): DataSource {
  return { train: { name: 't', inputs, targets, ...(classes && { classes }) }, description }
}

test('range, mean and deviation are of all numbers but the missing ones, which are counted', () => {
  const inputs = tensor([
    [1, 2],
    [Number.NaN, 4],
    [5, -2],
  ])
  const { train } = summarize(sourceOf(inputs, tensor([0.5, 1.5, 4])))
  const { mean, std, ...rest } = train!.inputs
  assert.deepEqual(rest, { dtype: 'float32', shape: [3, 2], min: -2, max: 5, missing: 1 })
  assert.equal(mean, 2)
  assert.ok(Math.abs(std - Math.sqrt(6)) < 1e-12, `${std}`)
  assert.deepEqual([train!.targets!.min, train!.targets!.max, train!.targets!.mean], [0.5, 4, 2])
  assert.equal(train!.classCounts, undefined)
})

test('channels of images are told apart, and blocks of 16 MiB together give what one pass gives', () => {
  // Channel 0 is 10 and 12 in turn, channel 1 always 200: 20 MiB in all.
  const data = new Uint8Array(20 * 2 ** 20).map((_, i) =>
    i & 1024 ? 200 : 10 + 2 * ((i >> 11) & 1),
  )
  const inputs = tensorOf('uint8', [10_240, 2, 32, 32], data)
  const { inputs: found } = summarize(
    sourceOf(inputs, tensor(new Array(10_240).fill(0), 'uint8'), 1),
  ).train!
  assert.deepEqual([found.min, found.max], [10, 200])
  const [first, second] = found.channels!
  assert.ok(Math.abs(first!.mean - 11) < 1e-9 && Math.abs(first!.std - 1) < 1e-9)
  assert.ok(Math.abs(second!.mean - 200) < 1e-9 && second!.std < 1e-6)
  assert.ok(Math.abs(found.mean - 105.5) < 1e-9)
})

test('a large offset does not cancel the deviation', () => {
  const data = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2))
  const { inputs } = summarize(
    sourceOf(tensorOf('float64', [1000, 1], data), tensor(new Array(1000).fill(0))),
  ).train!
  assert.ok(Math.abs(inputs.std - 0.5) < 1e-6, `${inputs.std}`)
})

test('classes without rows count 0, and repeated rows are counted, within a split and across', async () => {
  const source = await dataOf({
    train: {
      inputs: [
        [1, 2],
        [3, 4],
        [1, 2],
        [1, 2],
      ],
      targets: [0, 3, 3, 3],
    },
    test: {
      inputs: [
        [3, 4],
        [5, 6],
        [2, 1],
        [5, 6],
      ],
      targets: [0, 1, 1, 1],
    },
    classes: 5,
  })
  const { train, test, validation } = summarize(source)
  assert.deepEqual(train!.classCounts, [1, 0, 0, 3, 0])
  assert.equal(train!.duplicates, 2)
  assert.equal(train!.alsoInTraining, undefined)
  assert.deepEqual([test!.duplicates, test!.alsoInTraining], [1, 1])
  assert.equal(validation, undefined)
})
