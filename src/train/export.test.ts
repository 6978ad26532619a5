import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { wave } from '../../test/gradient-check.ts'
import { type LayerCase, layerCases } from '../../test/layer-cases.ts'
import { runModel } from '../../test/run-model.ts'
import { mapNamed, type Shape, sizeOf, type Tensor, tensorOf } from '../base/index.ts'
import { dataOf } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { input } from '../ir/index.ts'
import { applyModel, meanSquaredError } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { inferenceModel } from './programs.ts'

/** Rows unlike the two and three that an export is traced with. */
const batch = 5

const floats = (shape: Shape, from = 0): Tensor =>
  tensorOf(
    'float32',
    shape,
    Float32Array.from(wave(sizeOf(shape)), x => from + x / 2),
  )

function inputsOf({ input: [, ...row], indicesBelow }: LayerCase): Tensor {
  const shape = [batch, ...row]
  if (indicesBelow === undefined) return floats(shape)
  const data = Int32Array.from({ length: sizeOf(shape) }, (_, i) => i % indicesBelow)
  return tensorOf('int32', shape, data)
}

for (const layerCase of layerCases)
  test(`a trained ${layerCase.name} runs as ONNX on batches of any size`, async () => {
    const { layer, params = {}, buffers = {} } = layerCase
    const x = inputsOf(layerCase)
    const tensors = {
      ...mapNamed(params, shape => floats(shape)),
      ...mapNamed(buffers, shape => floats(shape, 1)),
    }
    const { output } = applyModel(layer, input('x', x.shape, x.dtype))
    const [expected] = evaluate([output], { x, ...tensors })
    const experiment = {
      model: layer,
      loss: meanSquaredError(),
      optimizer: sgd(),
      data: await dataOf({ train: { inputs: x, targets: floats(output.shape) } }),
      epochs: 1,
      batchSize: batch,
    }
    const results = await runModel(inferenceModel(experiment, tensors), { input: x })
    assert.deepEqual(Object.keys(results), ['output'])
    assertTensor(results.output, expected!, { epsilons: 16, scale: 1 })
  })
