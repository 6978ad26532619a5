import { type Shape, sizeOf, type Tensor, tensorOf } from '../src/base/index.ts'
import {
  abs,
  add,
  averagePool2d,
  averagePool2dGradient,
  broadcast,
  type ConvOptions,
  cast,
  concat,
  constant,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  div,
  equal,
  erf,
  exp,
  floor,
  gather,
  input,
  less,
  log,
  logSoftmax,
  matmul,
  max,
  maxPool2d,
  maxPool2dGradient,
  min,
  mul,
  neg,
  type OpName,
  type PoolOptions,
  pad,
  pow,
  reduceMax,
  relu,
  reshape,
  scatterAdd,
  sigmoid,
  sign,
  slice,
  sqrt,
  stopGradient,
  sub,
  sum,
  tanh,
  transpose,
  type Value,
  where,
} from '../src/ir/index.ts'
import { wave } from './gradient-check.ts'

/** A function of one or two values with an op in it, and where to differentiate it. */
export type GradientCase = readonly [
  name: string,
  op: OpName,
  f: Pair,
  shapes: readonly Shape[],
  /** From numbers in -1 .. 1 to the op's domain, away from kinks. */
  domain?: (x: number) => number,
]
type Pair = (a: Value, b: Value) => Value

const positive = (x: number): number => 1.5 + x
const awayFromZero = (x: number): number => x + Math.sign(x) / 2
const indices = (values: Parameters<typeof constant>[0]) => constant(values, 'int32')
const pairs: readonly (readonly [name: string, shapes: readonly Shape[]])[] = [
  [
    'of equal shapes',
    [
      [2, 3],
      [2, 3],
    ],
  ],
  ['with a row stretched', [[2, 3], [3]]],
  [
    'with a row and a column stretched',
    [
      [2, 1],
      [1, 3],
    ],
  ],
  ['with a scalar stretched', [[], [2, 2]]],
  [
    'with middle axes stretched',
    [
      [2, 1, 2],
      [1, 3, 1],
    ],
  ],
]
const stretched = (op: OpName, f: Pair, domain?: (x: number) => number): GradientCase[] =>
  pairs.map(([name, shapes]) => (domain ? [name, op, f, shapes, domain] : [name, op, f, shapes]))
const isTransposed = [false, true]
const convolutions: readonly (readonly [
  name: string,
  x: Shape,
  weight: Shape,
  options: ConvOptions,
])[] = [
  ['of two channels', [2, 2, 3, 3], [2, 2, 2, 2], {}],
  [
    'with strides, padding and rows left over',
    [1, 1, 5, 4],
    [1, 1, 3, 2],
    { strides: [3, 2], before: [1, 0], after: [1, 2] },
  ],
  ['of groups, weights spread apart', [1, 2, 4, 3], [4, 1, 2, 2], { groups: 2, dilations: [2, 1] }],
]
const pools: readonly (readonly [name: string, x: Shape, options: PoolOptions])[] = [
  ['side by side', [1, 2, 4, 5], { kernel: [2, 2] }],
  [
    'that overlap, with padding',
    [1, 1, 4, 3],
    { kernel: [3, 2], strides: [1, 2], before: [2, 1], after: [0, 1] },
  ],
]
const condition = constant([[true, false, true]], 'bool')

