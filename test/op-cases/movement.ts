import {
  broadcast,
  cast,
  concat,
  constant,
  pad,
  reshape,
  slice,
  transpose,
} from '../../src/ir/index.ts'
import { bool, int32, type OpCase, uint8 } from './op-case.ts'
import { type UnaryRow, unaryCases } from './rows.ts'

const nan = Number.NaN

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
]
const block = [
  [
    [1, 2, 3],
    [4, 5, 6],
  ],
  [
    [7, 8, 9],
    [10, 11, 12],
  ],
]

const rows: readonly UnaryRow[] = [
  ['passes a feed on', 'input', x => x, [1, nan, -0], [1, nan, -0]],
  ['passes a scalar on', 'input', x => x, 7, 7],
  ['passes bytes on', 'input', x => x, uint8([0, 255]), [0, 255]],
  ['of a scalar', 'constant', ({ dtype }) => constant(2.5, dtype), 0, 2.5],
  [
    'of lists',
    'constant',
    ({ dtype }) =>
      constant(
        [
          [1, -0],
          [nan, 4],
        ],
        dtype,
      ),
    0,
    [
      [1, -0],
      [nan, 4],
    ],
  ],
  ['of integers', 'constant', () => constant([1, -2], 'int32'), 0, [1, -2]],
  ['of bools', 'constant', () => constant([true, false], 'bool'), 0, [1, 0]],

  [
    'to integers truncates toward zero',
    'cast',
    x => cast(x, 'int32'),
    [1.9, -1.9, 2.5, -0.5, -3, 1e9],
    [1, -1, 2, 0, -3, 1e9],
  ],
  ['to bytes truncates', 'cast', x => cast(x, 'uint8'), [0, 1.9, 255], [0, 1, 255]],
  ['to bool is 0 only for 0', 'cast', x => cast(x, 'bool'), [0, -0, 0.5, -2], [0, 0, 1, 1]],
  ['from integers', 'cast', x => cast(x, 'float32'), int32([1, -7, 16777216]), [1, -7, 16777216]],
  ['from bytes', 'cast', x => cast(x, 'float32'), uint8([0, 7, 255]), [0, 7, 255]],
  ['from bool', 'cast', x => cast(x, 'float32'), bool([1, 0]), [1, 0]],
  ['from bool to integers', 'cast', x => cast(x, 'int32'), bool([1, 0]), [1, 0]],
  ['to double precision', 'cast', x => cast(x, 'float64'), [0.5, nan], [0.5, nan]],
  [
    'to single precision rounds',
    'cast',
    x => cast(cast(x, 'float64'), 'float32'),
    [0.5, 2 ** 24],
    [0.5, 2 ** 24],
  ],

  ['to a vector', 'reshape', x => reshape(x, [6]), matrix, [1, 2, 3, 4, 5, 6]],
  ['to other axes', 'reshape', x => reshape(x, [3, 1, 2]), matrix, [[[1, 2]], [[3, 4]], [[5, 6]]]],
  ['of one element to a scalar', 'reshape', x => reshape(x, []), [[7]], 7],
  ['of a scalar to axes of 1', 'reshape', x => reshape(x, [1, 1]), 7, [[7]]],
  ['of integers', 'reshape', x => reshape(x, [2, 1]), int32([1, 2]), [[1], [2]]],

  [
    'of a matrix',
    'transpose',
    x => transpose(x),
    matrix,
    [
      [1, 4],
      [2, 5],
      [3, 6],
    ],
  ],
  [
    'of the last two axes',
    'transpose',
    x => transpose(x),
    block,
    [
      [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
      [
        [7, 10],
        [8, 11],
        [9, 12],
      ],
    ],
  ],
  [
    'in a cycle of axes',
    'transpose',
    x => transpose(x, [1, 2, 0]),
    block,
    [
      [
        [1, 7],
        [2, 8],
        [3, 9],
      ],
      [
        [4, 10],
        [5, 11],
        [6, 12],
      ],
    ],
  ],
  ['of a scalar', 'transpose', x => transpose(x, []), 7, 7],
  ['of a vector', 'transpose', x => transpose(x, [0]), [1, 2], [1, 2]],
  ['of bools', 'transpose', x => transpose(x), bool([[1, 0]]), [[1], [0]]],

  [
    'of a scalar',
    'broadcast',
    x => broadcast(x, [2, 2]),
    3,
    [
      [3, 3],
      [3, 3],
    ],
  ],
  [
    'of a row',
    'broadcast',
    x => broadcast(x, [2, 3]),
    [1, 2, 3],
    [
      [1, 2, 3],
      [1, 2, 3],
    ],
  ],
  [
    'of a column',
    'broadcast',
    x => broadcast(x, [2, 3]),
    [[1], [2]],
    [
      [1, 1, 1],
      [2, 2, 2],
    ],
  ],
  [
    'of a middle axis',
    'broadcast',
    x => broadcast(x, [2, 2, 2]),
    [[[1, 2]], [[3, 4]]],
    [
      [
        [1, 2],
        [1, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ],
  ],
  ['of integers', 'broadcast', x => broadcast(x, [2, 1]), int32([5]), [[5], [5]]],

  [
    'of a block',
    'slice',
    x => slice(x, [0, 1], [2, 3]),
    matrix,
    [
      [2, 3],
      [5, 6],
    ],
  ],
  ['of one element', 'slice', x => slice(x, [1, 1, 2], [2, 2, 3]), block, [[[12]]]],
  ['of everything', 'slice', x => slice(x, [0, 0], [2, 3]), matrix, matrix],
  ['of nothing', 'slice', x => slice(x, [0, 1], [2, 1]), matrix, [[], []]],
  ['of a scalar', 'slice', x => slice(x, [], []), 7, 7],
  ['of bytes', 'slice', x => slice(x, [1], [3]), uint8([7, 8, 9]), [8, 9]],

  [
    'before and after',
    'pad',
    x => pad(x, [0, 1], [1, 0]),
    [[1, 2]],
    [
      [0, 1, 2],
      [0, 0, 0],
    ],
  ],
  ['of a scalar', 'pad', x => pad(x, [], []), 7, 7],
  ['by nothing', 'pad', x => pad(x, [0], [0]), [1, 2], [1, 2]],
  [
    'of three axes',
    'pad',
    x => pad(x, [1, 0, 0], [0, 1, 1]),
    [[[5]]],
    [
      [
        [0, 0],
        [0, 0],
      ],
      [
        [5, 0],
        [0, 0],
      ],
    ],
  ],
  ['of integers', 'pad', x => pad(x, [2], [1]), int32([7]), [0, 0, 7, 0]],

  [
    'along the first axis',
    'concat',
    x => concat([x, x]),
    [[1, 2]],
    [
      [1, 2],
      [1, 2],
    ],
  ],
  [
    'along the last axis',
    'concat',
    x => concat([x, slice(x, [0, 0], [2, 1])], -1),
    matrix,
    [
      [1, 2, 3, 1],
      [4, 5, 6, 4],
    ],
  ],
  [
    'along a middle axis of three operands',
    'concat',
    x => concat([x, slice(x, [0, 0, 0], [2, 1, 3]), x], 1),
    block,
    block.map(m => [...m, m[0]!, ...m]),
  ],
  ['of one operand', 'concat', x => concat([x]), [1, 2], [1, 2]],
  ['with an operand of size 0', 'concat', x => concat([slice(x, [0], [0]), x]), [1, 2], [1, 2]],
  ['of bools', 'concat', x => concat([x, x]), bool([1, 0]), [1, 0, 1, 0]],
]

/** Cases of leaves, casts and the ops that only move elements. */
export const movementCases: readonly OpCase[] = unaryCases(rows)
