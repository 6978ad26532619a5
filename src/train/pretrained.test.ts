import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { finish, mnistRows, note, type WholeSource } from '../../test/training.ts'
import { fillBits, keyOf, type Named, splitKey, type Tensor, zerosTensor } from '../base/index.ts'
import { dataOf, normalized } from '../data/index.ts'
import { type Engine, nativeEngine, referenceEngine } from '../engine/index.ts'
import { greedyRbm, initialize, zeros } from '../init/index.ts'
import {
  batchNorm,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  mirror,
  relu,
  reshape,
  sequential,
  sigmoid,
} from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { fitRbm, rbm } from '../pretrain/index.ts'
import type { Recorder } from '../runs/index.ts'
import { fit } from './fit.ts'
import { fitSeeds } from './fit-seeds.ts'
import { initialTensors } from './model-tensors.ts'
import { pretrained } from './pretrained.ts'

const engine = await nativeEngine({ threads: 1 })
const key = keyOf(7)
const weightInit = greedyRbm({ epochs: 2, batchSize: 50 })
const settings = { loss: crossEntropy(), optimizer: sgd(), epochs: 1, batchSize: 100, seed: 7 }

let data: WholeSource
before(async () => {
  data = await mnistRows({ train: 400, validation: 10, test: 50 })
})

function start(
  model: LayerConfig,
  { source = data, on = engine }: { source?: typeof data; on?: Engine } = {},
): Promise<Named<Tensor>> {
  const tensors = initialTensors({ ...settings, model, data: source }, key)
  return pretrained({ model, data: source }, on, key, tensors).then(taught => taught!)
}

const two = sequential(
  linear(30, { weightInit }),
  sigmoid(),
  dropout(0.2),
  linear(20, { weightInit }),
  sigmoid(),
  linear(10, { weightInit }),
)

/** What a layer of `two` comes to by hand: a machine on some rows, from the same start by the same seed. */
async function machineOf(layer: number, train: Tensor, scale = 1) {
  const name = `${layer}.weight`
  const weight = initialTensors({ ...settings, model: two, data }, key)[name]!
  const [hidden = 0, visible = 0] = weight.shape
  const zero = (size: number) => zerosTensor('float32', [size])
  const bits = new Uint32Array(1)
  fillBits(splitKey(key, 'greedyRbm', name), bits)
  return fitRbm(rbm({ hidden }), {
    data: { train, scale },
    weights: { weight, hiddenBias: zero(hidden), visibleBias: zero(visible) },
    seed: bits[0]!,
    epochs: 2,
    batchSize: 50,
    engine,
  })
}

test('each layer is the machine that learnt what those below give, biases included', async () => {
  const tensors = await start(two)
  const first = await machineOf(0, data.train.inputs, 1 / 255)
  assert.deepEqual(tensors['0.weight'], first.weights.weight)
  assert.deepEqual(tensors['0.bias'], first.weights.hiddenBias)
  const second = await machineOf(3, await first.hiddenMeans(data.train.inputs))
  assertClose(tensors['3.weight']!, second.weights.weight)
  assertClose(tensors['3.bias']!, second.weights.hiddenBias)
})

function assertClose(found: Tensor, expected: Tensor): void {
  for (const [i, x] of expected.data.entries())
    assert.ok(Math.abs(found.data[i]! - x) < 1e-4, `${i}: ${found.data[i]}, not ${x}`)
}

test('the layer that gives the output, and other initialisers, are left as they are drawn', async () => {
  const model = sequential(
    linear(12, { weightInit }),
    sigmoid(),
    linear(11),
    sigmoid(),
    linear(10, { weightInit }),
  )
  const tensors = await start(model)
  for (const [name, shape, init] of [
    ['4.weight', [10, 11], weightInit],
    ['4.bias', [10], zeros()],
  ] as const)
    assert.deepEqual(tensors[name], initialize(init, shape, splitKey(key, 'init', name)))
  const drawn = initialTensors({ ...settings, model, data }, key)
  assert.deepEqual(tensors['2.weight'], drawn['2.weight'])
  assert.notDeepEqual(tensors['0.weight'], drawn['0.weight'])
})

