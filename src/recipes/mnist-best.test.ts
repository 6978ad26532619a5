import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from '../data/index.ts'
import { input } from '../ir/index.ts'
import { applyModel } from '../nn/index.ts'
import { mnistCnnBest, mnistMlpBest } from './mnist-best.ts'

const appliedTo = (recipe: typeof mnistMlpBest, row: readonly number[]) =>
  applyModel(recipe.rungs[0]!.experiment(3, 2).model, input('x', [4, ...row]), { isTraining: true })

const sizeOf = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)

for (const [recipe, row, parameters, noises, masks] of [
  // Weights of 784 - 1000 - 500 - 250 - 250 - 250 - 10, two numbers a normalised unit, ten biases.
  [mnistMlpBest, [784], 784_000 + 500_000 + 125_000 + 2 * 62_500 + 2_500 + 10 + 2 * 2_250, 6, 0],
  // Kernels of 5 and 3, then 128 channels of 3 x 3 to 256 to 10.
  [
    mnistCnnBest,
    [1, 28, 28],
    25 * 32 + 9 * 32 * 64 + 9 * 64 * 128 + 2 * 224 + 1152 * 256 + 256 + 2570,
    0,
    2,
  ],
] as const)
  test(`${recipe.name} has the size and the noise that it promises`, () => {
    const applied = appliedTo(recipe, row)
    assert.deepEqual(applied.output.shape, [4, 10])
    const sizes = [...applied.params.values()].map(({ value }) => sizeOf(value.shape))
    assert.equal(
      sizes.reduce((a, b) => a + b, 0),
      parameters,
    )
    assert.equal(applied.noises.size, noises)
    assert.equal(applied.masks.size, masks)
  })

for (const recipe of [mnistMlpBest, mnistCnnBest])
  test(`${recipe.name} trains on all 60,000 images, and chooses nothing by the test images`, async () => {
    const data = await recipe.data()
    assert.equal(rowsOf(data.train), 60_000)
    assert.equal(data.validation, undefined)
    const { earlyStopping } = recipe.rungs[0]!.experiment(3, 2)
    assert.equal(earlyStopping, undefined)
  })