/** Every op that gradients exist for, over all the ways its operands can be arranged. */
export const gradientCases: readonly GradientCase[] = [
  ['of a matrix', 'neg', neg, [[2, 3]]],
  ['away from 0', 'abs', abs, [[2, 3]], awayFromZero],
  ['of a matrix', 'exp', exp, [[2, 3]]],
  ['of positive numbers', 'log', log, [[2, 3]], positive],
  ['of positive numbers', 'sqrt', sqrt, [[2, 3]], positive],
  ['of a matrix', 'tanh', tanh, [[2, 3]]],
  ['of a matrix', 'sigmoid', sigmoid, [[2, 3]]],
  ['away from 0', 'relu', relu, [[2, 3]], awayFromZero],
  ['of a matrix', 'erf', erf, [[2, 3]]],
  ['of the same type', 'cast', x => cast(x, 'float64'), [[2, 3]]],
  ...stretched('add', add),
  ...stretched('sub', sub),
  ...stretched('mul', mul),
  ...stretched('div', div, positive),
  ...stretched('pow', pow, positive),
  ...stretched('max', max),
  ...stretched('min', min),
  ['of one value with itself', 'mul', x => mul(x, x), [[2, 3]]],
  ['by a negative constant', 'pow', x => pow(x, -2), [[2, 3]], awayFromZero],
  [
    'picks',
    'where',
    (a, b) => where(condition, a, b),
    [
      [2, 3],
      [2, 3],
    ],
  ],
  ['stretches', 'where', (a, b) => where(condition, a, b), [[2, 1], [3]]],
  ['over everything', 'reduceSum', x => sum(x), [[2, 3]]],
  ['over the outer axes', 'reduceSum', x => sum(x, [0, 2]), [[2, 3, 2]]],
  ['over a kept axis', 'reduceSum', x => sum(x, 1, true), [[2, 3]]],
  ['over everything', 'reduceMax', x => reduceMax(x), [[2, 3]]],
  ['over the outer axes', 'reduceMax', x => reduceMax(x, [0, 2]), [[2, 3, 2]]],
  ['over a kept axis', 'reduceMax', x => reduceMax(x, 1, true), [[2, 3]]],
  ['along the last axis', 'logSoftmax', x => logSoftmax(x), [[2, 3]]],
  ['along the first axis', 'logSoftmax', x => logSoftmax(x, 0), [[2, 3]]],
  ...isTransposed.flatMap(transposeA =>
    isTransposed.flatMap((transposeB): GradientCase[] => {
      const f: Pair = (a, b) => matmul(a, b, { transposeA, transposeB })
      const name = `${transposeA ? "A'" : 'A'} ${transposeB ? "B'" : 'B'}`
      const a = transposeA ? [3, 2] : [2, 3]
      const b = transposeB ? [4, 3] : [3, 4]
      return [
        [name, 'matmul', f, [a, b]],
        [
          `${name} in batches`,
          'matmul',
          f,
          [
            [2, ...a],
            [2, ...b],
          ],
        ],
        [`${name} with one matrix for a batch`, 'matmul', f, [[2, ...a], b]],
        [
          `${name} stretched both ways`,
          'matmul',
          f,
          [
            [2, 1, ...a],
            [3, ...b],
          ],
        ],
      ]
    }),
  ),
  ...convolutions.flatMap(([name, x, weight, options]): GradientCase[] => {
    const y = conv2d(input('x', x), input('weight', weight), options).shape
    const size = [x[2]!, x[3]!] as const
    const kernel = [weight[2]!, weight[3]!] as const
    return [
      [name, 'conv2d', (a, b) => conv2d(a, b, options), [x, weight]],
      [
        name,
        'conv2dInputGradient',
        (a, b) => conv2dInputGradient(a, b, size, options),
        [y, weight],
      ],
      [name, 'conv2dWeightGradient', (a, b) => conv2dWeightGradient(a, b, kernel, options), [x, y]],
    ]
  }),
  ...pools.flatMap(([name, x, options]): GradientCase[] => {
    const y = averagePool2d(input('x', x), options).shape
    const peaks = constant(tensorOf('float64', x, wave(sizeOf(x))))
    return [
      [name, 'maxPool2d', a => maxPool2d(a, options), [x]],
      [
        name,
        'maxPool2dGradient',
        a => maxPool2dGradient(peaks, maxPool2d(peaks, options), a, options),
        [y],
      ],
      ...[true, false].flatMap((countIncludePad): GradientCase[] => {
        const all = { ...options, countIncludePad }
        const what = `${name}, padding ${countIncludePad ? 'counted' : 'left out'}`
        return [
          [what, 'averagePool2d', a => averagePool2d(a, all), [x]],
          [what, 'averagePool2dGradient', a => averagePool2dGradient(a, [x[2]!, x[3]!], all), [y]],
        ]
      }),
    ]
  }),
  ['to other axes', 'reshape', x => reshape(x, [3, 1, 2]), [[2, 3]]],
  ['in a cycle of axes', 'transpose', x => transpose(x, [1, 2, 0]), [[2, 3, 2]]],
  ['of a scalar', 'broadcast', x => broadcast(x, [2, 2]), [[]]],
  ['of a middle axis', 'broadcast', x => broadcast(x, [2, 3, 2]), [[2, 1, 2]]],
  ['of a block', 'slice', x => slice(x, [0, 1], [1, 3]), [[2, 3]]],
  ['before and after', 'pad', x => pad(x, [1, 0], [0, 2]), [[2, 3]]],
  [
    'of three operands',
    'concat',
    (a, b) => concat([a, b, a], 1),
    [
      [2, 2],
      [2, 1],
    ],
  ],
  ['with a row picked twice', 'gather', x => gather(x, indices([2, 0, 2])), [[3, 2]]],
  ['by a matrix along the last axis', 'gather', x => gather(x, indices([[1, 1]]), 1), [[2, 3]]],
  ['with a row added twice', 'scatterAdd', x => scatterAdd(x, indices([2, 0, 2]), 4), [[3, 2]]],
  [
    'by a matrix along a middle axis',
    'scatterAdd',
    x => scatterAdd(x, indices([[1, 1]]), 3, 1),
    [[2, 1, 2, 2]],
  ],
]

/** Ops whose result does not change smoothly with an operand, on an operand x that should get zeros. */
export const flat: Partial<Record<OpName, (x: Value) => Value>> = {
  sign,
  floor,
  stopGradient,
  equal: x => cast(equal(x, 1), 'float64'),
  less: x => cast(less(x, 1), 'float64'),
  cast: x => cast(cast(x, 'int32'), 'float64'),
}
/** Ops without an operand or a result that gradients exist for. */
export const withoutGradient: readonly OpName[] = ['input', 'constant', 'not', 'argMax', 'oneHot']

/** Operands of a case. */
export function operandsOf([, , , shapes, domain = x => x]: GradientCase): Tensor[] {
  const elements = wave(shapes.reduce((n, shape) => n + sizeOf(shape), 0)).map(domain)
  let start = 0
  return shapes.map(shape => {
    const data = elements.slice(start, start + sizeOf(shape))
    start += data.length
    return tensorOf('float64', shape, data)
  })
}
