import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../base/index.ts'
import { filterImages, imageLines } from './pictures.ts'

const weight = tensor([[1, -2, 0, 0.5], [0, 0, 0.25, 0], [3, 1, 1, 1]]) // biome-ignore format: one line a table
const options = { title: 'filters', shape: [1, 2, 2] } as const

test('filters are rows of the weights, in one range around 0', () => {
  const { images, range } = filterImages(weight, { ...options, units: [1, 0] })
  assert.deepEqual(images.map(({ data }) => [...(data as Float32Array)]), [[0, 0, 0.25, 0], [1, -2, 0, 0.5]]) // biome-ignore format: one line
  assert.deepEqual(range, [-2, 2])
  assert.equal(filterImages(weight, options).images.length, 3)
  assert.equal(filterImages(tensor([[0, 0, 0, 0]]), options).range, undefined)
})

test('lines of pictures stand under each other, as many as the shortest has', () => {
  const two = tensor([[0, 255, 0, 0], [255, 0, 0, 0]], 'uint8') // biome-ignore format: one line
  const chart = imageLines(
    [
      { caption: 'image', images: two },
      { caption: 'rbm', images: weight },
    ],
    options,
  )
  assert.equal(chart.columns, 2)
  assert.deepEqual(chart.images.map(({ caption }) => caption), ['image', undefined, 'rbm', undefined]) // biome-ignore format: one line
  assert.deepEqual([...(chart.images[0]!.data as Float32Array)], [0, 255, 0, 0])
})

for (const [name, draw] of [
  ['weights of another size', () => filterImages(weight, { ...options, shape: [1, 3, 3] })],
  ['a unit that does not exist', () => filterImages(weight, { ...options, units: [3] })],
  ['rows of another size', () => imageLines([{ caption: '', images: tensor([1, 2]) }], options)],
] as const)
  test(`${name} cannot be drawn`, () => assert.throws(draw, { name: 'ShapeError' }))
