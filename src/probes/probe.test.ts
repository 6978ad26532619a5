import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  fillNormal,
  keyOf,
  mapNamed,
  type Named,
  splitKey,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { initialize } from '../init/index.ts'
import { constant, mul, type Value } from '../ir/index.ts'
import {
  applyModel,
  batchNorm,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  relu,
  residual,
  sequential,
  sigmoid,
  softmax,
  tanh,
} from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import { type LayerSignals, type ProbeOptions, packed, probesOf } from './index.ts'

const batchSize = 3
const x = normalTensor([batchSize, 4], 'x')

const net = [linear(5), tanh(), linear(3), relu(), linear(2)]

/** The mean over the batch of the sum of squared outputs. */
const lossOf = (output: Value) => mul(mean(mul(output, output)), output.shape[1]!)

/** A model in float64 with weights drawn, and what is measured of it. */
function measured(model: LayerConfig, options: ProbeOptions = {}, given: Named<Tensor> = {}) {
  const plain = applyModel(model, constant(x), { isTraining: true })
  const specs = [...plain.params, ...plain.buffers]
  const tensors = {
    ...Object.fromEntries(
      specs.map(([name, { init, value }]) => [
        name,
        initialize(init, value.shape, splitKey(keyOf(7), name), 'float64'),
      ]),
    ),
    ...given,
  }
  const leaves = mapNamed(tensors, tensor => constant(tensor))
  const params = mapNamed(Object.fromEntries(plain.params), (_, name) => leaves[name]!)
  const isTraining = plain.buffers.size > 0
  const applied = applyModel(model, constant(x), { isTraining, leaf: name => leaves[name]! })
  const step = {
    ...applied,
    params,
    loss: lossOf(applied.output),
    next: mapNamed(params, w => mul(w, 1.25)),
    batchSize,
  }
  const { value, unpack } = packed<LayerSignals[]>(probesOf(step, options))
  const signals = unpack(evaluated(value).data)
  const layer = (i: number) => found(signals[i], `layer ${i}`)
  const tensor = (name: string) => found(tensors[name], name)
  return { signals, layer, tensor, applied }
}

const evaluated = (value: Value): Tensor => found(evaluate([value])[0], 'a result')
const scalarOf = (value: Value): number => found(evaluated(value).data[0], 'an element')

function found<T>(value: T | undefined, what: string): T {
  assert.ok(value !== undefined, `${what} is missing`)
  return value
}

const near = (actual: number | undefined, expected: number, tolerance = 1e-12): void =>
  assert.ok(
    Math.abs(actual! - expected) <= tolerance * Math.abs(expected),
    `${actual} instead of ${expected}`,
  )

test('outputs are measured as plain loops measure them', () => {
  const { layer, tensor } = measured(sequential(...net))
  let rows = rowsOf(x)
  net.forEach(({ kind }, i) => {
    if (kind === 'linear')
      rows = rows.map(row => affine(row, tensor(`${i}.weight`), tensor(`${i}.bias`)))
    else rows = rows.map(row => row.map(kind === 'tanh' ? Math.tanh : v => Math.max(v, 0)))
    const all = rows.flat()
    const average = all.reduce((a, b) => a + b) / all.length
    const { output } = layer(i)
    near(output.mean, average, 1e-9)
    near(output.std, Math.sqrt(all.reduce((a, v) => a + (v - average) ** 2, 0) / all.length), 1e-9)
    near(output.zeros, all.filter(v => v === 0).length / all.length)
    assert.equal(
      output.histogram.counts.reduce((a, b) => a + b),
      all.length,
    )
  })
})

