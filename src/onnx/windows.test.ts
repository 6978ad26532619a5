import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { floats, nodesOf, runModel } from '../../test/run-model.ts'
import { evaluate } from '../engine/index.ts'
import {
  add,
  averagePool2dGradient,
  type ConvOptions,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  input,
  inputsOf,
  maxPool2d,
  maxPool2dGradient,
  mul,
  type Pair,
  pureProgram,
  reshape,
  sum,
  type Value,
} from '../ir/index.ts'
import { encodeProgram, type ModelOptions } from './index.ts'

const x = input('x', [2, 8, 5, 6])
const weight = input('weight', [4, 8, 3, 2])
const bias = input('bias', [4])
const perChannel = reshape(bias, [1, 4, 1, 1])
const convolved = conv2d(x, weight)

const inputSlope = (options: ConvOptions): Value =>
  conv2dInputGradient(input('dy', conv2d(x, weight, options).shape), weight, [5, 6], options)
const weightSlope = (channels: number, options: ConvOptions = {}, kernel: Pair = [3, 2]): Value => {
  const { groups = 1 } = options
  const image = input('image', [2, channels, 5, 6])
  const y = conv2d(image, input('w', [4, channels / groups, ...kernel]), options)
  return conv2dWeightGradient(image, input('dy', y.shape), kernel, options)
}
const poolSlope = (height: number, kernel: number, stride: number): Value => {
  const image = input('image', [2, 3, height, 6])
  const options = { kernel: [kernel, kernel], strides: [stride, stride] } as const
  const pooled = maxPool2d(image, options)
  return maxPool2dGradient(image, pooled, input('dy', pooled.shape), options)
}

/** What windows become, by the ways that are fast for them. */
const cases: readonly (readonly [
  name: string,
  y: Value,
  nodes: readonly string[],
  options?: ModelOptions,
])[] = [
  ['a convolution and a bias', add(convolved, perChannel), ['Conv']],
  ['a bias and a convolution', add(perChannel, convolved), ['Conv']],
  [
    'a convolution that is also read elsewhere',
    add(add(convolved, perChannel), convolved),
    ['Conv', 'Reshape', 'Add', 'Add'],
  ],
  [
    'a convolution and a bias of its channels',
    add(convolved, input('b', [4, 1, 1])),
    ['Reshape', 'Conv'],
  ],
  ['a convolution and an image', add(convolved, input('full', [2, 4, 3, 5])), ['Conv', 'Add']],
  ['a convolution and a number', add(convolved, 2), ['Conv', 'Add']],
  ['a convolution and a number per column', add(convolved, input('c', [5])), ['Conv', 'Add']],
  ['a gradient by images', inputSlope({}), ['Reshape', 'Transpose', 'Reshape', 'Slice', 'Conv']],
  ['one with strides', inputSlope({ strides: [2, 1] }), ['ConvTranspose']],
  ['one with padding beyond the kernel', inputSlope({ before: [3, 0] }), ['ConvTranspose']],
  [
    'a gradient by weights of many channels and few windows',
    weightSlope(8, { strides: [2, 1], before: [1, 0], dilations: [1, 2] }),
    [
      'Transpose',
      'Pad',
      'Reshape',
      'Transpose',
      'Reshape',
      'Gather',
      'Reshape',
      'MatMul',
      'Reshape',
      'Transpose',
    ],
  ],
  [
    'one of few channels',
    weightSlope(2, { strides: [2, 1], before: [1, 0], dilations: [1, 2] }),
    ['Reshape', 'Conv', 'Reshape', 'Reshape', 'FusedMatMul', 'ReduceSum', 'Transpose', 'Reshape'],
  ],
  [
    'one of groups',
    weightSlope(8, { groups: 2 }),
    ['Reshape', 'Conv', 'Reshape', 'Reshape', 'FusedMatMul', 'ReduceSum', 'Transpose', 'Reshape'],
  ],
  [
    'one of every second element',
    weightSlope(8, { strides: [2, 2] }, [1, 1]),
    ['Reshape', 'Conv', 'Reshape', 'Reshape', 'FusedMatMul', 'ReduceSum', 'Transpose', 'Reshape'],
  ],
  [
    'one of every element',
    weightSlope(8, {}, [1, 1]),
    ['Reshape', 'Reshape', 'Reshape', 'FusedMatMul', 'ReduceSum', 'Transpose', 'Reshape'],
  ],
  [
    'one by the standard alone',
    weightSlope(2, {}, [2, 2]),
    [
      'Reshape',
      'Conv',
      'Reshape',
      'Reshape',
      'Transpose',
      'MatMul',
      'ReduceSum',
      'Transpose',
      'Reshape',
    ],
    { dialect: 'standard' },
  ],
  [
    'a gradient of maxima side by side',
    poolSlope(4, 2, 2),
    [
      'MaxPool',
      'Resize',
      'Equal',
      'Cast',
      'Mul',
      'MaxPool',
      'Resize',
      'Equal',
      'Cast',
      'Resize',
      'Mul',
    ],
  ],
  [
    'a gradient of maxima of windows that overlap',
    poolSlope(4, 3, 1),
    ['MaxPool', 'MaxPool', 'ConstantOfShape', 'Reshape', 'Reshape', 'ScatterElements', 'Reshape'],
  ],
  [
    'a gradient of means side by side',
    averagePool2dGradient(input('dy', [2, 3, 2, 2]), [4, 5], { kernel: [2, 2] }),
    ['Div', 'Resize', 'Pad'],
  ],
]

