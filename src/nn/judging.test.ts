import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Tensor, tensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant, type Value } from '../ir/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  hinge,
  type LossConfig,
  lossRowOf,
  meanSquaredError,
} from './index.ts'

const int32 = (values: Parameters<typeof tensor>[0]): Tensor => tensor(values, 'int32')
const float64 = (values: Parameters<typeof tensor>[0]): Tensor => tensor(values, 'float64')
const third = Math.log(3)

/** 1 for right, 0 for wrong, and what a user reads. */
const judged: readonly (readonly [
  name: string,
  loss: LossConfig,
  output: Tensor,
  targets: Tensor,
  isCorrect: readonly number[] | undefined,
  prediction: readonly number[],
])[] = [
  [
    'the greatest logit against the class',
    crossEntropy(),
    float64([
      [0, 0],
      [Math.LN2, 0],
    ]),
    int32([1, 0]),
    // Of equal logits the first is taken.
    [0, 1],
    [0.5, 0.5, 2 / 3, 1 / 3],
  ],
  [
    'the greatest logit against the greatest probability',
    crossEntropy(),
    float64([[0, third]]),
    float64([[0.4, 0.6]]),
    [1],
    [0.25, 0.75],
  ],
  [
    'each logit above 0 against its target, a share of them',
    binaryCrossEntropy(),
    float64([[third, -third]]),
    float64([[1, 1]]),
    [0.5],
    [0.75, 0.25],
  ],
  [
    'the greatest score against the class, without making shares of scores',
    hinge(),
    float64([[-3, 7]]),
    int32([1]),
    [1],
    [-3, 7],
  ],
  [
    'each place of a sequence, a share of them',
    crossEntropy(),
    float64([
      [
        [third, 0],
        [third, 0],
      ],
    ]),
    int32([[0, 1]]),
    [0.5],
    [0.75, 0.25, 0.75, 0.25],
  ],
  [
    'nothing, where numbers are predicted',
    meanSquaredError(),
    float64([[7]]),
    float64([[7]]),
    undefined,
    [7],
  ],
]
for (const [name, loss, output, targets, isCorrect, prediction] of judged)
  test(`${loss.kind} judges ${name}`, () => {
    const row = lossRowOf(loss)
    const correct: Value | undefined = row.isCorrect?.(constant(output), constant(targets))
    assert.deepEqual(correct && [...evaluate([correct])[0]!.data], isCorrect)
    evaluate([row.prediction(constant(output))])[0]!.data.forEach((found, i) => {
      assert.ok(Math.abs(found - prediction[i]!) < 1e-14)
    })
  })
