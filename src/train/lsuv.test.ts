import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { finish, mnistRows } from '../../test/training.ts'
import { keyOf, type Named, splitKey, type Tensor } from '../base/index.ts'
import { type DataSource, dataOf } from '../data/index.ts'
import { evaluate, nativeEngine, referenceEngine } from '../engine/index.ts'
import { constant as constantInit, initialize, lsuv, normal, orthogonal } from '../init/index.ts'
import { constant, mul } from '../ir/index.ts'
import {
  applyModel,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  maxPool2d,
  relu,
  reshape,
  sequential,
  tanh,
} from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { scaledByData } from './lsuv.ts'
import { initialTensors } from './model-tensors.ts'

const engine = await nativeEngine({ threads: 1 })
const key = keyOf(7)

let data: DataSource
before(async () => {
  data = await mnistRows({ train: 150, validation: 10, test: 10 })
})

const settings = { loss: crossEntropy(), optimizer: sgd(), epochs: 1, batchSize: 100, seed: 7 }

function start(model: LayerConfig, chosen = engine): Promise<Named<Tensor>> {
  const tensors = initialTensors({ ...settings, model, data }, key)
  return scaledByData({ model, data }, chosen, key, tensors)
}

/** The variances of the outputs of all layers on all training examples, in float64, by path. */
function variances(model: LayerConfig, tensors: Named<Tensor>): Named<number> {
  const { inputs } = data.train as { inputs: Tensor }
  const x = mul(
    constant({ ...inputs, dtype: 'float32', data: Float32Array.from(inputs.data) }),
    1 / 255,
  )
  const { layers } = applyModel(model, x, { leaf: name => constant(tensors[name]!) })
  const outputs = evaluate([...layers.values()].map(({ output }) => output))
  return Object.fromEntries(
    [...layers.keys()].map((path, i) => {
      const values = [...outputs[i]!.data]
      const mean = values.reduce((sum, y) => sum + y, 0) / values.length
      return [path, values.reduce((sum, y) => sum + (y - mean) ** 2, 0) / values.length]
    }),
  )
}

const weightInit = lsuv({ batchSize: 150 })
const deep = (activation: LayerConfig): LayerConfig =>
  sequential(
    ...Array.from({ length: 8 }, () => [linear(24, { weightInit }), activation]).flat(),
    linear(10, { weightInit }),
  )

for (const activation of [tanh(), relu()])
  test(`every layer of a deep ${activation.kind} net starts with outputs of variance 1`, async () => {
    const model = deep(activation)
    const found = variances(model, await start(model))
    for (let layer = 0; layer <= 16; layer += 2)
      assert.ok(Math.abs(found[layer]! - 1) <= 0.011, `layer ${layer}: ${found[layer]}`)
  })

test('every layer of a convolutional net starts with outputs of variance 1', async () => {
  const model = sequential(
    reshape([1, 28, 28]),
    conv2d(6, 3, { weightInit, stride: 2 }),
    relu(),
    conv2d(9, 3, { weightInit, groups: 3 }),
    relu(),
    maxPool2d(2),
    conv2d(4, 3, { weightInit, padding: 'same' }),
    tanh(),
    flatten(),
    linear(10, { weightInit }),
  )
  const found = variances(model, await start(model))
  for (const layer of [1, 3, 6, 9])
    assert.ok(Math.abs(found[layer]! - 1) <= 0.011, `layer ${layer}: ${found[layer]}`)
})

test('without the data the signal of the same net fades', async () => {
  const model = deep(relu())
  const drawn = initialTensors({ ...settings, model, data }, key)
  assert.ok(variances(model, drawn)[16]! < 0.1)
})

