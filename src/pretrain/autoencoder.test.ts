import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { finish } from '../../test/training.ts'
import { fillUniform, keyOf, mapNamed, type Named, splitKey, type Tensor } from '../base/index.ts'
import { dataOf, inputsAsTargets } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { initialize } from '../init/index.ts'
import { metrics } from '../inspect/index.ts'
import { constant, transpose } from '../ir/index.ts'
import { applyModel, binaryCrossEntropy, type LayerConfig, relu, tanh } from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { autoencoder, encoder, encoderOf } from './autoencoder.ts'

const key = keyOf(2006)
const sizes = [6, 5, 2]

/** 64 rows of six numbers from 0 to 1 that hang on two. */
function rows(): Tensor {
  const few = new Float32Array(128)
  fillUniform(splitKey(key, 'rows'), few, 0, 1)
  const data = Float32Array.from({ length: 64 * 6 }, (_, i) => {
    const [a, b] = [few[2 * Math.floor(i / 6)]!, few[2 * Math.floor(i / 6) + 1]!]
    return [a, b, 1 - a, 1 - b, a * b, (a + b) / 2][i % 6]!
  })
  return { dtype: 'float32', shape: [64, 6], data }
}

function drawn(model: LayerConfig): Named<Tensor> {
  const { params } = applyModel(model, constant(rows()))
  return Object.fromEntries(
    [...params].map(([name, { value, init }]) => [
      name,
      initialize(init, value.shape, splitKey(key, name)),
    ]),
  )
}

function outputsOf(model: LayerConfig, weights: Named<Tensor>): readonly number[] {
  const { output } = applyModel(model, constant(rows()), { leaf: name => constant(weights[name]!) })
  return [...evaluate([output])[0]!.data]
}

const shapesOf = (model: LayerConfig) => mapNamed(drawn(model), ({ shape }) => [...shape])

test('an auto-encoder goes through its sizes forth and back', () => {
  assert.deepEqual(shapesOf(autoencoder({ sizes })), {
    '0.weight': [5, 6],
    '0.bias': [5],
    '2.weight': [2, 5],
    '2.bias': [2],
    '3.weight': [5, 2],
    '3.bias': [5],
    '5.weight': [6, 5],
    '5.bias': [6],
  })
})

test('tied, it has each weight once', () => {
  assert.deepEqual(shapesOf(autoencoder({ sizes, isTied: true })), {
    '0.weight': [5, 6],
    '0.bias': [5],
    '2.weight': [2, 5],
    '2.bias': [2],
    '2.backBias': [5],
    '0.backBias': [6],
  })
})

for (const codeActivation of [undefined, tanh()])
  test(`tied, it computes as one with the transposed weights, code ${codeActivation?.kind ?? 'linear'}`, () => {
    const options = { sizes, activation: tanh(), ...(codeActivation && { codeActivation }) }
    const tied = autoencoder({ ...options, isTied: true })
    const free = autoencoder(options)
    const weights = mapNamed(drawn(tied), tensor => ({
      ...tensor,
      data: tensor.data.map((x, i) => x + 0.01 * i) as Float32Array<ArrayBuffer>,
    }))
    const back = codeActivation ? ['4', '6'] : ['3', '5']
    const turned = (tensor: Tensor) => evaluate([transpose(constant(tensor))])[0]!
    const unrolled = {
      ...Object.fromEntries(Object.entries(weights).filter(([name]) => !name.endsWith('backBias'))),
      [`${back[0]}.weight`]: turned(weights['2.weight']!),
      [`${back[0]}.bias`]: weights['2.backBias']!,
      [`${back[1]}.weight`]: turned(weights['0.weight']!),
      [`${back[1]}.bias`]: weights['0.backBias']!,
    }
    assert.deepEqual(outputsOf(tied, weights), outputsOf(free, unrolled))
  })

for (const isTied of [false, true])
  test(`${isTied ? 'tied' : 'free'}, it learns to answer its inputs through a code of two, which its encoder gives`, async () => {
    const data = await inputsAsTargets(
      await dataOf({ train: { inputs: rows(), targets: new Float32Array(64) } }),
    )
    const options = { sizes, isTied }
    const { run } = await finish({
      model: autoencoder(options),
      loss: binaryCrossEntropy(),
      optimizer: adam({ learningRate: 0.03 }),
      metrics: [metrics.squaredError()],
      data: { ...data, test: data.train },
      epochs: 150,
      batchSize: 16,
      seed: 7,
      engine: 'js',
    })
    // Answering the mean of each input has 0.43.
    const { squaredError } = run.test!.metrics!
    assert.ok(squaredError! < 0.05, `${squaredError}`)
    const { model, weights } = encoderOf(options, run.parameters)
    assert.deepEqual(Object.keys(weights).sort(), Object.keys(drawn(model)).sort())
    const { layers } = applyModel(autoencoder(options), constant(rows()), {
      leaf: name => constant(run.parameters[name]!),
    })
    const code = evaluate([layers.get('2')!.output])[0]!
    assert.deepEqual(outputsOf(model, weights), [...code.data])
  })

test('weights fit the activation: four times as wide before sigmoids', () => {
  const gainOf = (options: object) => {
    const [first] = encoder({ sizes, ...options }).layers
    return first!.kind === 'linear' && first.weightInit
  }
  assert.deepEqual(gainOf({}), { kind: 'xavierUniform', gain: 4 })
  assert.deepEqual(gainOf({ activation: relu() }), { kind: 'xavierUniform', gain: 1 })
})

describe('an auto-encoder refuses', () => {
  for (const sizes of [[], [784], [784, 0], [784, 2.5]])
    test(`sizes [${sizes}]`, () =>
      assert.throws(() => autoencoder({ sizes }), {
        name: 'ConfigError',
        message: `autoencoder sizes: expected positive integers from the inputs to the code, at least two, received [${sizes}]`,
      }))

  test('rows of another size than its first', () =>
    assert.throws(() => drawn(autoencoder({ sizes: [7, 2] })), {
      name: 'ShapeError',
      message: /^linear "0": expected \[\.\.\., 7\], received \[64, 6\]/,
    }))
})
