import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { runModel } from '../../test/run-model.ts'
import { type Tensor, tensor } from '../base/index.ts'
import { dataOf } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant } from '../ir/index.ts'
import {
  apply,
  crossEntropy,
  jointLoss,
  linear,
  lossPerExample,
  meanSquaredError,
  merge,
  model,
  relu,
  sequential,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { type Experiment, fit } from './index.ts'

/** Points on two inputs: which side a + b is on, and how large a - b is. */
function examples(rows: number) {
  const at = (i: number, k: number) => Math.sin(1.7 * i + 2.3 * k)
  const column = (k: number) => Array.from({ length: rows }, (_, i) => [at(i, k)])
  return {
    inputs: column(0),
    targets: Array.from({ length: rows }, (_, i) => Number(at(i, 0) + at(i, 1) > 0)),
    more: { right: column(1), size: column(2).map((_, i) => [at(i, 0) - at(i, 1)]) },
  }
}

const tower = sequential(linear(16), relu())
const net = model(
  (left, right) => {
    const both = apply(
      relu(),
      apply(linear(16), apply(merge(), apply(tower, left), apply(tower, right))),
    )
    return { side: apply(linear(2), both), size: apply(linear(1), both) }
  },
  { inputs: ['left', 'right'] },
)
const experiment: Experiment = {
  model: net,
  loss: jointLoss({ side: crossEntropy(), size: meanSquaredError() }, { weights: { size: 0.5 } }),
  optimizer: adam({ learningRate: 0.01 }),
  data: await dataOf({ train: examples(200), validation: examples(50), classes: 2, name: 'pairs' }),
  epochs: 30,
  batchSize: 20,
  seed: 3,
}

test('a model of two inputs and two outputs trains, shares a layer, and exports every output', async () => {
  const run = await fit(experiment)
  assert.ok(run.train.loss < 0.15, `${run.train.loss}`)
  assert.ok(run.validation!.accuracy! > 0.95, `${run.validation!.accuracy}`)
  assert.deepEqual(
    Object.keys(run.parameters).filter(name => name.startsWith('0.')),
    ['0.0.weight', '0.0.bias'],
  )

  const column = (...numbers: number[]): Tensor => tensor(numbers.map(x => [x]))
  const found = await runModel(run.toOnnx(), {
    input: column(0.8, -0.9, 0.1),
    right: column(0.1, -0.2, -0.7),
  })
  const { side, size } = found
  assert.deepEqual(
    [side!.shape, size!.shape],
    [
      [3, 2],
      [3, 1],
    ],
  )
  const isRight = [0, 1, 2].map(i => side!.data[2 * i + 1]! > 0.5)
  assert.deepEqual(isRight, [true, false, false])
  ;[0.7, -0.7, 0.8].forEach((expected, i) => {
    assert.ok(Math.abs(size!.data[i]! - expected) < 0.25, `${size!.data[i]} for ${expected}`)
  })
})

test('the loss of several outputs is their weighted sum', () => {
  const given = {
    side: constant([[0, Math.LN2]]),
    size: constant([[3]]),
    wanted: constant([1], 'int32'),
    more: { size: constant([[1]]) },
  }
  const { side, size, wanted, more } = given
  const loss = lossPerExample(experiment.loss, side, wanted, { outputs: { side, size }, more })
  assertTensor(evaluate([loss])[0], tensor([Math.log(1.5) + 0.5 * 4]), { epsilons: 2 })
})

const data = await dataOf({ train: { ...examples(20), more: { size: [[1]] } }, classes: 2 }).catch(
  (error: Error) => error,
)
const refusals: readonly (readonly [name: string, change: Partial<Experiment>, message: RegExp])[] =
  [
    [
      'data without an input that the model names',
      {
        data: await dataOf({
          train: { ...examples(20), more: { size: examples(20).more.size } },
          classes: 2,
        }),
      },
      /expected "right" under "more", an input of the model, received size/,
    ],
    [
      'a term for an output that the model lacks',
      { loss: jointLoss({ side: crossEntropy(), height: meanSquaredError() }) },
      /jointLoss, term "height": expected an output of the model of this name, received side, size/,
    ],
  ]
for (const [name, change, message] of refusals)
  test(`${name} is refused before the first step`, async () => {
    await assert.rejects(fit({ ...experiment, ...change, epochs: 1 }), message)
  })

test('further data of another number of rows is refused', () => {
  assert.match(String(data), /"size": expected 20 rows as the inputs \[20, 1\], received \[1, 1\]/)
})

for (const [weights, message] of [
  [{ nothing: 1 }, /weight of "nothing": expected a number >= 0 for one of side/],
  [{ side: -1 }, /received -1/],
] as const)
  test(`weights ${JSON.stringify(weights)} are refused`, () => {
    assert.throws(() => jointLoss({ side: crossEntropy() }, { weights }), message)
  })
