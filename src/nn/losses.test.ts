import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import {
  ConfigError,
  DTypeError,
  type JustrightError,
  ShapeError,
  type Tensor,
  tensor,
  tensorOf,
} from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { constant, input, mul, sum, type Value } from '../ir/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  jointLoss,
  type LossConfig,
  lossPerExample,
  lossRowOf,
  lossTable,
  meanSquaredError,
} from './index.ts'

const int32 = (values: readonly number[]): Tensor => tensor(values, 'int32')
const float64 = (values: Parameters<typeof tensor>[0]): Tensor => tensor(values, 'float64')
const perExample = (loss: LossConfig, output: Tensor, targets: Tensor): number[] => {
  const value = lossPerExample(loss, constant(output), constant(targets))
  return [...evaluate([value])[0]!.data]
}

const third = Math.log(3)
/** Softmax gives 2/3 and 1/3. */
const twoToOne = float64([[Math.LN2, 0]])

/** Worked out by hand. */
const cases: readonly (readonly [
  name: string,
  loss: LossConfig,
  output: Tensor,
  targets: Tensor,
  expected: readonly number[],
])[] = [
  [
    'cross-entropy of equal logits is ln K, whatever the class',
    crossEntropy(),
    float64([
      [5, 5, 5],
      [0, 0, 0],
    ]),
    int32([0, 2]),
    [third, third],
  ],
  ['cross-entropy of class 0', crossEntropy(), twoToOne, int32([0]), [Math.log(1.5)]],
  [
    'a joint loss of one term is that term times its weight',
    jointLoss({ output: crossEntropy() }, { weights: { output: 2 } }),
    twoToOne,
    int32([1]),
    [2 * third],
  ],
  ['cross-entropy of class 1', crossEntropy(), twoToOne, int32([1]), [third]],
  [
    'cross-entropy of probabilities',
    crossEntropy(),
    twoToOne,
    float64([[0.25, 0.75]]),
    [0.25 * Math.log(1.5) + 0.75 * third],
  ],
  [
    'cross-entropy with smoothed labels moves the share evenly to all classes',
    crossEntropy({ labelSmoothing: 0.2 }),
    twoToOne,
    int32([0]),
    [0.9 * Math.log(1.5) + 0.1 * third],
  ],
  [
    'binary cross-entropy is a mean over outputs',
    binaryCrossEntropy(),
    float64([[0, third]]),
    float64([[1, 1]]),
    [(Math.LN2 + Math.log(4 / 3)) / 2],
  ],
  [
    'binary cross-entropy takes what lies between',
    binaryCrossEntropy(),
    float64([[third]]),
    float64([[0.5]]),
    [0.5 * Math.log(4 / 3) + 0.5 * Math.log(4)],
  ],
  [
    'the squared error is a mean over all axes but the batch',
    meanSquaredError(),
    float64([
      [
        [1, 2],
        [0, 0],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ]),
    float64([
      [
        [3, 5],
        [0, 1],
      ],
      [
        [1, 1],
        [1, 1],
      ],
    ]),
    [3.5, 0],
  ],
  ['the squared error takes [B]', meanSquaredError(), float64([1, 2]), float64([3, 2]), [4, 0]],
]

for (const [name, loss, output, targets, expected] of cases)
  test(name, () => {
    perExample(loss, output, targets).forEach((found, i) => {
      assert.ok(Math.abs(found - expected[i]!) < 1e-14, `${i}: ${found} for ${expected[i]}`)
    })
  })

test('every loss has a case', () => {
  assert.deepEqual(new Set(cases.map(([, { kind }]) => kind)), new Set(Object.keys(lossTable)))
})

describe('logits of 500 in float32', () => {
  const extremes: readonly (readonly [
    loss: LossConfig,
    logits: number[][],
    targets: Tensor,
    expected: readonly number[],
    slopes: readonly number[],
  ])[] = [
    [crossEntropy(), [[500, -500]], int32([1]), [1000], [1, -1]],
    [crossEntropy(), [[500, -500]], int32([0]), [0], [0, 0]],
    [binaryCrossEntropy(), [[500], [-500]], tensor([[0], [1]]), [500, 500], [1, -1]],
    [binaryCrossEntropy(), [[500], [-500]], tensor([[1], [0]]), [0, 0], [0, 0]],
  ]
  for (const [loss, logits, targets, expected, slopes] of extremes)
    test(`give ${loss.kind} ${expected} and slopes ${slopes}`, () => {
      const x = input('x', [logits.length, logits[0]!.length])
      const losses = lossPerExample(loss, x, constant(targets))
      const [found, slope] = evaluate([losses, ...gradients(sum(losses), [x])], {
        x: tensor(logits),
      })
      assert.deepEqual([...found!.data].map(unsigned), expected)
      assert.deepEqual([...slope!.data].map(unsigned), slopes)
    })
})

const outputs = tensorOf('float64', [3, 4], wave(12))
const shares = float64([
  [0.1, 0.2, 0.3, 0.4],
  [1, 0, 0, 0],
  [0.5, 0.5, 0, 0],
])
for (const [loss, targets] of [
  [crossEntropy(), int32([3, 0, 1])],
  [crossEntropy({ labelSmoothing: 0.1 }), int32([3, 0, 1])],
  [crossEntropy(), shares],
  [binaryCrossEntropy(), shares],
  [meanSquaredError(), shares],
] as const)
  test(`the gradient of ${JSON.stringify(loss)} on ${targets.dtype} targets equals central differences`, () => {
    checkGradient(
      ([x]) => {
        const losses = lossPerExample(loss, x!, constant(targets))
        return sum(mul(losses, constant([1, 2, 3], 'float64')))
      },
      [outputs],
    )
  })

test('labels may be uint8, int32 or one-hot', () => {
  const expected = perExample(crossEntropy(), outputs, int32([3, 0, 1]))
  const oneHot = float64([
    [0, 0, 0, 1],
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ])
  assert.deepEqual(perExample(crossEntropy(), outputs, tensor([3, 0, 1], 'uint8')), expected)
  assert.deepEqual(perExample(crossEntropy(), outputs, oneHot), expected)
})

test('binary targets may be bytes', () => {
  const logits = float64([[2], [-1]])
  const bytes = tensor([[1], [0]], 'uint8')
  assert.deepEqual(
    perExample(binaryCrossEntropy(), logits, bytes),
    perExample(binaryCrossEntropy(), logits, float64([[1], [0]])),
  )
})

/** 0 for -0. */
const unsigned = (x: number): number => x + 0

type Raised = abstract new (...args: never[]) => JustrightError
const refused: readonly (readonly [
  name: string,
  loss: LossConfig,
  targets: Tensor,
  kind: Raised,
  message: RegExp,
])[] = [
  [
    'float class indices',
    crossEntropy(),
    float64([0, 1, 2]),
    DTypeError,
    /^crossEntropy: expected integer class indices \[B\], .* received float64 \[3\]/,
  ],
  [
    'labels for another batch',
    crossEntropy(),
    int32([0, 1]),
    ShapeError,
    /^crossEntropy: expected targets of shape \[3, 4\], received \[2, 4\]$/,
  ],
  [
    'probabilities of other classes',
    crossEntropy(),
    float64([[1], [1], [1]]),
    ShapeError,
    /^crossEntropy: expected targets of shape \[3, 4\], received \[3, 1\]$/,
  ],
  [
    'binary targets that would stretch',
    binaryCrossEntropy(),
    float64([1, 0, 1]),
    ShapeError,
    /^binaryCrossEntropy: expected targets of shape \[3, 4\], received \[3\]$/,
  ],
  [
    'numbers that would stretch',
    meanSquaredError(),
    float64([[1], [0], [1]]),
    ShapeError,
    /^mse: expected targets of shape \[3, 4\], received \[3, 1\]$/,
  ],
]
for (const [name, loss, targets, kind, message] of refused)
  test(`${loss.kind} refuses ${name}`, () => {
    assert.throws(
      () => perExample(loss, outputs, targets),
      error => error instanceof kind && message.test(error.message),
    )
  })

test('label smoothing out of range is refused', () => {
  for (const labelSmoothing of [-0.1, 1, Number.NaN])
    assert.throws(() => crossEntropy({ labelSmoothing }), ConfigError)
})

test('an unknown loss is refused with the known ones', () => {
  for (const kind of ['mse', 'constructor'])
    assert.throws(
      () => lossRowOf({ kind } as never),
      error => error instanceof ConfigError && /one of crossEntropy, /.test(error.message),
    )
})

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
