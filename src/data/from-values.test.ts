import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, DTypeError, type NumericArray, ShapeError, tensor } from '../base/index.ts'
import { dataOf } from './index.ts'

const lists = {
  inputs: [
    [0, 1],
    [2, 3],
  ],
  targets: [1, 0],
}

test('nested lists become float32 inputs, with class indices as int32 and numbers as float32', async () => {
  const labelled = await dataOf({ train: lists, classes: 2 })
  assert.deepEqual(labelled.train, {
    name: 'arrays train',
    inputs: tensor(lists.inputs),
    targets: tensor([1, 0], 'int32'),
    classes: 2,
  })
  const { train, description, ...others } = await dataOf({ train: lists })
  assert.deepEqual(train.targets, tensor([1, 0]))
  assert.equal(train.classes, undefined)
  assert.deepEqual(Object.keys(others), [])
  assert.deepEqual(description.rows, { train: 2 })
})

test('tensors, flat arrays and lists of rows keep their element type', async () => {
  const pixels = tensor(lists.inputs, 'uint8')
  const source = await dataOf({
    name: 'mine',
    train: { inputs: pixels, targets: Uint8Array.of(1, 0) },
    validation: { inputs: [Uint8Array.of(5, 6)], targets: Uint8Array.of(1) },
    test: { inputs: pixels, targets: tensor([0, 1], 'uint8') },
    classes: 2,
    scale: 1 / 255,
  })
  assert.equal(source.train.inputs, pixels)
  assert.deepEqual(source.validation?.inputs, tensor([[5, 6]], 'uint8'))
  assert.equal(source.test?.name, 'mine test')
  assert.equal(source.scale, 1 / 255)
  const { hash, ...description } = source.description
  assert.deepEqual(description, {
    source: 'mine',
    rows: { train: 2, validation: 1, test: 2 },
    classes: 2,
  })
  assert.match(hash, /^[0-9a-f]{64}$/)
})

// The golden hash comes from hashlib over the same text.
test('the hash is the golden one, and changes with a value, a shape, a type or a split', async () => {
  const hashOf = async (options: Parameters<typeof dataOf>[0]) =>
    (await dataOf(options)).description.hash
  const hash = await hashOf({ train: lists })
  assert.equal(hash, 'a70a1f2b6b17a30d89bfb8447bf7e3fcaba62fd5fd4bfa307ac7944ed1d249de')
  assert.equal(await hashOf({ train: lists, name: 'another name' }), hash)
  const others = await Promise.all([
    hashOf({ train: { ...lists, targets: [1, 1] } }),
    hashOf({
      train: {
        ...lists,
        inputs: [
          [[0], [1]],
          [[2], [3]],
        ],
      },
    }),
    hashOf({ train: lists, classes: 2 }),
    hashOf({ train: lists, test: lists }),
    hashOf({ train: lists, validation: lists }),
  ])
  assert.equal(new Set([hash, ...others]).size, 6)
})

test('values that cannot be trained on are refused', async () => {
  const refusals = [
    [{ train: { ...lists, targets: [1, 2] }, classes: 2 }, /0 to 1, received 2 at row 1/],
    [{ train: { ...lists, targets: [1, 0.5] }, classes: 2 }, /received 0.5 at row 1/],
    [{ train: lists, test: { inputs: [[1]], targets: [1] } }, /"arrays test": expected rows of/],
    [{ train: { ...lists, targets: [1] } }, /"arrays train": expected 2 targets/],
    [{ train: { inputs: [], targets: [] } }, /at least one row/],
  ] as const
  for (const [options, message] of refusals)
    await assert.rejects(dataOf(options), { name: 'DataError', message })
  const ragged = { inputs: [Float32Array.of(1, 2), Float32Array.of(1)], targets: [0, 1] }
  await assert.rejects(dataOf({ train: ragged }), ShapeError)
  const wide = BigInt64Array.of(1n, 2n) as unknown as NumericArray
  await assert.rejects(dataOf({ train: { inputs: wide, targets: [0, 1] } }), DTypeError)
  await assert.rejects(dataOf({ train: lists, classes: 0 }), ConfigError)
})
