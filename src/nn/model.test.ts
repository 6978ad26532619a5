import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  ConfigError,
  fillMask,
  fillNormal,
  keyOf,
  ShapeError,
  tensor,
  tensorOf,
} from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { xavierUniform, zeros } from '../init/index.ts'
import { constant, input, mul, sum, type Value, valuesOf } from '../ir/index.ts'
import {
  alphaDropout,
  applyModel,
  avgPool2d,
  batchNorm,
  conv2d,
  dropout,
  embedding,
  flatten,
  gaussianNoise,
  gelu,
  globalAveragePool,
  gru,
  type LayerConfig,
  layerNorm,
  linear,
  lstm,
  maxout,
  maxPool2d,
  prelu,
  relu,
  reshape,
  rnn,
  sequential,
  zeroPad2d,
} from './index.ts'

const batch = (...shape: readonly number[]): Value => input('x', [2, ...shape])

describe('a model that does not fit', () => {
  const refused: readonly (readonly [
    name: string,
    model: LayerConfig,
    x: Value,
    message: string,
  ])[] = [
    [
      'names the layer and the one before it',
      sequential(linear(4), relu(), linear(3, { inputFeatures: 5 })),
      batch(6),
      'linear "2": expected [..., 5], received [2, 4] (output of relu "1")',
    ],
    [
      'names both by their paths',
      sequential(sequential(flatten(), linear(4)), sequential(linear(3, { inputFeatures: 5 }))),
      batch(6),
      'linear "1.0": expected [..., 5], received [2, 4] (output of linear "0.1")',
    ],
    [
      'looks past layers that pass everything',
      sequential(linear(4), dropout(), linear(3, { inputFeatures: 5 })),
      batch(6),
      'linear "2": expected [..., 5], received [2, 4] (output of linear "0")',
    ],
    [
      'names the input where that is at fault',
      linear(3, { inputFeatures: 5 }),
      batch(6),
      'linear: expected [..., 5], received [2, 6] (output of input)',
    ],
    [
      'has a kernel larger than the padded input',
      sequential(conv2d(2, 5, { padding: 1 })),
      input('x', [2, 1, 2, 8]),
      'conv2d "0" in conv2d: expected a kernel of at most [4, 10], the padded input, received [5, 5]',
    ],
    [
      'has a pool larger than the input',
      sequential(maxPool2d(3)),
      input('x', [2, 1, 2, 8]),
      'maxPool2d "0" in maxPool2d: expected a kernel of at most [2, 8], the padded input, received [3, 3]',
    ],
    [
      'has groups that do not divide its channels',
      sequential(conv2d(4, 1, { groups: 2 })),
      input('x', [2, 3, 4, 4]),
      'conv2d "0": expected channels that 2 groups divide, received [2, 3, 4, 4] (output of input)',
    ],
    [
      'has other channels than it was told',
      sequential(conv2d(4, 1, { inputChannels: 2 })),
      input('x', [2, 3, 4, 4]),
      'conv2d "0": expected [B, 2, H, W], received [2, 3, 4, 4] (output of input)',
    ],
    ...[conv2d(1, 1), maxPool2d(1), avgPool2d(1), globalAveragePool(), zeroPad2d(1)].map(
      (layer): [string, LayerConfig, Value, string] => [
        `has no image for ${layer.kind}`,
        sequential(layer),
        batch(6),
        `${layer.kind} "0": expected [B, C, H, W], received [2, 6] (output of input)`,
      ],
    ),
    [
      'has a last state where a sequence is wanted',
      sequential(lstm(4), gru(3)),
      input('x', [2, 5, 6]),
      'gru "1": expected [B, T, D], received [2, 4] (output of lstm "0"). ' +
        "A recurrent layer before this one has to give its sequence: output: 'sequence'",
    ],
    [
      'has images where a sequence is wanted',
      rnn(4, { inputFeatures: 6 }),
      input('x', [2, 3, 5, 6]),
      'rnn: expected [B, T, 6], received [2, 3, 5, 6] (output of input)',
    ],
    [
      'has units that its pieces do not divide',
      sequential(linear(5), maxout(2)),
      batch(6),
      'maxout "1": expected a multiple of 2 pieces on axis 1, received [2, 5] (output of linear "0")',
    ],
    [
      'has elements that do not fill a shape',
      reshape([4, -1]),
      batch(6),
      'reshape: expected elements that fill [B, 4, -1], received [2, 6] (output of input)',
    ],
    [
      'has no channels for slopes',
      sequential(prelu({ isPerChannel: true })),
      input('x', [3]),
      'prelu "0": expected [B, C, ...], received [3] (output of input)',
    ],
    [
      'has no features to take from a scalar',
      sequential(linear(3)),
      input('x', []),
      'linear "0": expected [..., D], received [] (output of input)',
    ],
  ]
  for (const [name, model, x, message] of refused)
    test(name, () => {
      assert.throws(
        () => applyModel(model, x),
        error => error instanceof ShapeError && error.message === message,
      )
    })

  test('a layer of an unknown kind is refused with the known ones', () => {
    for (const kind of ['linaer', 'constructor', undefined])
      assert.throws(
        () => applyModel(sequential(linear(2), sequential({ kind } as never)), batch(6)),
        error =>
          error instanceof ConfigError &&
          /^model, layer "1\.0": expected one of linear, .*, received "(linaer"\. Did you mean linear\?|constructor"|undefined")$/.test(
            error.message,
          ),
      )
  })
})

