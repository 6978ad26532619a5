import { type Shape, sizeOf, type TensorLike } from '../../src/base/index.ts'
import {
  type ConvOptions,
  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  type Pair,
} from '../../src/ir/index.ts'
import { byHand, ieee, type OpCase } from './op-case.ts'

/** Where the elements of convolutions and pools come from; integers, so that they are exact. */
export const pytorch = 'PyTorch 1.13, float64, forward and autograd'

/** A flat list as nested lists. */
export function nest(shape: Shape, flat: readonly number[]): TensorLike {
  if (shape.length <= 1) return flat
  const rest = shape.slice(1)
  const size = sizeOf(rest)
  return Array.from({ length: shape[0]! }, (_, i) =>
    nest(rest, flat.slice(i * size, (i + 1) * size)),
  )
}

/** Integers from -3 to 3 that repeat after seven: `(i step) mod 7 - 3`. */
export function integers(shape: Shape, step: number): TensorLike {
  return nest(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => ((i * step) % 7) - 3),
  )
}

interface Convolution {
  readonly name: string
  readonly x: Shape
  readonly weight: Shape
  readonly y: Shape
  readonly options: ConvOptions
  readonly expected: { readonly [part in 'y' | 'dx' | 'dw']: readonly number[] }
}

/** Of x = integers(…, 3), weights = integers(…, 4) and dy = integers(…, 5). */
const convolutions: readonly Convolution[] = [
  {
    name: 'of one channel',
    x: [1, 1, 3, 4],
    weight: [1, 1, 2, 2],
    y: [1, 1, 2, 3],
    options: {},
    expected: {
      y: [1, 9, -18, -2, -1, 0],
      dx: [9, -9, 2, 0, 12, -21, 4, 1, 4, -10, 4, 2],
      dw: [0, 10, -2, 1],
    },
  },
  {
    name: 'over all channels, per output channel',
    x: [2, 2, 3, 3],
    weight: [3, 2, 2, 2],
    y: [2, 3, 2, 2],
    options: {},
    expected: {
      y: [
        6, 11, -7, -9, 9, -9, -3, -7, 12, -1, -13, 9, -9, 10, 6, 11, -7, -11, 9, -9, 9, 10, 12, -1,
      ],
      dx: [
        8, -10, 0, 13, -10, 13, 0, -10, 8, 12, -14, 6, -10, 4, -20, 1, 15, -3, -1, 6, -3, 7, -10,
        -9, 10, -5, 3, -1, 1, 6, 11, -12, 13, -7, 5, -5,
      ],
      dw: [
        18, 13, 17, -23, -20, 17, 14, -19, -19, 8, 6, 5, 21, 6, -17, -4, 0, -11, -12, 5, 27, -12, 1,
        -10,
      ],
    },
  },
  {
    name: 'with different strides, rows and columns left over',
    x: [1, 1, 6, 4],
    weight: [1, 1, 2, 3],
    y: [1, 1, 2, 2],
    options: { strides: [3, 2], before: [0, 1], after: [1, 1] },
    expected: {
      y: [-11, -9, -10, -16],
      dx: [-3, 0, 2, -4, 3, -5, -2, 6, 0, 0, 0, 0, 0, 6, -2, 4, 0, -4, 2, -6, 0, 0, 0, 0],
      dw: [-2, 21, -2, -2, -8, 4],
    },
  },
  {
    name: 'with padding on one side',
    x: [1, 1, 3, 3],
    weight: [1, 1, 3, 2],
    y: [1, 1, 3, 3],
    options: { before: [2, 0], after: [0, 1] },
    expected: {
      y: [3, 9, -3, 13, -2, -4, 5, -2, -5],
      dx: [10, -13, 1, 4, -5, -2, 1, 0, -11],
      dw: [9, -9, 0, 13, 23, -1],
    },
  },
  {
    name: 'with weights spread apart',
    x: [1, 1, 5, 4],
    weight: [1, 1, 2, 2],
    y: [1, 1, 2, 2],
    options: { dilations: [3, 2] },
    expected: {
      y: [10, -3, -7, 1],
      dx: [9, -6, -3, 2, 0, 6, 0, -2, 0, 0, 0, 0, 6, -4, -6, 4, 0, 4, 0, -4],
      dw: [13, -5, 10, 13],
    },
  },
  {
    name: 'with weights spread apart, strides and padding',
    x: [1, 2, 7, 6],
    weight: [1, 2, 3, 2],
    y: [1, 1, 3, 4],
    options: { strides: [2, 1], before: [1, 1], after: [2, 0], dilations: [2, 3] },
    expected: {
      y: [2, -5, 1, 7, 4, -12, 14, -9, -2, -3, 7, -11],
      dx: [
        0, 0, 0, 0, 0, 0, -7, 3, 10, 5, -1, -7, 0, 0, 0, 0, 0, 0, -4, 8, -2, 8, -4, -9, 0, 0, 0, 0,
        0, 0, -1, 5, 10, 3, -7, -3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, -5, -7, 3, 13, 0, 0,
        0, 0, 0, 0, 5, -1, -16, -4, 8, -1, 0, 0, 0, 0, 0, 0, 2, -4, -10, -1, 5, -3, 0, 0, 0, 0, 0,
        0,
      ],
      dw: [11, 9, 11, -14, 0, -3, 11, 9, 11, -14, 0, -3],
    },
  },
  {
    name: 'of groups',
    x: [2, 4, 2, 3],
    weight: [6, 2, 2, 2],
    y: [2, 6, 1, 3],
    options: { groups: 2, before: [0, 1], after: [0, 0] },
    expected: {
      y: [
        -11, 8, -8, 10, -14, -4, -18, 27, -7, -2, -7, 27, -7, -4, -14, -5, -8, 8, 16, -12, 14, -1,
        16, -9, -4, -5, -4, -5, 18, -4, 1, 8, -9, -7, 5, 14,
      ],
      dx: [
        2, -13, 2, -2, -8, 5, 1, 18, -6, -3, 2, -3, 0, 2, -12, -7, 18, 7, 7, -8, 5, 7, -13, 3, -2,
        4, 1, 2, 10, 1, 20, -5, -6, -11, -6, 1, -6, -11, 7, -5, 20, -12, 10, 2, -10, 4, -2, -8,
      ],
      dw: [
        -9, 10, 2, 7, 6, -3, 3, -13, -11, 16, 1, -3, 6, -22, 4, 1, 8, 15, 7, -20, -1, 1, -16, 8, 13,
        -22, -1, -3, -1, 16, 13, 0, 8, -3, -19, 7, 10, 10, 11, -22, -11, 2, -2, 3, 7, -10, -5, -9,
      ],
    },
  },
  {
    name: 'of each channel for itself',
    x: [1, 3, 3, 3],
    weight: [3, 1, 2, 2],
    y: [1, 3, 3, 2],
    options: { groups: 3, strides: [1, 2], before: [1, 0], after: [0, 1] },
    expected: {
      y: [6, -6, 15, -5, -3, 6, 3, 0, -9, -2, -4, 3, 6, 2, 0, 7, -7, -1],
      dx: [
        6, -6, 2, -9, 3, 1, -6, 6, -2, -2, 9, 0, 2, -12, -3, 0, 6, 0, -1, 5, 0, -6, 3, 2, 0, 0, -4,
      ],
      dw: [-11, 6, 22, -9, 1, -4, -16, -3, -10, 6, 20, -2],
    },
  },
  {
    name: 'of one element',
    x: [2, 3, 2, 2],
    weight: [2, 3, 1, 1],
    y: [2, 2, 2, 2],
    options: {},
    expected: {
      y: [11, -8, -6, -4, -8, 11, 2, 7, 7, 2, 11, -8, -4, -6, -8, 11],
      dx: [15, -4, -2, 0, -6, 1, 1, 1, 15, -1, -3, -5, -4, -2, 0, -5, 1, 1, 1, 1, -1, -3, -5, 0],
      dw: [13, -8, 13, -3, 6, 8],
    },
  },
  {
    name: 'of every second element',
    x: [1, 2, 3, 4],
    weight: [2, 2, 1, 1],
    y: [1, 2, 2, 2],
    options: { strides: [2, 2] },
    expected: {
      y: [7, -12, 1, 3, 2, -12, 2, 2],
      dx: [3, 0, -8, 0, 0, 0, 0, 0, 2, 0, 12, 0, 3, 0, 4, 0, 0, 0, 0, 0, -2, 0, -8, 0],
      dw: [17, 0, -3, -10],
    },
  },
  {
    name: 'as large as the padded input',
    x: [1, 1, 2, 3],
    weight: [2, 1, 3, 3],
    y: [1, 2, 1, 1],
    options: { before: [1, 0], after: [0, 0] },
    expected: {
      y: [-5, -27],
      dx: [0, 3, -15, 2, 5, 1],
      dw: [0, 0, 0, 9, 0, -9, 3, -6, 6, 0, 0, 0, -6, 0, 6, -2, 4, -4],
    },
  },
]

