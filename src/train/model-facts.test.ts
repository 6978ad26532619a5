import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, type Named, tensor } from '../base/index.ts'
import { type Cell, dataOf, TableBuilder, tableData } from '../data/index.ts'
import { encodeModel, type ModelProto, onnxTypes, valueInfo } from '../formats/index.ts'
import {
  crossEntropy,
  embedding,
  flatten,
  linear,
  meanSquaredError,
  sequential,
} from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import type { Experiment } from './experiment.ts'
import { inferenceModel } from './inference-model.ts'
import { summaryOf } from './model-facts.ts'
import { initialTensors } from './model-tensors.ts'

/** What an exported file tells of an experiment with fresh parameters. */
function exported(given: Pick<Experiment, 'name' | 'model' | 'loss' | 'data'>) {
  const experiment = { ...given, optimizer: sgd(), epochs: 1, batchSize: 2 }
  return summaryOf(inferenceModel(experiment, initialTensors(experiment, keyOf(0))), 'file')
}

test('an exported model tells how rows of a table become its inputs, and what its classes are', async () => {
  const builder = new TableBuilder(
    'pets',
    ['age', 'colour', 'kind'],
    {},
    {
      isNumber: cell => typeof cell === 'number',
      unit: 'row',
    },
  )
  const rows: Cell[][] = [
    [1, 'red', 'cat'],
    [3, 'blue', 'dog'],
    [5, 'red', 'dog'],
  ]
  for (const [at, row] of rows.entries()) builder.add(row, at)
  const data = await tableData(builder.finish(), { label: 'kind', validation: 0 })
  const { inputs, outputs, facts } = exported({
    name: 'pets',
    model: linear(2),
    loss: crossEntropy(),
    data,
  })
  assert.deepEqual(inputs, [{ name: 'input', dtype: 'float32', shape: [0, 3] }])
  assert.deepEqual(outputs, ['output'])
  assert.deepEqual(facts, {
    model: 'pets',
    task: 'classes',
    classNames: ['cat', 'dog'],
    table: data.description.table,
    normalization: data.normalization,
    data: 'pets',
    dataHash: data.description.hash,
  })
})

test('an exported model tells the shape of images, the names of targets and the range of indices', async () => {
  const words = await dataOf({
    train: {
      inputs: tensor(
        [
          [0, 6],
          [1, 2],
        ],
        'int32',
      ),
      targets: [[1], [2]],
    },
  })
  const model = sequential(embedding(7, 2), flatten(), linear(1))
  const { facts } = exported({ model, loss: meanSquaredError(), data: words })
  assert.deepEqual([facts.task, facts.indicesBelow, facts.classNames], ['numbers', 7, undefined])

  const pixels = await dataOf({
    train: {
      inputs: tensor(
        [
          [1, 2, 3, 4],
          [5, 6, 7, 8],
        ],
        'uint8',
      ),
      targets: [0, 1],
    },
    classes: 2,
    scale: 1 / 255,
  })
  const details = { imageShape: [2, 2], classNames: ['dark', 'light'], imageFit: 'contain' }
  const data = { ...pixels, description: { ...pixels.description, ...details } }
  const image = exported({ model: linear(2), loss: crossEntropy(), data }).facts
  assert.deepEqual(image.imageShape, [1, 2, 2])
  assert.deepEqual([image.imageFit, image.scale], ['contain', 1 / 255])
  assert.deepEqual(image.classNames, ['dark', 'light'])
})

const info = valueInfo('x', onnxTypes.float, ['batch', 2])
const file = (metadata: Named<string>, input = info): ModelProto => ({
  irVersion: 10,
  opsetImport: [],
  graph: { name: 'g', node: [], input: [input], output: [info] },
  metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
})

test('what a model from elsewhere says is not taken for ours', () => {
  const { facts, inputs } = summaryOf(encodeModel(file({ task: 'classes' })), 'file')
  assert.deepEqual(facts, {})
  assert.deepEqual(inputs, [{ name: 'x', dtype: 'float32', shape: [0, 2] }])
})

const ours = { format: 'justright-model', version: '1' }
for (const [what, model, message] of [
  [
    'a later version',
    file({ ...ours, version: '2' }),
    /file: expected justright-model version 1, received version 2/,
  ],
  [
    'metadata that are cut',
    file({ ...ours, classNames: '["a", "b' }),
    /file, "classNames" of its metadata: expected JSON, received Unterminated/,
  ],
  [
    'inputs of integers of 64 bits',
    file({}, valueInfo('x', onnxTypes.int64, ['batch'])),
    /file, input "x": expected a tensor of float32, .* received element type 7 of ONNX/,
  ],
  [
    'inputs without a shape',
    file({}, valueInfo('x', onnxTypes.float)),
    /file, input "x": .* received no shape/,
  ],
] as const)
  test(`a model of ${what} is refused`, () => {
    assert.throws(() => summaryOf(encodeModel(model), 'file'), { name: 'FormatError', message })
  })
