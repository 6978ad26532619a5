import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { finish } from '../../test/training.ts'
import { metrics } from '../inspect/index.ts'
import { linear } from '../nn/linear.ts'
import { meanSquaredError } from '../nn/losses.ts'
import { sgd } from '../optim/index.ts'
import { scoreModel, signatureOf, storedExperiment } from '../train/index.ts'
import { type DataSource, dataOf, inputsAsTargets, normalized, splitParts } from './index.ts'

const rows = [
  [0, 2],
  [4, 6],
  [8, 10],
  [0, 6],
]
const labelled = (): Promise<DataSource> =>
  dataOf({
    train: { inputs: rows, targets: [0, 1, 0, 1] },
    test: { inputs: [[4, 8]], targets: [1] },
    classes: 2,
    scale: 0.1,
  })

/** A model that answers 0 whatever the input. */
const silent = linear(2)
const zero = {
  weight: { dtype: 'float32' as const, shape: [2, 2], data: new Float32Array(4) },
  bias: { dtype: 'float32' as const, shape: [2], data: new Float32Array(2) },
}
const scored = async (data: DataSource) =>
  scoreModel({ model: silent, loss: meanSquaredError(), data }, zero, {
    metrics: [metrics.squaredError()],
    engine: 'reference',
  })

test('targets are the inputs as the model sees them: scaled', async () => {
  const { loss, metrics: found } = await scored(await inputsAsTargets(await labelled()))
  assert.ok(Math.abs(loss - (0.16 + 0.64) / 2) < 1e-6)
  assert.ok(Math.abs(found!.squaredError! - 0.8) < 1e-6)
})

test('targets are the inputs as the model sees them: normalised', async () => {
  const data = await inputsAsTargets(await normalized(await labelled()))
  const { loss } = await scored({ ...data, test: data.train })
  assert.ok(Math.abs(loss - 1) < 1e-6, `${loss}`)
})

test('no label is left, in splits, subsets and the signature, and a run says so', async () => {
  const data = await inputsAsTargets(await labelled())
  assert.deepEqual(data.train.targets.shape, [4, 0])
  const part = splitParts(data.train, { validation: 1 })
  assert.deepEqual(part.validation!.targets.shape, [1, 0])
  assert.equal(part.train.targetsAre, 'inputs')
  const signature = signatureOf(data)
  assert.equal(signature.targetsAre, 'inputs')
  assert.equal(data.description.targets, 'inputs')
  assert.equal(data.description.classes, undefined)
  assert.notEqual(data.description.hash, (await labelled()).description.hash)
})

test('fit learns to answer the inputs, and its run can be stored and scored', async () => {
  const data = await inputsAsTargets(await labelled())
  const { run, notes } = await finish({
    model: silent,
    loss: meanSquaredError(),
    optimizer: sgd({ learningRate: 0.5 }),
    data,
    epochs: 400,
    batchSize: 3,
    engine: 'reference',
  })
  assert.ok(run.train.loss < 1e-3, `${run.train.loss}`)
  const stored = storedExperiment(notes.descriptions[0]!)
  assert.equal(stored.data.train.targetsAre, 'inputs')
  const { loss } = await scoreModel(
    { ...stored, data: { ...stored.data, test: data.test! } },
    run.parameters,
    { engine: 'reference' },
  )
  assert.equal(loss, run.test!.loss)
})

describe('refused is', () => {
  test('a source whose targets are its inputs already', async () => {
    const data = await inputsAsTargets(await labelled())
    await assert.rejects(inputsAsTargets(data), {
      name: 'DataError',
      message:
        /^inputs as targets of "arrays": expected a source with targets of its own, .* received one whose targets are its inputs/,
    })
  })

  test('a source with further inputs', async () => {
    const data = await dataOf({
      train: { inputs: rows, targets: [0, 1, 0, 1], more: { side: rows } },
    })
    await assert.rejects(inputsAsTargets(data), { name: 'DataError', message: /received side/ })
  })
})