const lastTwo = (shape: Shape): Pair => [shape[2]!, shape[3]!]

function casesOf({ name, x, weight, y, options, expected }: Convolution): OpCase[] {
  const feeds = { x: integers(x, 3), weight: integers(weight, 4), dy: integers(y, 5) }
  return [
    {
      name,
      op: 'conv2d',
      feeds: { x: feeds.x, weight: feeds.weight },
      build: inputs => conv2d(inputs.x!, inputs.weight!, options),
      expected: nest(y, expected.y),
      source: pytorch,
    },
    {
      name,
      op: 'conv2dInputGradient',
      feeds: { dy: feeds.dy, weight: feeds.weight },
      build: inputs => conv2dInputGradient(inputs.dy!, inputs.weight!, lastTwo(x), options),
      expected: nest(x, expected.dx),
      source: pytorch,
    },
    {
      name,
      op: 'conv2dWeightGradient',
      feeds: { x: feeds.x, dy: feeds.dy },
      build: inputs => conv2dWeightGradient(inputs.x!, inputs.dy!, lastTwo(weight), options),
      expected: nest(weight, expected.dw),
      source: pytorch,
    },
  ]
}

/** Cases of convolutions and their two transposes. */
export const convolutionCases: readonly OpCase[] = [
  ...convolutions.flatMap(casesOf),
  {
    name: 'passes NaN and infinity on to the windows that see them, and to no other',
    op: 'conv2d',
    feeds: { x: [[[[1, Number.NaN, 2, 3, Infinity]]]], weight: [[[[1, 1]]]] },
    build: inputs => conv2d(inputs.x!, inputs.weight!),
    expected: [[[[Number.NaN, Number.NaN, 5, Infinity]]]],
    source: ieee,
  },
  {
    name: 'does not flip its weights',
    op: 'conv2d',
    feeds: { x: [[[[1, 2, 3]]]], weight: [[[[1, 10]]]] },
    build: inputs => conv2d(inputs.x!, inputs.weight!),
    expected: [[[[21, 32]]]],
    source: byHand,
  },
]