const planes = input('planes', [2, 3, 16, 32])
const others = input('others', [2, 3, 16, 32])
const dots = ['Reshape', 'Reshape', 'FusedMatMul', 'ReduceSum', 'Reshape']
const small = input('small', [2, 3, 5, 5])
const product = mul(planes, others)

/** Sums over everything but the channels, as batch normalisation has them. */
const sums: typeof cases = [
  ['sums of products over planes', sum(product, [0, 2, 3]), dots],
  ['sums of squares over kept axes', sum(mul(planes, planes), [0, 2, 3], true), dots],
  ['sums over small planes', sum(mul(small, small), [0, 2, 3]), ['Mul', 'ReduceSum']],
  [
    'sums with a factor stretched',
    sum(mul(planes, input('c', [3, 1, 1])), [0, 2, 3]),
    ['Mul', 'ReduceSum'],
  ],
  [
    'sums over other axes',
    sum(product, [0, 1, 2]),
    ['Mul', 'ConstantOfShape', 'Reshape', 'MatMul', 'Reshape'],
  ],
  [
    'sums of products read elsewhere',
    add(sum(product, [0, 2, 3], true), product),
    ['Mul', 'ReduceSum', 'Add'],
  ],
]

/** The same numbers from ONNX Runtime as from the reference. */
async function holds(y: Value, options?: ModelOptions): Promise<void> {
  const program = pureProgram({ y })
  const feeds = Object.fromEntries(
    [...inputsOf(program)].map(([name, { shape }]) => [name, floats(...shape)]),
  )
  const found = await runModel(encodeProgram(program, options), feeds)
  assertTensor(found.y, evaluate([y], feeds)[0]!, { epsilons: 64, scale: 4 })
}

describe('windows', () => {
  for (const [name, y, nodes, options] of [...cases, ...sums])
    test(`${name}: ${nodes.join(', ')}, which computes the same`, async () => {
      assert.deepEqual(nodesOf(y, options), nodes)
      await holds(y, options)
    })

  for (const [what, size, kernel, counts, ops] of [
    ['planes', [2, 64, 64, 64], [3, 3], [62, 62], /^(FusedMatMul|Add)$/],
    ['pixels', [64, 66, 17, 17], [16, 16], [2, 2], /^(MatMul|Gemm)$/],
  ] as const)
    test(`a gradient by weights of more ${what} than 16 MiB is added up in parts`, async () => {
      const dy = input('dy', [size[0], 1, ...counts])
      const y = conv2dWeightGradient(input('image', size), dy, kernel)
      const found = nodesOf(y).filter(op => ops.test(op))
      assert.ok(found.length > 1, found.join())
      await holds(mul(y, 0.01))
    })
})
