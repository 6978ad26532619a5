import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { tensor } from '../base/index.ts'
import { type DataOptions, dataOf } from '../data/index.ts'
import { nativeEngine } from '../engine/index.ts'
import {
  crossEntropy,
  embedding,
  flatten,
  type LayerConfig,
  linear,
  sequential,
} from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { fit } from './fit.ts'
import { checkIndices } from './indices.ts'

const engine = await nativeEngine({ threads: 1 })
const words = sequential(embedding(5, 3), flatten(), linear(2))
const targets = [0, 1, 0, 1, 1]

async function trainOn(inputs: DataOptions['train']['inputs'], more: Partial<DataOptions> = {}) {
  return fit({
    model: words,
    data: await dataOf({ train: { inputs, targets }, classes: 2, ...more }),
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 2,
    batchSize: 2,
    engine,
  })
}

const rows = [
  [0, 1],
  [2, 3],
  [4, 0],
  [1, 2],
  [3, 4],
]

describe('an embedding learns', () => {
  test('the same from indices of any element type', async () => {
    const losses = []
    for (const dtype of ['int32', 'uint8', 'float32'] as const)
      losses.push((await trainOn(tensor(rows, dtype))).train.loss)
    assert.ok(losses[0]! > 0)
    assert.deepEqual(losses, [losses[0], losses[0], losses[0]])
  })

  test('from integers, without a way over floats', async () => {
    const run = await trainOn(tensor(rows, 'int32'))
    assert.doesNotMatch(Buffer.from(run.toOnnx()).toString('latin1'), /Cast/)
  })
})

describe('an index outside an embedding is refused before the first step', () => {
  const refused: readonly (readonly [string, index: number, dtype: 'int32' | 'float32'])[] = [
    ['too large', 5, 'int32'],
    ['negative', -1, 'int32'],
    ['too large among floats', 7, 'float32'],
    ['no integer', 1.5, 'float32'],
  ]
  for (const [name, index, dtype] of refused)
    test(`one that is ${name}`, async () => {
      const bad = tensor(rows.with(3, [1, index]), dtype)
      await assert.rejects(trainOn(bad), {
        name: 'DataError',
        message: `embedding "0": expected indices from 0 to 4, received ${index} (row 3 of dataset "arrays train")`,
      })
    })

  test('one of the validation data', async () => {
    const validation = { inputs: tensor([[9, 0]], 'int32'), targets: [0] }
    await assert.rejects(trainOn(tensor(rows, 'int32'), { validation }), {
      message: /received 9 \(row 0 of dataset "arrays validation"\)/,
    })
  })

  test('one that the scale of the data makes', async () => {
    await assert.rejects(trainOn(tensor(rows, 'float32'), { scale: 2 }), {
      message: /received 6 \(row 1 of dataset "arrays train"\)/,
    })
  })
})

test('what a layer computes from trained values is left to the engine', async () => {
  const model: LayerConfig = sequential(linear(2), embedding(2, 2))
  const data = await dataOf({ train: { inputs: rows, targets }, classes: 2 })
  assert.doesNotThrow(() => checkIndices({ model, data }))
})

test('data without an embedding are not looked at', async () => {
  const data = await dataOf({ train: { inputs: [[-1], [9]], targets: [0, 1] }, classes: 2 })
  assert.doesNotThrow(() => checkIndices({ model: linear(2), data }))
})

test('rows far into the data are named', async () => {
  const inputs = new Int32Array(2500)
  inputs[2345] = 5
  const train = { inputs, targets: new Int32Array(2500) }
  const data = await dataOf({ train, classes: 2 })
  assert.throws(() => checkIndices({ model: sequential(embedding(5, 2)), data }), /row 2345 of/)
})
