import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, type Tensor, tensor, tensorOf } from '../base/index.ts'
import { dataOf } from '../data/index.ts'
import { chooseEngine, type EngineName } from '../engine/index.ts'
import { type InitConfig, lectureHe, lectureXavier, lsuv, normal } from '../init/index.ts'
import {
  apply,
  batchNorm,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  meanSquaredError,
  merge,
  model as modelOf,
  relu,
  residual,
  sequential,
  sigmoid,
  tanh,
} from '../nn/index.ts'
import { type SignalReport, signalCharts } from '../probes/index.ts'
import { signals, signalsOfSeeds } from './signals.ts'

const normalInputs = (...shape: number[]): Tensor => {
  const data = new Float32Array(shape.reduce((size, n) => size * n, 1))
  fillNormal(keyOf(5), data, 0, 1)
  return tensorOf('float32', shape, data)
}

/** Layers of equal width without biases. */
const net = (width: number, depth: number, weightInit: InitConfig, activation: LayerConfig) =>
  sequential(
    ...Array.from({ length: depth }, () => [
      linear(width, { useBias: false, weightInit }),
      activation,
    ]).flat(),
  )

const near = (actual: number | undefined, expected: number | undefined, tolerance: number): void =>
  assert.ok(
    Math.abs(actual! - expected!) <= tolerance * Math.abs(expected!),
    `${actual} instead of ${expected}`,
  )

/** Units of a net of sigmoids share most of their inputs, which are positive, so they vary together. */
const cases: Readonly<Record<string, readonly [InitConfig, LayerConfig, tolerance: number]>> = {
  'tanh, std 0.02': [normal(0, 0.02), tanh(), 0.06],
  'tanh, std 0.1': [normal(0, 0.1), tanh(), 0.06],
  'tanh, Xavier': [lectureXavier(), tanh(), 0.06],
  'sigmoid, std 1': [normal(0, 1), sigmoid(), 0.15],
  'sigmoid, Xavier': [lectureXavier(), sigmoid(), 0.15],
  'relu, Xavier': [lectureXavier(), relu(), 0.1],
  'relu, He': [lectureHe(), relu(), 0.1],
}

for (const [name, [init, activation, tolerance]] of Object.entries(cases))
  test(`${name}: a net 400 wide has the signals of an infinitely wide one`, async () => {
    const model = net(400, 3, init, activation)
    const { layers } = await signals({ model, inputs: [64, 400] })
    for (const { output, gradient, activation, parameters, theory } of layers) {
      near(output.std, theory!.std, tolerance)
      near(gradient!.rms, theory!.gradient, tolerance)
      if (activation) near(activation.derivative.rms, theory!.derivative, tolerance)
      else near(parameters.weight!.gradient!.rms, theory!.weightGradient, tolerance)
    }
  })

test('every engine measures the same', async () => {
  const model = sequential(
    conv2d(4, 3, { padding: 1, weightInit: lectureHe() }),
    batchNorm(),
    relu(),
    flatten(),
    dropout(0.3),
    linear(20),
    sigmoid(),
    residual(sequential(linear(20), tanh())),
    linear(3),
  )
  const options = {
    model,
    loss: crossEntropy(),
    inputs: normalInputs(10, 2, 5, 5),
    targets: tensor([0, 1, 2, 0, 1, 2, 0, 1, 2, 1], 'int32'),
  }
  const reference = await signals({ ...options, engine: 'reference' })
  assert.equal(reference.upstream, 'loss')
  near(reference.loss, Math.log(3), 0.3)
  for (const engine of ['js', 'native', 'wasm'] satisfies EngineName[])
    compare(await signals({ ...options, engine: await chooseEngine(engine) }), reference)
})

test('gradients of a loss start theory from the measured one of the output', async () => {
  const model = net(300, 3, lectureXavier(), tanh())
  const { layers } = await signals({
    model,
    loss: meanSquaredError(),
    inputs: normalInputs(50, 300),
    targets: normalInputs(50, 300),
  })
  assert.equal(layers.at(-1)!.theory!.gradient, layers.at(-1)!.gradient!.rms)
  near(layers[0]!.gradient!.rms, layers[0]!.theory!.gradient, 0.1)
  assert.equal(layers[0]!.theory!.weightGradient, undefined)
})

test('convolutions without padding follow theory too', async () => {
  const model = sequential(
    conv2d(40, 3, { useBias: false, weightInit: lectureHe() }),
    relu(),
    conv2d(60, 3, { useBias: false, weightInit: lectureHe(), stride: 2 }),
  )
  const { layers } = await signals({ model, inputs: [20, 30, 13, 13] })
  for (const { output, theory } of layers) near(output.std, theory!.std, 0.05)
  near(layers[2]!.gradient!.rms, 1, 0.02)
  near(layers[2]!.parameters.weight!.gradient!.rms, layers[2]!.theory!.weightGradient, 0.1)
})

test('rows of training data are sent as the model sees them, the same for the same seed', async () => {
  const data = await dataOf({
    train: { inputs: normalInputs(300, 4), targets: Array.from({ length: 300 }, (_, i) => i % 2) },
    classes: 2,
    scale: 0.1,
  })
  const options = { model: sequential(linear(2)), loss: crossEntropy(), data, seed: 3 }
  const report = await signals(options)
  assert.equal(report.examples, 256)
  near(report.inputs.std, 0.1, 0.1)
  assert.deepEqual(await signals(options), report)
  assert.notEqual((await signals({ ...options, seed: 4 })).inputs.mean, report.inputs.mean)
})