test('weights are orthonormal but for one factor each, and other layers are as they were', async () => {
  const others = { weightInit: orthogonal({ gain: 2 }), biasInit: constantInit(0.5) }
  const model = sequential(linear(20, others), relu(), dropout(0.5), linear(15, { weightInit }))
  const drawn = initialTensors({ ...settings, model, data }, key)
  const tensors = await start(model)
  for (const name of ['0.weight', '0.bias', '3.bias']) assert.deepEqual(tensors[name], drawn[name])
  const factor = tensors['3.weight']!.data[0]! / drawn['3.weight']!.data[0]!
  assert.ok(factor > 0 && factor !== 1)
  for (const [i, x] of tensors['3.weight']!.data.entries())
    assert.ok(Math.abs(x - factor * drawn['3.weight']!.data[i]!) < 1e-6)
  assert.deepEqual(
    drawn['3.weight'],
    initialize(orthogonal(), [15, 20], splitKey(key, 'init', '3.weight')),
  )
})

test('a model without such weights costs nothing and gets its own tensors back', async () => {
  const model = sequential(linear(3), tanh())
  const tensors = initialTensors({ ...settings, model, data }, key)
  const noEngine = { ...referenceEngine(), compile: () => assert.fail('compiled something') }
  assert.deepEqual(await scaledByData({ model, data }, noEngine, key, tensors), tensors)
})

test('one seed scales the same again, another seed and another batch otherwise', async () => {
  const model = sequential(linear(8, { weightInit: lsuv({ batchSize: 50 }) }))
  const weight = async (tensors: Promise<Named<Tensor>>) =>
    (await tensors).weight ?? (await tensors)['0.weight']
  const first = await weight(start(model))
  assert.deepEqual(await weight(start(model)), first)
  const larger = sequential(linear(8, { weightInit: lsuv({ batchSize: 60 }) }))
  assert.notDeepEqual(await weight(start(larger)), first)
  const other = initialTensors({ ...settings, model, data }, key)
  assert.notDeepEqual(await weight(scaledByData({ model, data }, engine, keyOf(8), other)), first)
})

test('engines agree', async () => {
  const model = sequential(linear(12, { weightInit }), relu(), linear(5, { weightInit }))
  const [native, reference] = [await start(model), await start(model, referenceEngine())]
  for (const name of ['0.weight', '2.weight'])
    for (const [i, x] of native[name]!.data.entries())
      assert.ok(Math.abs(x - reference[name]!.data[i]!) < 1e-5, `${name} ${i}`)
})

test('fit starts from scaled weights', async () => {
  const model = deep(relu())
  const { notes } = await finish({ ...settings, model, data, engine })
  const first = notes.checkpoints.find(({ progress }) => progress.step === 0)!
  assert.deepEqual(first.tensors['16.weight'], (await start(model))['16.weight'])
})

describe('lsuv refuses', () => {
  const refusals: readonly (readonly [string, LayerConfig, RegExp])[] = [
    [
      'a layer with a constant output',
      sequential(linear(5, { weightInit: constantInit(0) }), relu(), linear(3, { weightInit })),
      /^lsuv of linear "2": expected an output that varies .*, received 0\.000 everywhere/,
    ],
    [
      'a bias that keeps the variance from 1',
      sequential(linear(9, { weightInit, biasInit: normal(0, 3) })),
      /^lsuv of linear "0": expected a variance of 1 \+- 0\.01 after 10 iterations, received \d/,
    ],
  ]
  for (const [what, model, message] of refusals)
    test(what, async () => {
      await assert.rejects(start(model), { name: 'ConfigError', message })
    })

  test('a vector, which has no orthonormal rows', async () => {
    const model = sequential(linear(5, { biasInit: lsuv() }))
    await assert.rejects(finish({ ...settings, model, data, engine }), { name: 'ShapeError' })
  })
})

test('more than one batch size works, layer by layer, and never more examples than there are', async () => {
  const few = await dataOf({
    train: {
      inputs: [
        [1, 2],
        [-1, 0.5],
        [0, 3],
      ],
      targets: [0, 1, 1],
    },
    classes: 2,
  })
  const model = sequential(
    linear(4, { weightInit: lsuv() }),
    tanh(),
    linear(2, { weightInit: lsuv({ batchSize: 2 }) }),
  )
  const tensors = initialTensors({ ...settings, model, data: few }, key)
  const scaled = await scaledByData({ model, data: few }, engine, key, tensors)
  for (const { data } of Object.values(scaled)) assert.ok(data.every(Number.isFinite))
})