const settings: readonly (readonly [make: () => LayerConfig, message: RegExp])[] = [
  [() => linear(0), /^linear features: expected a positive integer, received 0$/],
  [() => linear(1.5), /received 1\.5$/],
  [() => linear(Number.NaN), /received NaN$/],
  [() => dropout(1), /^dropout rate: expected a number in 0 <= x < 1, received 1$/],
  [() => dropout(-0.1), /received -0\.1$/],
  [() => dropout(Number.NaN), /received NaN$/],
  [() => gaussianNoise(-0.3), /^gaussianNoise std: expected a number >= 0, received -0\.3$/],
  [() => gaussianNoise(Number.NaN), /received NaN$/],
  [() => gaussianNoise(Number.POSITIVE_INFINITY), /received Infinity$/],
  [() => conv2d(0, 3), /^conv2d channels: expected a positive integer, received 0$/],
  [
    () => conv2d(2, [3, 0]),
    /^conv2d kernel: expected an integer from 1 on or two of them, .*\[3,0\]$/,
  ],
  [
    () => conv2d(3, 1, { groups: 2 }),
    /^conv2d groups: expected groups that divide 3 channels, received 2$/,
  ],
  [() => conv2d(3, 1, { padding: 'valid' as never }), /^conv2d padding: .* or "same", .*"valid"$/],
  [() => maxPool2d(2, { stride: 0 }), /^maxPool2d stride: .* received 0$/],
  [() => avgPool2d(2, { padding: -1 }), /^avgPool2d padding: expected an integer from 0 on .*-1$/],
  [() => zeroPad2d(1.5), /^zeroPad2d padding: .* received 1\.5$/],
  [() => rnn(0), /^rnn units: expected a positive integer, received 0$/],
  [
    () => lstm(3, { output: 'all' as never }),
    /^lstm output: expected "last" or "sequence", received "all"$/,
  ],
  [() => alphaDropout(1), /^alphaDropout rate: expected a number in 0 <= x < 1, received 1$/],
  [() => maxout(0), /^maxout pieces: expected a positive integer, received 0$/],
  [() => gelu({ approximate: 'sigmoid' as never }), /^gelu approximate: .*"sigmoid"$/],
  [() => reshape([-1, -1]), /^reshape: expected positive sizes, at most one of them -1, received/],
  [() => reshape([2.5]), /received \[2\.5\]$/],
  [() => embedding(0, 3), /^embedding count: expected a positive integer, received 0$/],
  [() => embedding(3, -1), /^embedding features: expected a positive integer, received -1$/],
  [
    () => batchNorm({ momentum: 2 }),
    /^batchNorm momentum: expected a number in 0 <= x <= 1, received 2$/,
  ],
  [() => batchNorm({ epsilon: 0 }), /^batchNorm epsilon: expected a number > 0, received 0$/],
  [() => layerNorm({ epsilon: -1 }), /^layerNorm epsilon: expected a number > 0, received -1$/],
  [
    () => layerNorm({ lastAxes: 0 }),
    /^layerNorm lastAxes: expected a positive integer, received 0$/,
  ],
  [() => sequential(), /^sequential: expected at least one layer, received none$/],
]
for (const [make, message] of settings)
  test(`settings out of range are refused: ${message.source}`, () => {
    assert.throws(make, error => error instanceof ConfigError && message.test(error.message))
  })

test('parameters carry their initialisers', () => {
  const { params } = applyModel(linear(3), batch(4))
  assert.deepEqual(params.get('weight')!.init, xavierUniform())
  assert.deepEqual(params.get('bias')!.init, zeros())
})

