import { matmul } from '../../src/ir/index.ts'
import { byHand, ieee, int32, type OpCase } from './op-case.ts'

type Matrix = readonly (readonly number[])[]
type Lists = OpCase['expected']

const nan = Number.NaN
const inf = Number.POSITIVE_INFINITY

const a = [
  [1, 2, 3],
  [4, 5, 6],
]
const b = [
  [7, 8],
  [9, 10],
  [11, 12],
]
const ab = [
  [58, 64],
  [139, 154],
]
// Picks the first and the last row of b.
const pick = [
  [1, 0, 0],
  [0, 0, 1],
]
const picked = [
  [7, 8],
  [11, 12],
]
const twice = (m: Matrix): Matrix => m.map(row => row.map(x => 2 * x))
const swap = (m: Matrix): Matrix => m[0]!.map((_, j) => m.map(row => row[j]!))

interface Product {
  readonly name: string
  readonly a: (prepare: (m: Matrix) => Matrix) => Lists
  readonly b: (prepare: (m: Matrix) => Matrix) => Lists
  readonly expected: Lists
}

/** Factors that can be given transposed. */
const products: readonly Product[] = [
  { name: 'of two matrices', a: t => t(a), b: t => t(b), expected: ab },
  {
    name: 'of two batches',
    a: t => [t(a), t(pick)],
    b: t => [t(b), t(twice(b))],
    expected: [ab, twice(picked)],
  },
  {
    name: 'of a batch and one matrix',
    a: t => [t(a), t(pick)],
    b: t => t(b),
    expected: [ab, picked],
  },
  {
    name: 'of one matrix and a batch',
    a: t => t(a),
    b: t => [t(b), t(twice(b))],
    expected: [ab, twice(ab)],
  },
  {
    name: 'of batches stretched against each other',
    a: t => [[t(a)], [t(pick)]],
    b: t => [t(b), t(twice(b))],
    expected: [
      [ab, twice(ab)],
      [picked, twice(picked)],
    ],
  },
  {
    name: 'of a row and a column',
    a: t => t([[1, 2, 3]]),
    b: t => t([[4], [5], [6]]),
    expected: [[32]],
  },
  {
    name: 'of a column and a row',
    a: t => t([[1], [2]]),
    b: t => t([[3, 4, 5]]),
    expected: [
      [3, 4, 5],
      [6, 8, 10],
    ],
  },
]

const isTransposed = [
  { transposeA: false, transposeB: false },
  { transposeA: true, transposeB: false },
  { transposeA: false, transposeB: true },
  { transposeA: true, transposeB: true },
]

const nameOf = ({ transposeA, transposeB }: (typeof isTransposed)[number]): string =>
  `${transposeA ? ', first transposed' : ''}${transposeB ? ', second transposed' : ''}`

/** Cases of the matrix product. */
export const productCases: readonly OpCase[] = [
  ...products.flatMap(product =>
    isTransposed.map(
      (attrs): OpCase => ({
        name: `${product.name}${nameOf(attrs)}`,
        op: 'matmul',
        feeds: {
          a: product.a(m => (attrs.transposeA ? swap(m) : m)),
          b: product.b(m => (attrs.transposeB ? swap(m) : m)),
        },
        build: inputs => matmul(inputs.a!, inputs.b!, attrs),
        expected: product.expected,
        source: byHand,
      }),
    ),
  ),
  {
    name: 'of integers',
    op: 'matmul',
    feeds: { a: int32(a), b: int32(b) },
    build: inputs => matmul(inputs.a!, inputs.b!),
    expected: ab,
    source: byHand,
  },
  {
    name: 'passes NaN on; infinity times 0 is NaN',
    op: 'matmul',
    feeds: {
      a: [
        [inf, 0],
        [nan, 1],
      ],
      b: [
        [0, 1],
        [1, 1],
      ],
    },
    build: inputs => matmul(inputs.a!, inputs.b!),
    expected: [
      [nan, inf],
      [nan, nan],
    ],
    source: ieee,
  },
]
