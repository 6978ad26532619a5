import assert from 'node:assert/strict'
import { test } from 'node:test'
import { input } from '../ir/index.ts'
import { applyModel } from '../nn/index.ts'
import { mnistLadder } from './mnist-ladder.ts'
import { recipes } from './recipes.ts'

// Weights and biases of fully connected nets by hand: 784 * 256 + 256 + 256 * 256 + 256 + 2570 and so on.
const parameters = [7_850, 269_322, 269_322, 1_195_018, 1_195_018]

for (const [i, rung] of mnistLadder.rungs.entries()) {
  const { model, optimizer, ...rest } = rung.experiment(7, 2)
  const applied = applyModel(model, input('x', [3, 784]), { isTraining: true })
  const specs = [...applied.params.entries()]

  test(`rung ${rung.name} takes 784 pixels to 10 classes with the parameters of the lecture`, () => {
    assert.deepEqual(applied.output.shape, [3, 10])
    const sizes = specs.map(([, { value }]) => value.shape.reduce((a, b) => a * b, 1))
    assert.equal(
      sizes.reduce((a, b) => a + b, 0),
      parameters[i],
    )
  })

  test(`rung ${rung.name} draws its biases from N(0, 1) and its weights as the lecture does`, () => {
    for (const [name, { init }] of specs)
      assert.equal(init.kind, name.endsWith('weight') && i >= 2 ? 'xavierUniform' : 'normal', name)
  })

  test(`rung ${rung.name} trains with Adam .001 on batches of 100, for the seed and epochs asked`, () => {
    assert.equal(optimizer.kind, 'adam')
    assert.equal(optimizer.learningRate, 0.001)
    assert.deepEqual([rest.batchSize, rest.seed, rest.epochs], [100, 7, 2])
  })
}

test('only the last rung drops units, 30 % after each of the four hidden layers', () => {
  const masks = mnistLadder.rungs.map(({ experiment }) =>
    [...applyModel(experiment(0, 1).model, input('x', [3, 784]), { isTraining: true }).masks].map(
      ([, { keepProbability }]) => keepProbability,
    ),
  )
  assert.deepEqual(masks, [[], [], [], [], [0.7, 0.7, 0.7, 0.7]])
})

test('every recipe stands under its own name, with rungs that folders can be named after', () => {
  for (const [name, recipe] of Object.entries(recipes)) {
    assert.equal(recipe.name, name)
    for (const { name: rung } of recipe.rungs) assert.match(rung, /^[a-z][a-z0-9-]*$/)
  }
})
