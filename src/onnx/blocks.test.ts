import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { floats, nodesOf, runModel } from '../../test/run-model.ts'
import { evaluate } from '../engine/index.ts'
import { askForBlocks, channelsPerBlock } from '../engine/ort/blocks.ts'
import { ortEngine } from '../engine/ort/engine.ts'
import { nativeRuntime } from '../engine/ort/native.ts'
import {
  add,
  type ConvOptions,
  cast,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  exp,
  input,
  inputsOf,
  less,
  mul,
  pureProgram,
  relu,
  reshape,
  slice,
  sub,
  sum,
  type Value,
} from '../ir/index.ts'
import { encodeProgram, modelOf } from './index.ts'

const x = input('x', [2, 16, 5, 6])
const weight = input('weight', [32, 16, 3, 2])
const padded = { before: [1, 0], after: [1, 1] } as const
const y = conv2d(x, weight, padded)
const image = input('image', y.shape)
const scale = reshape(input('scale', [32]), [32, 1, 1])
const shift = input('shift', [1, 32, 1, 1])
const e = exp(y)
const scaled = mul(e, scale)
const dot = input('dot', [1, 16, 1, 1])
const inputSlope = (options: ConvOptions) =>
  conv2dInputGradient(input('dy', conv2d(x, weight, options).shape), weight, [5, 6], options)

const into = 'ReorderInput'
const out = 'ReorderOutput'
/** A convolution whose image is in blocks already: weights go into blocks twice. */
const blocked = [into, into, 'Conv']
/** Phases of a gradient by the image, and those of a line. */
const phase = ['Slice', ...blocked]
const line = [...phase, ...phase, 'Concat']

/** What becomes what, without the Reshapes, and how images are brought from one order into the other. */
const cases: readonly (readonly [name: string, y: Value, nodes: readonly string[]])[] = [
  ['a convolution', y, [into, ...blocked, out]],
  [
    'one of few channels, whose image stays as it is',
    conv2d(input('rgb', [2, 3, 5, 6]), input('w', [16, 3, 3, 3])),
    [into, 'Conv', out],
  ],
  [
    'one of channels that do not fill blocks',
    conv2d(input('x24', [2, 24, 5, 6]), input('w', [16, 24, 3, 3])),
    ['Conv'],
  ],
  ['one to such channels', conv2d(x, input('w', [24, 16, 3, 3])), ['Conv']],
  ['one in groups', conv2d(x, input('w', [32, 8, 3, 3]), { groups: 2 }), ['Conv']],
  [
    'one with strides and dilations',
    conv2d(x, weight, { strides: [2, 1], dilations: [1, 2] }),
    [into, ...blocked, out],
  ],
  ['a convolution and a bias', add(y, shift), [into, ...blocked, out]],
  ['a gradient by images', inputSlope(padded), [into, 'Transpose', 'Slice', ...blocked, out]],
  [
    'one with strides, whose phases are laid side by side',
    inputSlope({ strides: [1, 2], before: [1, 0], after: [1, 0] }),
    [into, 'Transpose', 'Slice', ...phase, ...phase, 'Concat', out],
  ],
  [
    'one with strides down and across',
    conv2dInputGradient(input('dy', [2, 32, 4, 3]), input('w', [32, 16, 4, 3]), [8, 6], {
      strides: [2, 2],
      before: [1, 1],
      after: [1, 0],
    }),
    [into, 'Transpose', 'Slice', ...line, ...line, 'Concat', out],
  ],
  [
    'one with strides that do not divide the image',
    inputSlope({ strides: [2, 1] }),
    ['ConvTranspose'],
  ],
  [
    'one with strides beyond the kernel',
    conv2dInputGradient(input('dy', [2, 32, 2, 3]), input('w', [32, 16, 1, 1]), [4, 6], {
      strides: [2, 2],
    }),
    ['ConvTranspose'],
  ],
  [
    'a gradient by weights, of images in either order',
    conv2dWeightGradient(
      relu(conv2d(x, input('w', [16, 16, 3, 2]), padded)),
      image,
      [3, 2],
      padded,
    ),
    [
      into,
      ...blocked,
      'Relu',
      out,
      'Transpose',
      'Pad',
      'Transpose',
      'Gather',
      'MatMul',
      'Transpose',
    ],
  ],
  ['elements', exp(mul(2, add(image, y))), [into, ...blocked, into, 'Add', 'Mul', 'Exp', out]],
  [
    'a mask of what is above 0',
    mul(image, cast(less(0, y), 'float32')),
    [into, ...blocked, 'Less', 'Cast', into, 'Mul', out],
  ],
  ['a scale by channels', mul(scale, y), [into, ...blocked, 'Conv', out]],
  [
    'a difference by channels',
    sub(exp(y), shift),
    [into, ...blocked, 'Exp', 'ConstantOfShape', 'Neg', 'Conv', out],
  ],
  [
    'a scale and a shift by channels, and another image',
    add(image, add(mul(exp(y), scale), shift)),
    [into, ...blocked, 'Exp', into, 'Conv', out],
  ],
  [
    'two images scaled by channels and a shift',
    add(add(mul(e, scale), mul(shift, e)), shift),
    [into, ...blocked, 'Exp', 'Conv', 'Conv', out],
  ],
  [
    'a sum with a scaled image that is also read elsewhere',
    add(scaled, exp(scaled)),
    [into, ...blocked, 'Exp', 'Conv', 'Exp', 'Add', out],
  ],
  ['a scale by planes', mul(input('planes', [2, 32, 1, 1]), y), [into, ...blocked, 'Conv', out]],
  ['a number per column', mul(y, input('columns', [6])), [into, ...blocked, out, 'Mul']],
  [
    'sums of channels',
    sum(y, [0, 2, 3]),
    [into, ...blocked, 'GlobalAveragePool', 'Mul', 'ReduceSum'],
  ],
  ['sums of planes', sum(y, [2, 3]), [into, ...blocked, 'GlobalAveragePool', 'Mul']],
  ['sums of rows', sum(y, 3), [into, ...blocked, out, 'ReduceSum']],
  [
    'sums of products',
    sum(mul(y, image), [0, 2, 3]),
    [into, ...blocked, into, 'Conv', 'ReduceSum'],
  ],
  ['part of an image', slice(y, [0, 0, 0, 0], [1, 32, 2, 2]), [into, ...blocked, out, 'Slice']],
  [
    'one pixel and one example, where everything is a number per channel',
    add(mul(conv2d(dot, input('w', [16, 16, 1, 1])), dot), dot),
    [into, ...blocked, 'Mul', 'Add', out],
  ],
]

