import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor, type Tolerance } from '../../test/assert-tensor.ts'
import { wave } from '../../test/gradient-check.ts'
import { type LayerCase, layerCases } from '../../test/layer-cases.ts'
import { runModel } from '../../test/run-model.ts'
import {
  keyOf,
  mapNamed,
  type Named,
  type Shape,
  sizeOf,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { type DataSource, dataOf, normalized, rowsAt } from '../data/index.ts'
import { type Engine, jsEngine, referenceEngine } from '../engine/index.ts'
import { decodeModel } from '../formats/index.ts'
import { heNormal } from '../init/index.ts'
import { input, pureProgram } from '../ir/index.ts'
import {
  applyModel,
  conv2d,
  flatten,
  type LayerConfig,
  linear,
  meanSquaredError,
  sequential,
} from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import {
  fitNet4,
  lenet,
  lstmClassifier,
  mlp,
  presets,
  residualCnn,
  splitAndMerge,
} from '../presets/index.ts'
import { inferenceModel } from './inference-model.ts'
import { initialTensors } from './model-tensors.ts'

/** An export is traced with two and with three rows. */
const batches = [1, 2, 5]
const most = 5

const floats = (shape: Shape, from = 0): Tensor =>
  tensorOf(
    'float32',
    shape,
    Float32Array.from(wave(sizeOf(shape)), x => from + x / 2),
  )

function inputsOf({ input: [, ...row], indicesBelow }: Pick<LayerCase, 'input' | 'indicesBelow'>) {
  const shape = [most, ...row]
  if (indicesBelow === undefined) return floats(shape)
  const data = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i % indicesBelow)
  return tensorOf('int32', shape, data)
}

const experimentOf = (model: LayerConfig, data: DataSource) => ({
  model,
  loss: meanSquaredError(),
  optimizer: sgd(),
  data,
  epochs: 1,
  batchSize: most,
})

/** Runs the file for some batches: what an example gets must not depend on the others. */
async function assertRuns(
  bytes: Uint8Array,
  x: Tensor,
  expected: Tensor,
  tolerance: Tolerance,
): Promise<void> {
  const { opsetImport } = decodeModel(bytes)
  assert.deepEqual(
    opsetImport?.map(({ domain, version }) => [domain ?? '', Number(version)]),
    [['', 21]],
  )
  for (const batch of batches) {
    const results = await runModel(bytes, { input: rowsAt(x, 0, batch) })
    assert.deepEqual(Object.keys(results), ['output'])
    assertTensor(results.output, rowsAt(expected, 0, batch), tolerance)
  }
}

/** What a model gives for some inputs, which it takes as they are. */
async function outputOf(
  model: LayerConfig,
  x: Tensor,
  tensors: Named<Tensor>,
  engine: Engine,
): Promise<Tensor> {
  const { output } = applyModel(model, input('x', x.shape, x.dtype))
  const executable = await engine.compile(pureProgram({ output }))
  return (await executable.run({ x, ...tensors })).output!
}

/** Exports a model with the given tensors and compares it with an engine. */
async function assertExport(
  model: LayerConfig,
  x: Tensor,
  tensors: Named<Tensor>,
  tolerance: Tolerance = { epsilons: 16, scale: 1 },
  engine = referenceEngine(),
): Promise<void> {
  const expected = await outputOf(model, x, tensors, engine)
  const data = await dataOf({ train: { inputs: x, targets: floats(expected.shape) } })
  const bytes = inferenceModel(experimentOf(model, data), tensors)
  await assertRuns(bytes, x, expected, tolerance)
}

describe('a trained layer runs as ONNX on batches of any size:', () => {
  for (const layerCase of layerCases)
    test(layerCase.name, () => {
      const { layer, params = {}, buffers = {} } = layerCase
      return assertExport(layer, inputsOf(layerCase), {
        ...mapNamed(params, shape => floats(shape)),
        ...mapNamed(buffers, shape => floats(shape, 1)),
      })
    })
})

describe('a preset runs as ONNX on batches of any size:', () => {
  const cases: Named<readonly [model: LayerConfig, row: Shape]> = {
    mlp: [mlp({ hidden: [5], outputs: 3, useBatchNorm: true, dropoutRate: 0.5 }), [4]],
    lenet: [lenet({ outputs: 10 }), [1, 8, 8]],
    residualCnn: [residualCnn({ outputs: 4, channels: [3, 4], blocks: 2 }), [3, 8, 8]],
    splitAndMerge: [splitAndMerge({ outputs: 4, channels: [2, 3] }), [3, 8, 8]],
    lstmClassifier: [lstmClassifier({ outputs: 4, units: 6 }), [5, 3]],
    fitNet4: [fitNet4({ weightInit: heNormal() }), [1, 32, 32]],
  }
  assert.deepEqual(Object.keys(cases), Object.keys(presets))

  for (const [name, [model, row]] of Object.entries(cases))
    test(name, async () => {
      const x = inputsOf({ input: [most, ...row] })
      const { output } = applyModel(model, input('x', x.shape))
      const data = await dataOf({ train: { inputs: x, targets: floats(output.shape) } })
      const tensors = initialTensors(experimentOf(model, data), keyOf(1))
      // The reference engine would take a minute for the millions of products of FitNet-4.
      const engine = name === 'fitNet4' ? jsEngine() : referenceEngine()
      await assertExport(model, x, tensors, { epsilons: 64, scale: 1 }, engine)
    })
})

test('scaling and normalisation are in the file: pixels go in as they are', async () => {
  const pixels = Uint8Array.from(wave(sizeOf([most, 2, 3, 3])), x => 128 + 100 * x)
  const x = tensorOf('uint8', [most, 2, 3, 3], pixels)
  const targets = floats([most, 2], 1000)
  const raw = await dataOf({ train: { inputs: x, targets }, scale: 1 / 255 })
  const data = await normalized(raw, { targets: true })
  const model = sequential(conv2d(2, 3), flatten(), linear(2))
  const weights = initialTensors(experimentOf(model, data), keyOf(1))

  const { center, spread } = data.normalization!
  const seen = Float32Array.from(pixels, (byte, i) => {
    const channel = Math.floor(i / 9) % 2
    return (byte / 255 - center[channel]!) / spread[channel]!
  })
  const raws = await outputOf(model, tensorOf('float32', x.shape, seen), weights, referenceEngine())
  const { center: middle, spread: reach } = data.targetNormalization!
  const expected = Float32Array.from(raws.data, (y, i) => y * reach[i % 2]! + middle[i % 2]!)
  assert.ok(Math.abs(expected[0]! - 1000) < 10, 'in the unit of the targets')

  const bytes = inferenceModel(experimentOf(model, data), weights)
  await assertRuns(bytes, x, tensorOf('float32', [most, 2], expected), { epsilons: 16, scale: 1 })
})