test('a model without such weights costs nothing and gets its own tensors back', async () => {
  const model = sequential(linear(3), sigmoid())
  const drawn = initialTensors({ ...settings, model, data }, key)
  const noEngine = { ...referenceEngine(), compile: () => assert.fail('compiled something') }
  assert.equal(await pretrained({ model, data }, noEngine, key, drawn), drawn)
})

test('no label is read: those of this source throw when they are', async () => {
  const guarded = {
    ...data,
    train: Object.defineProperty({ ...data.train }, 'targets', {
      get: () => assert.fail('a label was read'),
    }),
  }
  const drawn = initialTensors({ ...settings, model: two, data }, key)
  assert.deepEqual(
    await pretrained({ model: two, data: guarded }, engine, key, drawn),
    await start(two),
  )
})

test('one seed teaches the same again, another seed otherwise', async () => {
  const model = sequential(linear(8, { weightInit }), sigmoid(), linear(10))
  const first = await start(model)
  assert.deepEqual(await start(model), first)
  const drawn = initialTensors({ ...settings, model, data }, key)
  const other = await pretrained({ model, data }, engine, keyOf(8), drawn)
  assert.notDeepEqual(other!['0.weight'], first['0.weight'])
})

test('engines agree', async () => {
  const few = await mnistRows({ train: 60, validation: 10, test: 10 })
  const model = sequential(
    linear(5, { weightInit }),
    sigmoid(),
    linear(4, { weightInit }),
    sigmoid(),
    linear(10),
  )
  const [native, reference] = [
    await start(model, { source: few }),
    await start(model, { source: few, on: referenceEngine() }),
  ]
  for (const name of ['0.weight', '2.weight'])
    for (const [i, x] of native[name]!.data.entries())
      assert.ok(Math.abs(x - reference[name]!.data[i]!) < 1e-3, `${name} ${i}`)
})

test('a linear code has Gaussian units, and a mirror learns the biases of its way back', async () => {
  const tensors = await start(
    mirror(linear(20, { weightInit }), sigmoid(), linear(3, { weightInit })),
  )
  const { backBias, zero } = { backBias: tensors['0.backBias']!, zero: tensors['2.backBias']! }
  // Pixels that are never on have been pushed down.
  assert.ok(backBias.data[0]! < -0.3, `${backBias.data[0]}`)
  assert.ok(zero.data.some(x => x !== 0))
  // At a hundredth of the rate the code moves little in two epochs.
  const drawn = initialize(weightInit, [3, 20], splitKey(key, 'init', '2.weight'))
  const farthest = Math.max(
    ...tensors['2.weight']!.data.map((x, i) => Math.abs(x - drawn.data[i]!)),
  )
  assert.ok(farthest > 0 && farthest < 0.2, `${farthest}`)
})

test('images are learnt flat, and normalised data as Gaussian units', async () => {
  const images = sequential(
    reshape([1, 28, 28]),
    flatten(),
    linear(6, { weightInit }),
    sigmoid(),
    linear(10),
  )
  assert.ok((await start(images))['2.bias']!.data.every(x => x !== 0))
  const points = await normalized(
    await dataOf({
      train: {
        inputs: Array.from({ length: 80 }, (_, i) => [i % 7, 9 - (i % 5)]),
        targets: new Uint8Array(80),
      },
      classes: 2,
    }),
  )
  const model = sequential(linear(4, { weightInit }), sigmoid(), linear(2))
  const drawn = initialTensors({ ...settings, model, data: points }, key)
  const taught = await pretrained({ model, data: points }, engine, key, drawn)
  assert.notDeepEqual(taught!['0.weight'], drawn['0.weight'])
})

