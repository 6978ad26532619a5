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
import { constant, input, mul, sum } from '../ir/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  hinge,
  huber,
  jointLoss,
  klDivergence,
  type LossConfig,
  lossPerExample,
  lossRowOf,
  lossTable,
  meanAbsoluteError,
  meanSquaredError,
} from './index.ts'

const int32 = (values: Parameters<typeof tensor>[0]): Tensor => tensor(values, 'int32')
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
  [
    'cross-entropy weighs each class, with smoothed labels the share of each',
    crossEntropy({ classWeights: [3, 0.5] }),
    float64([
      [Math.LN2, 0],
      [Math.LN2, 0],
    ]),
    int32([0, 1]),
    [3 * Math.log(1.5), 0.5 * third],
  ],
  [
    'cross-entropy with weights and smoothed labels weighs the share of each class',
    crossEntropy({ labelSmoothing: 0.2, classWeights: [3, 0.5] }),
    twoToOne,
    int32([0]),
    [3 * 0.9 * Math.log(1.5) + 0.5 * 0.1 * third],
  ],
  [
    'cross-entropy of each place of a sequence is a mean over places',
    crossEntropy(),
    float64([
      [
        [Math.LN2, 0],
        [5, 5],
      ],
    ]),
    int32([[1, 0]]),
    [(third + Math.LN2) / 2],
  ],
  [
    'the absolute error is a mean over outputs',
    meanAbsoluteError(),
    float64([[1, -2]]),
    float64([[3, -2]]),
    [1],
  ],
  [
    'huber is half the square within delta and linear beyond',
    huber({ delta: 2 }),
    float64([[0], [0], [0]]),
    float64([[1], [-2], [5]]),
    [0.5, 2, 8],
  ],
  [
    'the divergence of a distribution from itself is 0, and a target of 0 counts nothing',
    klDivergence(),
    float64([
      [Math.LN2, 0],
      [7, 7],
    ]),
    float64([
      [2 / 3, 1 / 3],
      [1, 0],
    ]),
    [0, Math.LN2],
  ],
  [
    'hinge sums what comes within the margin, over K',
    hinge(),
    float64([
      [2, 0.5, 1.5, 4],
      [3, 0, 1, 2],
    ]),
    int32([0, 0]),
    [(0.5 + 3) / 4, 0],
  ],
  ['hinge with another margin', hinge({ margin: 3 }), float64([[1, 0]]), int32([0]), [1]],
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
  [crossEntropy({ classWeights: [1, 2, 0, 0.5] }), int32([3, 0, 1])],
  [meanAbsoluteError(), shares],
  [huber({ delta: 0.3 }), shares],
  [klDivergence(), shares],
  [hinge({ margin: 0.7 }), int32([3, 0, 1])],
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
    'probabilities for an index',
    hinge(),
    float64([[1], [0], [1]]),
    DTypeError,
    /^hinge: expected integer class indices \[B\], received float64 \[3, 1\]$/,
  ],
  [
    'a distribution that would stretch',
    klDivergence(),
    float64([[1], [0], [1]]),
    ShapeError,
    /^klDivergence: expected targets of shape \[3, 4\], received \[3, 1\]$/,
  ],
  [
    'numbers that would stretch',
    meanSquaredError(),
    float64([[1], [0], [1]]),
    ShapeError,
    /^meanSquaredError: expected targets of shape \[3, 4\], received \[3, 1\]$/,
  ],
]
for (const [name, loss, targets, kind, message] of refused)
  test(`${loss.kind} refuses ${name}`, () => {
    assert.throws(
      () => perExample(loss, outputs, targets),
      error => error instanceof kind && message.test(error.message),
    )
  })

const settings: readonly (readonly [string, () => LossConfig, RegExp])[] = [
  [
    'a negative class weight',
    () => crossEntropy({ classWeights: [1, -1] }),
    /^crossEntropy classWeights: .* a number >= 0, received \[1,-1\]$/,
  ],
  [
    'a huber delta of 0',
    () => huber({ delta: 0 }),
    /^huber delta: expected a number > 0, received 0/,
  ],
  [
    'a margin that is no number',
    () => hinge({ margin: Number.NaN }),
    /^hinge margin: expected a number > 0/,
  ],
]
for (const [name, make, message] of settings)
  test(`${name} is refused`, () => assert.throws(make, { name: 'ConfigError', message }))

test('class weights of another number of classes are refused', () => {
  assert.throws(
    () => perExample(crossEntropy({ classWeights: [1, 2] }), outputs, int32([0, 1, 2])),
    {
      name: 'ConfigError',
      message: /classWeights of 4 classes, received 2/,
    },
  )
})

test('where hinge and the absolute error are at their kink the gradient is 0', () => {
  const x = input('x', [1, 2])
  for (const [loss, targets] of [
    [hinge(), int32([0])],
    [meanAbsoluteError(), tensor([[1, 0]])],
  ] as const) {
    const losses = lossPerExample(loss, x, constant(targets))
    const [slope] = evaluate(gradients(sum(losses), [x]), { x: tensor([[1, 0]]) })
    assert.deepEqual([...slope!.data].map(unsigned), [0, 0], loss.kind)
  }
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