test('every value knows its layer, forward and backward', () => {
  const { output, params } = applyModel(sequential(linear(3), relu()), batch(4))
  const slopes = gradients(
    sum(output),
    [...params.values()].map(({ value }) => value),
  )
  const origins = new Set(
    valuesOf([output, ...slopes])
      .filter(({ op }) => op === 'matmul' || op === 'relu')
      .map(({ op, origin }) => `${op}: ${origin.kind} "${origin.path}" ${origin.pass}`),
  )
  assert.deepEqual(
    origins,
    new Set([
      'matmul: linear "0" forward',
      'relu: relu "1" forward',
      'matmul: linear "0" backward',
    ]),
  )
})

test("linear computes x W' + b", () => {
  const { output } = applyModel(linear(2), input('x', [1, 3]))
  const [y] = evaluate([output], {
    x: tensor([[1, 2, 3]]),
    weight: tensor([
      [1, 0, -1],
      [2, 1, 0],
    ]),
    bias: tensor([10, 20]),
  })
  assert.deepEqual([...y!.data], [8, 24])
})

test('dropout in training keeps what its mask keeps, scaled up, and passes gradients the same way', () => {
  const x = input('x', [4])
  const { output, masks } = applyModel(dropout(0.75), x, { isTraining: true })
  assert.equal(masks.get('mask')!.keepProbability, 0.25)
  const [y, dx] = evaluate([output, ...gradients(sum(output), [x])], {
    x: tensor([1, 2, 3, 4]),
    mask: tensor([1, 0, 0, 1], 'uint8'),
  })
  assert.deepEqual([...y!.data], [4, 0, 0, 16])
  assert.deepEqual([...dx!.data], [4, 0, 0, 4])
})

test('dropout in inference is the input itself', () => {
  const x = batch(3)
  assert.equal(applyModel(dropout(0.9), x).output, x)
})

test('gaussianNoise adds its noise in training, and passes gradients as they are', () => {
  const x = input('x', [3])
  const { output, noises } = applyModel(gaussianNoise(0.5), x, { isTraining: true })
  assert.deepEqual([...noises.keys()], ['noise'])
  const [y, dx] = evaluate([output, ...gradients(sum(output), [x])], {
    x: tensor([1, 2, 3]),
    noise: tensor([2, -1, 0]),
  })
  assert.deepEqual([...y!.data], [2, 1.5, 3])
  assert.deepEqual([...dx!.data], [1, 1, 1])
})

test('gaussianNoise in inference is the input itself', () => {
  const x = batch(3)
  assert.equal(applyModel(gaussianNoise(0.3), x).output, x)
})

test('alphaDropout keeps mean 0 and variance 1 of what selu gives', () => {
  const rows = 20_000
  const x = input('x', [rows], 'float64')
  const { output } = applyModel(alphaDropout(0.3), x, { isTraining: true })
  const data = new Float64Array(rows)
  fillNormal(keyOf(5), data, 0, 1)
  const mask = new Uint8Array(rows)
  fillMask(keyOf(6), mask, 0.7)
  const [y] = evaluate([output], {
    x: tensorOf('float64', [rows], data),
    mask: tensorOf('uint8', [rows], mask),
  })
  const values = [...y!.data]
  const average = values.reduce((a, b) => a + b, 0) / rows
  const variance = values.reduce((total, one) => total + one * one, 0) / rows - average ** 2
  // Five standard errors.
  assert.ok(Math.abs(average) < 5 / Math.sqrt(rows), `mean ${average}`)
  assert.ok(Math.abs(variance - 1) < 5 * Math.sqrt(2 / rows), `variance ${variance}`)
})

test('maxout takes the greatest of neighbours', () => {
  const { output } = applyModel(maxout(3), constant([[1, 5, 2, -3, -1, -2]]))
  assert.deepEqual([...evaluate([output])[0]!.data], [5, -1])
})

test('maxout gives its gradient to the greatest piece, and pieces that tie share it', () => {
  const x = input('x', [1, 6])
  const { output } = applyModel(maxout(3), x)
  const [slope] = evaluate(gradients(sum(mul(output, constant([4, 8]))), [x]), {
    x: tensor([[1, 5, 2, 3, 3, 3]]),
  })
  assert.deepEqual([...slope!.data], [0, 4, 0, 2, 2, 4])
})

test('embedding gives the rows that indices name, and gradients back to them', () => {
  const { output, params } = applyModel(embedding(3, 2), input('x', [3], 'int32'))
  const weight = params.get('weight')!
  const [y, slope] = evaluate([output, ...gradients(sum(output), [weight.value])], {
    x: tensor([2, 0, 2], 'int32'),
    weight: tensor([
      [1, 2],
      [3, 4],
      [5, 6],
    ]),
  })
  assert.deepEqual([...y!.data], [5, 6, 1, 2, 5, 6])
  assert.deepEqual([...slope!.data], [1, 1, 0, 0, 2, 2])
})