test('several seeds by one graph are what each is by itself', async () => {
  const options = { model: net(20, 2, lectureHe(), relu()), inputs: [30, 20] }
  const reports = await signalsOfSeeds({ ...options, seeds: [4, 5] })
  assert.deepEqual(reports[0], await signals({ ...options, seed: 4 }))
  assert.deepEqual(reports[1], await signals({ ...options, seed: 5 }))
  assert.notDeepEqual(reports[0], reports[1])
})

test('given weights are measured, and no theory is told of them', async () => {
  const model = sequential(linear(2), relu())
  const weights = { '0.weight': tensor([[2], [-2]]), '0.bias': tensor([0, 0]) }
  const { layers } = await signals({ model, inputs: tensor([[1], [3]]), weights })
  assert.deepEqual(
    layers.map(({ output, theory }) => [output.mean, output.zeros, theory]),
    [
      [0, 0, undefined],
      [2, 0.5, undefined],
    ],
  )
})

test('weights that data scale are scaled, and no theory is told of them', async () => {
  const inputs = normalInputs(300, 30)
  const { layers } = await signals({
    model: sequential(linear(40, { weightInit: lsuv() })),
    inputs,
  })
  near(layers[0]!.output.std, 1, 0.02)
  assert.deepEqual(layers[0]!.theory, { linear: { gradient: 1 }, gradient: 1 })
})

test('theory goes around branches: it ends there forward and backward', async () => {
  const model = sequential(linear(20), residual(linear(20)), linear(20))
  const { layers } = await signals({ model, inputs: [30, 20] })
  const known = layers.map(({ path, theory }) => [path, theory && Object.keys(theory)])
  assert.deepEqual(known, [
    ['0', ['mean', 'rms', 'std', 'linear']],
    ['1.branch', undefined],
    ['1', ['gradient', 'linear']],
    ['2', ['gradient', 'linear']],
  ])
})

test('a model of several inputs is measured, with no theory of where they meet', async () => {
  const model = modelOf((a, b) => apply(linear(3), apply(merge('concat'), a, b)), {
    inputs: ['a', 'b'],
  })
  const data = await dataOf({
    train: {
      inputs: normalInputs(8, 2),
      targets: normalInputs(8, 3),
      more: { b: normalInputs(8, 4) },
    },
  })
  const { layers } = await signals({ model, data, loss: meanSquaredError() })
  assert.deepEqual(
    layers.map(({ kind, theory }) => [kind, theory?.std]),
    [
      ['merge', undefined],
      ['linear', undefined],
    ],
  )
})

test('pictures of a report: histograms, and curves with theory beside what was measured', async () => {
  const model = net(50, 3, lectureXavier(), tanh())
  const { activations, forward, backward } = signalCharts(
    await signals({ model, inputs: [20, 50] }),
  )
  assert.deepEqual(
    activations.panels.map(({ name, edges, counts }) => [name, edges.length, counts.length]),
    [
      ['tanh 1', 41, 40],
      ['tanh 3', 41, 40],
      ['tanh 5', 41, 40],
    ],
  )
  assert.deepEqual(
    [...forward.series, ...backward.series].map(({ name, points }) => [name, points.length]),
    [
      ['measured', 3],
      ['theory', 3],
      ['dL/da', 3],
      ['dL/da, theory', 3],
      ['dL/dW', 3],
      ['dL/dW, theory', 3],
      ['local derivative', 3],
    ],
  )
})

const model = sequential(linear(2))
const inputs = normalInputs(4, 3)
const refusals: Readonly<Record<string, readonly [Parameters<typeof signals>[0], RegExp]>> = {
  'gradients of a loss without a loss': [
    { model, inputs, upstream: 'loss' },
    /signals, upstream: expected a loss and targets.*received no loss/,
  ],
  'gradients of a loss without targets': [
    { model, inputs, loss: crossEntropy(), upstream: 'loss' },
    /received no targets/,
  ],
  'an empty batch': [
    { model, inputs: tensorOf('float32', [0, 3], new Float32Array()) },
    /signals: expected a batch of inputs \[B, \.\.\.\], received \[0, 3\]/,
  ],
  'half an example': [{ model, inputs, examples: 0.5 }, /signals, examples: .*received 0.5/],
  'weights of another model': [
    { model, inputs, weights: { '0.weight': tensor([[1]]) } },
    /weights: expected .*0.bias float32 \[2\].*/,
  ],
  'inputs that do not fit': [
    { model: sequential(linear(2, { inputFeatures: 4 })), inputs },
    /linear "0": expected \[\.\.\., 4\]/,
  ],
}
for (const [name, [options, message]] of Object.entries(refusals))
  test(`${name} is refused`, () => assert.rejects(signals(options), message))

/** All numbers of two reports, within what float32 and the order of sums leave. */
function compare(actual: SignalReport, expected: SignalReport): void {
  const counts = (report: SignalReport) =>
    JSON.stringify(report, (key, value) => (key === 'counts' ? undefined : value))
  const [found, wanted] = [actual, expected].map(report => numbersOf(counts(report)))
  assert.equal(found!.length, wanted!.length)
  found!.forEach((number, i) => {
    const close = 1e-4 * Math.abs(wanted![i]!) + 1e-6
    assert.ok(Math.abs(number - wanted![i]!) <= close, `${number} instead of ${wanted![i]}`)
  })
}

function numbersOf(json: string): number[] {
  return [...json.matchAll(/:(-?[\d.]+(?:e[-+]?\d+)?)/g)].map(([, number]) => Number(number))
}
