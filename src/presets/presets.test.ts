import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Shape, sizeOf } from '../base/index.ts'
import { input, pureProgram, verify } from '../ir/index.ts'
import { applyModel, elu, type LayerConfig, leakyRelu, sigmoid, tanh } from '../nn/index.ts'
import {
  fitNet4,
  lenet,
  lstmClassifier,
  mlp,
  presets,
  residualCnn,
  splitAndMerge,
} from './index.ts'

const conv = (from: number, to: number, kernel: number, bias = 1) =>
  to * (from * kernel ** 2 + bias)
const dense = (from: number, to: number) => to * (from + 1)
const fitNetConvs = (pieces: number): number => {
  const channels = [3, 32, 32, 32, 48, 48, ...Array(6).fill(80), ...Array(6).fill(128)]
  return channels
    .slice(1)
    .map((to, i) => conv(channels[i], to * pieces, 3))
    .reduce((a, b) => a + b)
}

/** A preset on an input, and how many parameters it has: counted by hand. */
const cases: readonly (readonly [
  name: keyof typeof presets,
  variant: string,
  model: LayerConfig,
  input: Shape,
  parameters: number,
])[] = [
  ['mlp', '784-256-256-10', mlp({ outputs: 10 }), [784], 269_322],
  [
    'mlp',
    'with batch normalisation, whose shift is the bias',
    mlp({ hidden: [8], outputs: 2, useBatchNorm: true, dropoutRate: 0.5 }),
    [4],
    4 * 8 + 2 * 8 + dense(8, 2),
  ],
  [
    'lenet',
    'on 28x28',
    lenet({ outputs: 10, dropoutRate: 0.4 }),
    [1, 28, 28],
    conv(1, 32, 3) + conv(32, 64, 3) + dense(64 * 49, 128) + dense(128, 10),
  ],
  [
    'residualCnn',
    'on 32x32, three blocks a stage of 16, 32 and 64: ResNet-20, 0.27 million with projections',
    residualCnn({ outputs: 10, channels: [16, 32, 64], blocks: 3 }),
    [3, 32, 32],
    272_474,
  ],
  [
    'splitAndMerge',
    'on 32x32',
    splitAndMerge({ outputs: 10, channels: [4] }),
    [3, 32, 32],
    conv(3, 4, 1) * 4 + conv(4, 4, 3) + conv(4, 4, 5) + dense(16, 10),
  ],
  [
    'lstmClassifier',
    'of MNIST rows',
    lstmClassifier({ outputs: 10 }),
    [28, 28],
    4 * 128 * (28 + 128 + 2) + dense(128, 10),
  ],
  [
    'fitNet4',
    'with ReLU',
    fitNet4(),
    [3, 32, 32],
    fitNetConvs(1) + dense(128, 500) + dense(500, 10),
  ],
  [
    'fitNet4',
    'with maxout',
    fitNet4({ activation: 'maxout' }),
    [3, 32, 32],
    fitNetConvs(2) + dense(128, 2500) + dense(500, 10),
  ],
  ...[sigmoid(), tanh(), elu(), leakyRelu({ negativeSlope: 1 / 3 })].map(
    activation =>
      [
        'fitNet4',
        `with ${activation.kind}`,
        fitNet4({ activation }),
        [3, 32, 32],
        fitNetConvs(1) + dense(128, 500) + dense(500, 10),
      ] as const,
  ),
]

test('every preset has a case', () => {
  assert.deepEqual([...new Set(cases.map(([name]) => name))].sort(), Object.keys(presets).sort())
})

for (const [name, variant, model, shape, parameters] of cases)
  describe(`${name}, ${variant}`, () => {
    const x = input('x', [2, ...shape])

    test('has the parameters counted by hand, and an output for each class', () => {
      const { output, params } = applyModel(model, x, { isTraining: true })
      verify(pureProgram({ output }))
      assert.equal(output.shape[0], 2)
      assert.equal(output.shape.length, 2)
      const sizes = [...params.values()].map(({ value }) => sizeOf(value.shape))
      assert.equal(
        sizes.reduce((a, b) => a + b, 0),
        parameters,
      )
    })

    test('survives JSON', () => {
      assert.deepEqual(JSON.parse(JSON.stringify(model)), model)
    })
  })

test('FitNet-4 has the 1.2 million parameters that its paper tells, and 2.5 million with maxout', () => {
  const millions = cases
    .filter(([name]) => name === 'fitNet4')
    .map(([, , , , parameters]) => parameters / 1e6)
  assert.ok(Math.abs(millions[0]! - 1.2) < 0.1, `${millions[0]}`)
  assert.ok(Math.abs(millions[1]! - 2.5) < 0.3, `${millions[1]}`)
})