test('fit starts from the machines, and several seeds in one graph do so too', async () => {
  const model = sequential(linear(9, { weightInit }), sigmoid(), linear(10))
  const { notes } = await finish({ ...settings, model, data, engine })
  const first = notes.checkpoints.find(({ progress }) => progress.step === 0)!
  assert.deepEqual(first.tensors['0.weight'], (await start(model))['0.weight'])
  const runs = await fitSeeds({ ...settings, model, data, seeds: [7, 8], way: 'graph', engine })
  const alone = await finish({ ...settings, model, data, engine, seed: 8 })
  for (const [i, x] of runs[1]!.parameters['0.weight']!.data.entries())
    assert.ok(Math.abs(x - alone.run.parameters['0.weight']!.data[i]!) < 1e-3)
})

test('pre-training is told of before a run begins, and stopped in it a run has not begun', async () => {
  const { notes } = await finish({ ...settings, model: two, data, engine })
  assert.deepEqual(notes.calls.slice(0, 7), [
    ...['pretrain 1 0', 'pretrain 1 1', 'pretrain 1 2'],
    ...['pretrain 2 0', 'pretrain 2 1', 'pretrain 2 2'],
    'begin at 0',
  ])
  const { recorder, notes: told } = note()
  const stop = new AbortController()
  const stopper: Recorder = { pretrain: ({ machine }) => void (machine === 2 && stop.abort()) }
  const options = { ...settings, model: two, data, engine, signal: stop.signal }
  const run = await fit({ ...options, recorders: [recorder, stopper] })
  assert.deepEqual(run, { status: 'interrupted', history: [] })
  assert.deepEqual(told.calls, notes.calls.slice(0, 4))
})

test('seeds in one graph are stopped in their pre-training', async () => {
  const stop = new AbortController()
  const stopper: Recorder = { pretrain: ({ epoch }) => void (epoch === 1 && stop.abort()) }
  const runs = await fitSeeds({
    ...{ ...settings, model: two, data, engine, seeds: [7, 8, 9], way: 'graph' },
    signal: stop.signal,
    recordersOf: seed => (seed === 8 ? [stopper] : []),
  })
  for (const run of runs) assert.deepEqual(run, { status: 'interrupted', history: [] })
})

describe('greedyRbm refuses', () => {
  const refusals: readonly (readonly [string, LayerConfig, RegExp])[] = [
    [
      'a layer before another activation',
      sequential(linear(5, { weightInit }), relu(), linear(10)),
      /^greedyRbm of linear "0": expected a sigmoid behind it, .*, received relu "1"/,
    ],
    [
      'a layer before a normalisation',
      sequential(linear(5, { weightInit }), batchNorm(), sigmoid(), linear(10)),
      /^greedyRbm of linear "0": expected a sigmoid behind it, .*, received batchNorm "1"/,
    ],
    [
      'a layer behind another activation',
      sequential(linear(5), relu(), linear(4, { weightInit }), sigmoid(), linear(10)),
      /^greedyRbm of linear "2": expected the data, or outputs of a sigmoid, as its inputs, received relu "1"/,
    ],
    [
      'a layer without a bias',
      sequential(linear(5, { weightInit, useBias: false }), sigmoid(), linear(10)),
      /^greedyRbm of linear "0": expected a bias, which the hidden units have, received none/,
    ],
    [
      'a convolution',
      sequential(
        reshape([1, 28, 28]),
        conv2d(2, 3, { weightInit }),
        sigmoid(),
        flatten(),
        linear(10),
      ),
      /^greedyRbm of "1\.weight": expected the weight of a linear layer, received conv2d "1"/,
    ],
    [
      'a bias',
      sequential(linear(5, { biasInit: weightInit }), sigmoid(), linear(10)),
      /^greedyRbm of "0\.bias": expected the weight of a linear layer, received linear "0"/,
    ],
    [
      'rows of rows',
      sequential(reshape([28, 28]), linear(5, { weightInit }), sigmoid(), flatten(), linear(10)),
      /^greedyRbm of linear "1": expected inputs \[B, D\], received \[B, 28, 28\]/,
    ],
  ]
  for (const [what, model, message] of refusals)
    test(what, () => assert.rejects(start(model), { name: 'ConfigError', message }))
})
