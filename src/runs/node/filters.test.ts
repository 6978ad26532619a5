import assert from 'node:assert/strict'
import { test } from 'node:test'
import { description } from '../../../test/runs/samples.ts'
import { tensorOf } from '../../base/index.ts'
import { filtersOf, gridOf } from './filters.ts'

const weightOf = (shape: readonly number[]) => ({
  '0.weight': tensorOf(
    'float32',
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => (i % 3) - 1),
  ),
})

const first = (kind: string, imageShape?: readonly number[]) => ({
  ...description,
  data: { ...description.data, ...(imageShape && { imageShape }) },
  layers: [
    { path: '0', kind, inputs: ['input'], shape: [4], parameters: 9 },
    { path: '1', kind: 'relu', inputs: ['0'], shape: [4], parameters: 0 },
  ],
})

const cases = [
  ['linear', [10, 784], [28, 28], [1, 28, 28]],
  ['linear', [10, 3072], [3, 32, 32], [3, 32, 32]],
  ['linear', [10, 784], undefined, undefined],
  ['linear', [10, 20], [28, 28], undefined],
  ['conv2d', [8, 1, 3, 5], undefined, [1, 3, 5]],
  ['conv2d', [8, 3, 3, 3], undefined, [3, 3, 3]],
  ['conv2d', [8, 2, 3, 3], undefined, undefined],
  ['conv2d', [8, 3, 1, 1], undefined, undefined],
  ['batchNorm', [8], undefined, undefined],
] as const

for (const [kind, shape, imageShape, expected] of cases)
  test(`${kind} with a weight of [${shape}] over images of [${imageShape ?? 'no shape'}] has ${
    expected ? `filters of [${expected}]` : 'no filters to show'
  }`, () => {
    const filters = filtersOf(first(kind, imageShape), weightOf(shape))
    assert.deepEqual(filters?.shape, expected)
  })

test('a filter goes from black at its least to white, with 0 in the middle', () => {
  const filters = filtersOf(first('conv2d'), weightOf([1, 1, 1, 3]))!
  const { width, height, channels, data } = gridOf(filters)
  assert.deepEqual([width, height, channels], [3 * 160, 160, 1])
  assert.deepEqual([data[0], data[160], data[320]], [0, 128, 255])
})

test('channels lie side by side, and lines of white are between filters', () => {
  const filters = filtersOf(first('conv2d'), weightOf([2, 3, 2, 2]))!
  const { width, channels, data } = gridOf(filters)
  const side = (width - 1) / 2
  assert.equal(channels, 3)
  // Weights of the first pixel: places 0, 4 and 8 of -1, 0, 1, -1, 0 …
  assert.deepEqual([...data.subarray(0, 3)], [0, 128, 255])
  assert.deepEqual([...data.subarray(3 * side, 3 * side + 3)], [255, 255, 255])
})
