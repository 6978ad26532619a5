import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runModel } from '../../test/run-model.ts'
import { finish } from '../../test/training.ts'
import { type Tensor, tensorOf } from '../base/index.ts'
import { type DataSource, dataOf, normalized, toys } from '../data/index.ts'
import { nativeEngine } from '../engine/index.ts'
import { linear, meanSquaredError, relu, sequential } from '../nn/index.ts'
import { adam } from '../optim/index.ts'

const engine = await nativeEngine({ threads: 1 })

/** A line far from 0 in both directions: x in [4000, 6000], y near 300. */
const far = await toys
  .line({ count: 200, noise: 0.01, validation: 50 })
  .then(({ train, validation }) => {
    const [inputs, targets] = [train, validation!].map(part => ({
      inputs: moved(part.inputs, x => 5000 + 1000 * x),
      targets: moved(part.targets, y => 300 + 20 * y),
    }))
    return dataOf({ train: inputs!, validation: targets! })
  })

function moved({ dtype, shape, data }: Tensor, move: (x: number) => number): Tensor {
  return tensorOf(dtype, shape, Float32Array.from(data, move))
}

const train = (data: DataSource) =>
  finish({
    model: sequential(linear(8), relu(), linear(1)),
    loss: meanSquaredError(),
    optimizer: adam({ learningRate: 0.02 }),
    data,
    epochs: 20,
    batchSize: 25,
    engine,
  })

test('normalising in the graph trains as normalising the data before', async () => {
  const inGraph = await normalized(far, { targets: true })
  const { normalization: x, targetNormalization: y } = inGraph
  const before = (part: { inputs: Tensor; targets: Tensor }) => ({
    inputs: moved(part.inputs, v => (v - Math.fround(x!.center[0]!)) / Math.fround(x!.spread[0]!)),
    targets: moved(
      part.targets,
      v => (v - Math.fround(y!.center[0]!)) / Math.fround(y!.spread[0]!),
    ),
  })
  const outside = await dataOf({ train: before(far.train), validation: before(far.validation!) })
  const [{ run: a, notes }, { run: b }] = await Promise.all([train(inGraph), train(outside)])
  assert.ok(Math.abs(a.validation!.loss - b.validation!.loss) < 1e-5, `${a.validation!.loss}`)
  // In units of the spread: far below the 1 of a model that answers the mean.
  assert.ok(a.validation!.loss < 0.02, `${a.validation!.loss}`)
  assert.deepEqual(notes.descriptions[0]?.data.normalization, x)
  const raw = await train(far)
  assert.ok(raw.run.validation!.loss > 100, 'without normalisation it is no fit')
})

test('the exported model takes raw inputs and answers in the unit of the raw targets', async () => {
  const { run } = await train(await normalized(far, { targets: true }))
  const { inputs, targets } = far.validation!
  const { output } = await runModel(run.toOnnx(), { input: inputs as Tensor })
  let squares = 0
  for (const [i, y] of targets.data.entries()) squares += (output!.data[i]! - y) ** 2
  const spread = (await normalized(far, { targets: true })).targetNormalization!.spread[0]!
  const expected = run.validation!.loss * spread ** 2
  assert.ok(Math.abs(squares / targets.data.length / expected - 1) < 1e-3)
})
