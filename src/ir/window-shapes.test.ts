import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DTypeError, type JustrightError, ShapeError } from '../base/index.ts'
import {
  averagePool2d,
  averagePool2dGradient,
  type ConvOptions,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  input,
  maxPool2d,
  maxPool2dGradient,
  type Pair,
  type Value,
  withOrigin,
} from './index.ts'

const x = input('x', [2, 4, 5, 6])
const weight = input('weight', [8, 4, 3, 3])
const y = input('y', [2, 8, 3, 4])
const flat = input('flat', [2, 4])
const double = input('double', [8, 4, 3, 3], 'float64')
const bytes = input('bytes', [2, 4, 5, 6], 'uint8')
const pooled = input('pooled', [2, 4, 2, 3])
const half = { kernel: [2, 2] } as const

type Raised = abstract new (...args: never[]) => JustrightError

/** Everything that windows are refused for, with what is said. */
const refusals: readonly (readonly [
  name: string,
  build: () => Value,
  message: RegExp,
  kind?: Raised,
])[] = [
  [
    'a kernel larger than the padded input',
    () => conv2d(x, input('w', [8, 4, 8, 3]), { before: [1, 0], after: [1, 0] }),
    /^conv2d in conv2d: expected a kernel of at most \[7, 6\], the padded input, received \[8, 3\]$/,
  ],
  [
    'a kernel that dilation makes larger than the padded input',
    () => conv2d(x, weight, { dilations: [3, 1] }),
    /at most \[5, 6\], the padded input, received \[3, 3\], which reaches over \[7, 3\]$/,
  ],
  [
    'a pool larger than its input',
    () => maxPool2d(x, { kernel: [6, 2] }),
    /^maxPool2d in maxPool2d: expected a kernel of at most \[5, 6\], the padded input, received \[6, 2\]$/,
  ],
  [
    'groups that do not divide the input channels',
    () => conv2d(x, weight, { groups: 3 }),
    /expected groups that divide 4 input channels, received 3$/,
  ],
  [
    'groups that do not divide the output channels',
    () => conv2d(x, input('w', [6, 1, 3, 3]), { groups: 4 }),
    /expected groups that divide 6 output channels, received 4$/,
  ],
  [
    'weights of other channels',
    () => conv2d(x, input('w', [8, 3, 3, 3])),
    /expected weights \[O, C\/groups, kh, kw\] \[8, 4, 3, 3\], received \[8, 3, 3, 3\] \(output of input\)$/,
  ],
  [
    'images without an axis',
    () => conv2d(flat, weight),
    /^conv2d in conv2d: expected x \[B, C, H, W\], received \[2, 4\] \(output of input\)$/,
  ],
  ['weights without an axis', () => conv2d(x, flat), /expected weights \[O, C\/groups, kh, kw\]/],
  ['a pool of a matrix', () => averagePool2d(flat, half), /expected x \[B, C, H, W\]/],
  [
    'a stride of 0',
    () => conv2d(x, weight, { strides: [0, 1] }),
    /expected strides of integers from 1 on, received \[0, 1\]$/,
  ],
  [
    'padding below 0',
    () => conv2d(x, weight, { after: [0, -1] }),
    /expected after of integers from 0 on, received \[0, -1\]$/,
  ],
  [
    'half a dilation',
    () => conv2d(x, weight, { dilations: [0.5, 1] }),
    /expected dilations of integers from 1 on, received \[0\.5, 1\]$/,
  ],
  ['no group', () => conv2d(x, weight, { groups: 0 }), /expected groups of integers from 1 on/],
  [
    'a pool of nothing',
    () => maxPool2d(x, { kernel: [0, 1] }),
    /expected kernel of integers from 1 on, received \[0, 1\]$/,
  ],
  [
    'padding in which a window could lie alone',
    () => averagePool2d(x, { ...half, before: [0, 2] }),
    /expected less padding than the kernel \[2, 2\], received \[0, 2\] before and \[0, 0\] after$/,
  ],
  [
    'a gradient of another size than the windows give',
    () => conv2dInputGradient(y, weight, [5, 5]),
    /^conv2dInputGradient in .*: expected dy \[B, O, h, w\] \[2, 8, 3, 3\], received \[2, 8, 3, 4\]/,
  ],
  [
    'a gradient of another batch than the images',
    () => conv2dWeightGradient(x, input('dy', [3, 8, 3, 4]), [3, 3]),
    /expected dy \[B, O, h, w\] \[2, 8, 3, 4\], received \[3, 8, 3, 4\]/,
  ],
  [
    'a gradient of a kernel that does not fit',
    () => conv2dWeightGradient(x, y, [3, 2]),
    /expected dy \[B, O, h, w\] \[2, 8, 3, 5\], received \[2, 8, 3, 4\]/,
  ],
  [
    'maxima of another shape than the windows give',
    () => maxPool2dGradient(x, y, pooled, half),
    /expected y \[B, C, h, w\] \[2, 4, 2, 3\], received \[2, 8, 3, 4\]/,
  ],
  [
    'a gradient of another shape than the maxima',
    () => maxPool2dGradient(x, pooled, y, half),
    /expected dy \[B, C, h, w\] \[2, 4, 2, 3\], received \[2, 8, 3, 4\]/,
  ],
  [
    'a gradient of another shape than the means',
    () => averagePool2dGradient(pooled, [6, 6], half),
    /expected dy \[B, C, h, w\] \[2, 4, 3, 3\], received \[2, 4, 2, 3\]/,
  ],
  [
    'weights of another element type',
    () => conv2d(x, double),
    /^conv2d in conv2d: expected float32, received float64/,
    DTypeError,
  ],
  [
    'bytes in a convolution',
    () => conv2d(bytes, weight),
    /^conv2d in conv2d: expected float32 or float64, received uint8 .*Convert it with cast\(\)/,
    DTypeError,
  ],
  [
    'bytes in a pool',
    () => maxPool2d(bytes, half),
    /expected float32 or float64, received uint8/,
    DTypeError,
  ],
]

describe('windows refuse', () => {
  for (const [name, build, message, kind = ShapeError] of refusals)
    test(name, () => {
      assert.throws(build, error => error instanceof kind && message.test(error.message))
    })

  test('and say which layer they are of', () => {
    assert.throws(
      () => withOrigin({ kind: 'conv2d', path: 'stem' }, () => conv2d(flat, weight)),
      /^ShapeError: conv2d "stem" in conv2d: expected x \[B, C, H, W\]/,
    )
  })
})

/** Sizes that follow: H = 5 and W = 6 under a kernel of 3 x 3. */
const sizes: readonly (readonly [options: ConvOptions, size: Pair])[] = [
  [{}, [3, 4]],
  [{ strides: [2, 2] }, [2, 2]],
  [{ before: [1, 1], after: [1, 1] }, [5, 6]],
  [{ before: [0, 2] }, [3, 6]],
  [{ dilations: [2, 1] }, [1, 4]],
  [{ strides: [3, 4], before: [1, 1], after: [2, 1] }, [2, 2]],
]

for (const [options, size] of sizes)
  test(`a convolution with ${JSON.stringify(options)} has size [${size}], and its transposes fit`, () => {
    const result = conv2d(x, weight, options)
    assert.deepEqual(result.shape, [2, 8, ...size])
    assert.deepEqual(conv2dInputGradient(result, weight, [5, 6], options).shape, x.shape)
    assert.deepEqual(conv2dWeightGradient(x, result, [3, 3], options).shape, weight.shape)
  })
