import { add, div, equal, less, max, min, mul, pow, sub, where } from '../../src/ir/index.ts'
import { bool, byHand, highPrecision, ieee, int32, type OpCase, uint8 } from './op-case.ts'
import { type BinaryRow, binaryCases } from './rows.ts'

const nan = Number.NaN
const inf = Number.POSITIVE_INFINITY

const column = [[1], [2]]
const row = [10, 20, 30]

const rows: readonly BinaryRow[] = [
  ['of vectors', 'add', add, [1, 2.5, -3], [0.5, -2, 3], [1.5, 0.5, 0], byHand],
  ['of scalars', 'add', add, 1.5, 2, 3.5, byHand],
  [
    'stretches a scalar',
    'add',
    add,
    [
      [1, 2],
      [3, 4],
    ],
    10,
    [
      [11, 12],
      [13, 14],
    ],
    byHand,
  ],
  [
    'stretches a row and a column against each other',
    'add',
    add,
    column,
    row,
    [
      [11, 21, 31],
      [12, 22, 32],
    ],
    byHand,
  ],
  [
    'stretches a leading axis of 1 and one that is missing',
    'add',
    add,
    [[[1], [2]]],
    [[[1, 2]], [[3, 4]]],
    [
      [
        [2, 3],
        [3, 4],
      ],
      [
        [4, 5],
        [5, 6],
      ],
    ],
    byHand,
  ],
  ['keeps axes of 1', 'add', add, [[1]], [2], [[3]], byHand],
  [
    'of integers',
    'add',
    add,
    int32([[1], [2000000000]]),
    int32([5, -7]),
    [
      [6, -6],
      [2000000005, 1999999993],
    ],
    byHand,
  ],
  ['at infinity', 'add', add, [inf, inf, nan, -0], [1, -inf, 1, -0], [inf, nan, nan, -0], ieee],

  ['of vectors', 'sub', sub, [1, 2.5, -3], [0.5, -2, 3], [0.5, 4.5, -6], byHand],
  [
    'stretches a row and a column against each other',
    'sub',
    sub,
    column,
    row,
    [
      [-9, -19, -29],
      [-8, -18, -28],
    ],
    byHand,
  ],
  ['of integers', 'sub', sub, int32([1, -5]), int32(3), [-2, -8], byHand],

  ['of vectors', 'mul', mul, [1, 2.5, -3], [0.5, -2, 3], [0.5, -5, -9], byHand],
  [
    'stretches a row and a column against each other',
    'mul',
    mul,
    column,
    row,
    [
      [10, 20, 30],
      [20, 40, 60],
    ],
    byHand,
  ],
  [
    'of integers',
    'mul',
    mul,
    int32([3, -5]),
    int32([[2], [7]]),
    [
      [6, -10],
      [21, -35],
    ],
    byHand,
  ],
  ['of infinity and 0 is NaN', 'mul', mul, [inf, inf, -2], [0, -1, inf], [nan, -inf, -inf], ieee],

  ['of vectors', 'div', div, [1, 2.5, -3], [0.5, -2, 4], [2, -1.25, -0.75], byHand],
  [
    'stretches a row and a column against each other',
    'div',
    div,
    row,
    column,
    [
      [10, 20, 30],
      [5, 10, 15],
    ],
    byHand,
  ],
  [
    'of integers truncates toward zero',
    'div',
    div,
    int32([7, -7, 6]),
    int32(2),
    [3, -3, 3],
    byHand,
  ],
  ['by 0', 'div', div, [1, -1, 0, 1], [0, 0, 0, inf], [inf, -inf, nan, 0], ieee],

  [
    'of ordinary numbers',
    'pow',
    pow,
    [2, 2, 10, 0.5, 1.5, -2],
    [10, -2, 0.5, 2.5, -3.25, 3],
    [1024, 0.25, 3.1622776601683795, 0.1767766952966369, 0.2677339269955096, -8],
    highPrecision,
    { epsilons: 4 },
  ],
  [
    'stretches the exponent',
    'pow',
    pow,
    [
      [1, 2],
      [3, 4],
    ],
    2,
    [
      [1, 4],
      [9, 16],
    ],
    byHand,
  ],
  ['of integers', 'pow', pow, int32([7, -3, 5]), int32([2, 3, 0]), [49, -27, 1], byHand],
  [
    'at the limits',
    'pow',
    pow,
    [0, 0, -8, nan, 1, -1, 2, 0.5],
    [0, -1, 1 / 3, 0, nan, inf, inf, inf],
    [1, inf, nan, 1, 1, 1, inf, 0],
    ieee,
  ],

  ['of vectors', 'max', max, [1, 2.5, -3], [0.5, 2.5, 3], [1, 2.5, 3], byHand],
  [
    'stretches a row and a column against each other',
    'max',
    max,
    [[15], [25]],
    row,
    [
      [15, 20, 30],
      [25, 25, 30],
    ],
    byHand,
  ],
  ['of integers', 'max', max, int32([3, -5]), int32(-1), [3, -1], byHand],
  [
    'passes NaN on',
    'max',
    max,
    [nan, 1, inf, -inf, nan],
    [1, nan, nan, 2, nan],
    [nan, nan, nan, 2, nan],
    'what ONNX Runtime does; IEEE 754-2019 maximum',
  ],
  ['of vectors', 'min', min, [1, 2.5, -3], [0.5, 2.5, 3], [0.5, 2.5, -3], byHand],
  [
    'stretches a row and a column against each other',
    'min',
    min,
    [[15], [25]],
    row,
    [
      [10, 15, 15],
      [10, 20, 25],
    ],
    byHand,
  ],
  ['of integers', 'min', min, int32([3, -5]), int32(-1), [-1, -5], byHand],
  [
    'passes NaN on',
    'min',
    min,
    [nan, 1, inf, -inf, nan],
    [1, nan, nan, 2, nan],
    [nan, nan, nan, -inf, nan],
    'what ONNX Runtime does; IEEE 754-2019 minimum',
  ],

  [
    'of floats; NaN equals nothing and 0 equals -0',
    'equal',
    equal,
    [1, 2, nan, 0, inf],
    [1, 3, nan, -0, inf],
    [1, 0, 0, 1, 1],
    ieee,
  ],
  [
    'of integers, stretched',
    'equal',
    equal,
    int32([[1], [2]]),
    int32([1, 2, 3]),
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
    byHand,
  ],
  ['of bytes', 'equal', equal, uint8([1, 255]), uint8([1, 0]), [1, 0], byHand],
  ['of bools', 'equal', equal, bool([1, 0]), bool([1, 1]), [1, 0], byHand],
  [
    'of floats; NaN is less than nothing',
    'less',
    less,
    [1, 2, nan, -0, -inf, 1],
    [1, 3, 1, 0, inf, nan],
    [0, 1, 0, 0, 1, 0],
    ieee,
  ],
  [
    'of integers, stretched',
    'less',
    less,
    int32([[1], [2]]),
    int32([1, 2, 3]),
    [
      [0, 1, 1],
      [0, 0, 1],
    ],
    byHand,
  ],
]

const whereCases: readonly OpCase[] = [
  ['picks by condition', bool([1, 0, 1]), [1, nan, inf], [nan, 5, 6], [1, 5, inf]],
  [
    'stretches all three',
    bool([[1], [0]]),
    [1, 2],
    [[10], [20]],
    [
      [1, 2],
      [20, 20],
    ],
  ],
  ['stretches a scalar condition', bool(0), [1, 2], [3, 4], [3, 4]],
  ['picks integers', bool([1, 0]), int32([1, 2]), int32([3, 4]), [1, 4]],
].map(([name, condition, a, b, expected]) => ({
  name: name as string,
  op: 'where',
  feeds: { condition, a, b } as OpCase['feeds'],
  build: inputs => where(inputs.condition!, inputs.a!, inputs.b!),
  expected: expected as OpCase['expected'],
  source: byHand,
}))

/** Cases of the ops with two or three operands that broadcast. */
export const broadcastingCases: readonly OpCase[] = [...binaryCases(rows), ...whereCases]
