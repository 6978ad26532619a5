import { gather, oneHot, scatterAdd } from '../../src/ir/index.ts'
import { int32, type OpCase } from './op-case.ts'
import { type BinaryRow, binaryCases } from './rows.ts'

const matrix = [
  [1, 2, 3],
  [4, 5, 6],
]

const rows: readonly BinaryRow[] = [
  [
    'of rows, one of them twice',
    'gather',
    (x, i) => gather(x, i),
    matrix,
    int32([1, 0, 1]),
    [
      [4, 5, 6],
      [1, 2, 3],
      [4, 5, 6],
    ],
  ],
  [
    'along the last axis',
    'gather',
    (x, i) => gather(x, i, -1),
    matrix,
    int32([2, 0]),
    [
      [3, 1],
      [6, 4],
    ],
  ],
  [
    'along a middle axis',
    'gather',
    (x, i) => gather(x, i, 1),
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
    int32([1]),
    [[[3, 4]], [[7, 8]]],
  ],
  [
    'with a scalar index drops the axis',
    'gather',
    (x, i) => gather(x, i),
    matrix,
    int32(1),
    [4, 5, 6],
  ],
  [
    'with a matrix of indices',
    'gather',
    (x, i) => gather(x, i),
    [10, 20, 30],
    int32([
      [0, 2],
      [1, 1],
    ]),
    [
      [10, 30],
      [20, 20],
    ],
  ],
  [
    'with a matrix of indices in the middle',
    'gather',
    (x, i) => gather(x, i, 1),
    matrix,
    int32([[0, 2]]),
    [[[1, 3]], [[4, 6]]],
  ],
  ['of integers', 'gather', (x, i) => gather(x, i), int32([7, 8]), int32([1]), [8]],

  [
    'adds rows with the same index',
    'scatterAdd',
    (x, i) => scatterAdd(x, i, 3),
    [
      [1, 2],
      [3, 4],
      [10, 20],
    ],
    int32([2, 0, 2]),
    [
      [3, 4],
      [0, 0],
      [11, 22],
    ],
  ],
  [
    'along the last axis',
    'scatterAdd',
    (x, i) => scatterAdd(x, i, 2, 1),
    matrix,
    int32([0, 1, 0]),
    [
      [4, 2],
      [10, 5],
    ],
  ],
  [
    'along a middle axis',
    'scatterAdd',
    (x, i) => scatterAdd(x, i, 2, 1),
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
    int32([1, 1]),
    [
      [
        [0, 0],
        [4, 6],
      ],
      [
        [0, 0],
        [12, 14],
      ],
    ],
  ],
  [
    'with a scalar index adds an axis',
    'scatterAdd',
    (x, i) => scatterAdd(x, i, 2),
    [4, 5],
    int32(1),
    [
      [0, 0],
      [4, 5],
    ],
  ],
  [
    'with a matrix of indices',
    'scatterAdd',
    (x, i) => scatterAdd(x, i, 3),
    matrix,
    int32([
      [0, 2, 0],
      [2, 2, 0],
    ]),
    [10, 0, 11],
  ],
  [
    'with a matrix of indices in the middle',
    'scatterAdd',
    (x, i) => scatterAdd(x, i, 3, 1),
    [[[1, 3]], [[4, 6]]],
    int32([[0, 2]]),
    [
      [1, 0, 3],
      [4, 0, 6],
    ],
  ],

  [
    'of labels',
    'oneHot',
    ({ dtype }, i) => oneHot(i, 3, dtype as 'float32'),
    0,
    int32([2, 0]),
    [
      [0, 0, 1],
      [1, 0, 0],
    ],
  ],
  [
    'of a scalar',
    'oneHot',
    ({ dtype }, i) => oneHot(i, 2, dtype as 'float32'),
    0,
    int32(1),
    [0, 1],
  ],
  [
    'of a matrix',
    'oneHot',
    ({ dtype }, i) => oneHot(i, 2, dtype as 'float32'),
    0,
    int32([[0], [1]]),
    [[[1, 0]], [[0, 1]]],
  ],
  [
    'is all zeros outside the range',
    'oneHot',
    ({ dtype }, i) => oneHot(i, 3, dtype as 'float32'),
    0,
    int32([-1, 3, -3, 1]),
    [
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
      [0, 1, 0],
    ],
  ],
  ['in integers', 'oneHot', (_, i) => oneHot(i, 2, 'int32'), 0, int32([1]), [[0, 1]]],
]

/** Cases of the ops with indices. */
export const indexingCases: readonly OpCase[] = binaryCases(rows)