test('gradients by outputs are those of central differences, for each example of its own loss', () => {
  const { layer, tensor, applied } = measured(sequential(...net))
  const outputs = net.map((_, i) => applied.layers.get(String(i))!.output)
  const values = evaluate(outputs)
  net.slice(0, -1).forEach((_, i) => {
    const rest = sequential(...net.slice(i + 1))
    const lossAt = (output: Tensor) => {
      const { output: end } = applyModel(rest, constant(output), {
        leaf: name => constant(tensor(shifted(name, i + 1))),
      })
      return scalarOf(lossOf(end))
    }
    const slopes = differences(values[i]!, lossAt).map(slope => slope * batchSize)
    near(layer(i).gradient!.rms, rmsOf(slopes), 1e-7)
  })
})

test('gradients by parameters are those of central differences of the mean loss', () => {
  const model = sequential(...net)
  const { layer, tensor } = measured(model)
  for (const name of ['0.weight', '2.bias', '4.weight']) {
    const lossAt = (moved: Tensor) => {
      const { output } = applyModel(model, constant(x), {
        leaf: path => constant(path === name ? moved : tensor(path)),
      })
      return scalarOf(lossOf(output))
    }
    const slopes = differences(tensor(name), lossAt)
    const [at, parameter] = name.split('.') as [string, string]
    const { gradient } = layer(Number(at)).parameters[parameter]!
    near(gradient!.rms, rmsOf(slopes), 1e-7)
    near(gradient!.norm, rmsOf(slopes) * Math.sqrt(slopes.length), 1e-7)
  }
})

test('local derivatives are those of central differences', () => {
  const { layer, applied } = measured(sequential(...net))
  const inputs = evaluated(applied.layers.get('0')!.output)
  const slopes = Array.from(inputs.data, a => (Math.tanh(a + 1e-5) - Math.tanh(a - 1e-5)) / 2e-5)
  const { derivative } = layer(1).activation!
  near(derivative.mean, slopes.reduce((a, b) => a + b) / slopes.length, 1e-8)
  near(derivative.rms, rmsOf(slopes), 1e-8)
  near(derivative.median, slopes.sort((a, b) => a - b)[7]!, 1e-8)
})

test('weights have their norm and the ratio of the update', () => {
  const { layer, tensor } = measured(sequential(...net))
  const weight = tensor('0.weight')
  const { rms, norm, updateRatio } = layer(0).parameters.weight!
  near(rms, rmsOf([...weight.data]))
  near(norm, Math.hypot(...weight.data))
  near(updateRatio, 0.25)
})

test('saturated, silent and flat units of planted nets are counted', () => {
  // Pre-activations of 8, 0, 0, -8 whatever the input.
  const biases = tensorOf('float64', [4], Float64Array.of(8, 0, 0, -8))
  const weights = tensorOf('float64', [4, 4], new Float64Array(16))
  const plant = (activation: LayerConfig) =>
    measured(
      sequential(linear(4), activation),
      {},
      { '0.weight': weights, '0.bias': biases },
    ).layer(1)
  for (const activation of [tanh(), sigmoid()]) {
    const { saturated, derivative, silent } = plant(activation).activation!
    assert.deepEqual(saturated, { low: 0.25, high: 0.25 })
    assert.equal(derivative.small, 0.5)
    assert.equal(silent, activation.kind === 'tanh' ? 0.5 : 0)
  }
  const { output, activation } = plant(relu())
  assert.deepEqual(
    [output.zeros, activation!.silent, activation!.derivative.small],
    [0.75, 0.75, 0.75],
  )
  assert.equal(activation!.saturated, undefined)
})

test('bounded activations have their range in histograms, and all have the one that is asked for', () => {
  const model = sequential(linear(5), tanh(), linear(2), sigmoid(), linear(2), relu())
  const { layer } = measured(model)
  const rangeOf = ({ output }: LayerSignals) => [output.histogram.low, output.histogram.high]
  assert.deepEqual(
    [1, 3].map(i => rangeOf(layer(i))),
    [
      [-1, 1],
      [0, 1],
    ],
  )
  near(rangeOf(layer(4))[1], 4 * layer(4).output.rms)
  const asked = measured(model, { outputRange: [-2, 2], bins: 7 }).layer(5).output.histogram
  assert.deepEqual([asked.low, asked.high, asked.counts.length], [-2, 2, 7])
})