const runtime = await nativeRuntime({ threads: 1 })
const perBlock = await channelsPerBlock((program, size) =>
  ortEngine({ ...runtime, perBlock: size }).compile(program),
)
const skip = perBlock ? false : 'ONNX Runtime has no blocks on this processor'
const options = { perBlock: perBlock ?? 16 }

describe('with channels in blocks', { skip }, () => {
  for (const [name, value, nodes] of cases)
    test(`${name} becomes ${nodes.join(', ')} and computes the same`, async () => {
      const found = nodesOf(value, options)
      assert.deepEqual(
        found.filter(node => node !== 'Reshape'),
        nodes,
      )
      const program = pureProgram({ y: value })
      const feeds = Object.fromEntries(
        [...inputsOf(program)].map(([key, { shape }]) => [key, floats(...shape)]),
      )
      const results = await runModel(encodeProgram(program, options), feeds)
      assertTensor(results.y, evaluate([value], feeds)[0]!, { epsilons: 64, scale: 1 })
    })

  test('a value that is asked for in both orders is brought out of blocks once', () => {
    const program = pureProgram({ y, z: add(sum(y, 3, true), relu(y)) })
    const { graph } = modelOf(program, options)
    assert.equal(graph?.node?.filter(({ opType }) => opType === out).length, 2)
  })
})

test('a program that cannot be compiled or gives other numbers has no blocks', async () => {
  const refusing = async () => Promise.reject(new Error('no such operator'))
  assert.equal(await askForBlocks(refusing), undefined)
  const wrong = {
    moved: floats(2, 16, 4, 4),
    sums: floats(16),
    squares: floats(16),
    spread: floats(2, 16, 8, 8),
  }
  const lying = async () => ({ run: async () => wrong, release: async () => {} })
  assert.equal(await askForBlocks(lying), undefined)
})