test('every layer with something of its own is shown once, under its path', () => {
  const model = sequential(
    linear(4),
    dropout(0.5),
    residual(sequential(linear(4), relu())),
    flatten(),
    sequential(linear(2), softmax()),
  )
  const { signals, layer } = measured(model)
  assert.deepEqual(
    signals.map(({ path, kind }) => `${path} ${kind}`),
    ['0 linear', '2.branch.0 linear', '2.branch.1 relu', '2 residual', '4.0 linear', '4.1 softmax'],
  )
  assert.deepEqual(Object.keys(layer(1).parameters), ['weight', 'bias'])
  assert.deepEqual(Object.keys(layer(3).parameters), [])
  assert.equal(layer(5).activation, undefined)
})

test('running statistics are compared with those of the batch, channel by channel', () => {
  const running = {
    '0.running_mean': tensorOf('float64', [4], Float64Array.of(0, 1, -1, 0.5)),
    '0.running_var': tensorOf('float64', [4], Float64Array.of(1, 2, 0.5, 4)),
  }
  const { layer } = measured(sequential(batchNorm(), linear(2)), {}, running)
  const channels = [0, 1, 2, 3].map(c => rowsOf(x).map(row => row[c]!))
  const drifts = channels.map((values, c) => {
    const average = values.reduce((a, b) => a + b) / batchSize
    const squares = values.reduce((a, v) => a + (v - average) ** 2, 0)
    const [m, v] = Object.values(running).map(({ data }) => data[c]!)
    return {
      mean: (m! - average) / Math.sqrt(squares / batchSize + 1e-5),
      variance: Math.log((v! + 1e-5) / (squares / (batchSize - 1) + 1e-5)),
    }
  })
  near(layer(0).running!.mean, rmsOf(drifts.map(({ mean }) => mean)))
  near(layer(0).running!.variance, rmsOf(drifts.map(({ variance }) => variance)))
  assert.equal(layer(1).running, undefined)
})

test('what is thrifty has no medians, and without a loss no gradients', () => {
  const { applied } = measured(sequential(...net), { detail: 'thrifty' })
  const { value, unpack } = packed<LayerSignals[]>(
    probesOf({ layers: applied.layers, params: {}, batchSize }, { detail: 'thrifty' }),
  )
  const [first, second] = unpack(evaluated(value).data)
  assert.deepEqual(Object.keys(first!), ['path', 'kind', 'output', 'parameters'])
  assert.equal(second!.activation!.derivative.median, undefined)
})

function normalTensor(shape: readonly [number, number], purpose: string): Tensor {
  const data = new Float64Array(shape[0] * shape[1])
  fillNormal(splitKey(keyOf(3), purpose), data, 0, 1)
  return tensorOf('float64', shape, data)
}

function rowsOf({ shape, data }: Tensor): number[][] {
  const [rows = 0, columns = 0] = shape
  return Array.from({ length: rows }, (_, i) => [...data.slice(i * columns, (i + 1) * columns)])
}

function affine(row: readonly number[], weight: Tensor, bias: Tensor): number[] {
  return rowsOf(weight).map((w, o) => w.reduce((sum, v, i) => sum + v * row[i]!, bias.data[o]!))
}

const rmsOf = (values: readonly number[]) =>
  Math.sqrt(values.reduce((total, v) => total + v * v, 0) / values.length)

const shifted = (name: string, by: number) => name.replace(/^\d+/, i => String(Number(i) + by))

/** `(f(t + h e_i) - f(t - h e_i)) / 2h` for every element. */
function differences(tensor: Tensor, f: (tensor: Tensor) => number): number[] {
  const h = 1e-5
  return Array.from(tensor.data, (_, i) => {
    const at = (by: number) => {
      const data = Float64Array.from(tensor.data)
      data[i] = data[i]! + by
      return f(tensorOf('float64', tensor.shape, data))
    }
    return (at(h) - at(-h)) / (2 * h)
  })
}
