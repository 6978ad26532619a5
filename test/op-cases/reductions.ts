import { argMax, logSoftmax, reduceMax, sum } from '../../src/ir/index.ts'
import { ieee, int32, type OpCase } from './op-case.ts'
import { type UnaryRow, unaryCases } from './rows.ts'

const nan = Number.NaN
const inf = Number.POSITIVE_INFINITY

const matrix = [
  [1, 2, 3],
  [40, 50, 60],
]
const block = [
  [
    [1, 2],
    [3, 4],
  ],
  [
    [50, 60],
    [70, 80],
  ],
  [
    [900, 100],
    [200, 300],
  ],
]
const ties = [
  [3, 7, 7, 1],
  [5, 5, 5, 5],
  [-inf, -inf, -inf, -inf],
]

const rows: readonly UnaryRow[] = [
  ['over everything', 'reduceSum', x => sum(x), matrix, 156],
  ['over rows', 'reduceSum', x => sum(x, 0), matrix, [41, 52, 63]],
  ['over columns', 'reduceSum', x => sum(x, -1), matrix, [6, 150]],
  ['over columns, kept', 'reduceSum', x => sum(x, 1, true), matrix, [[6], [150]]],
  [
    'over the middle axis',
    'reduceSum',
    x => sum(x, 1),
    block,
    [
      [4, 6],
      [120, 140],
      [1100, 400],
    ],
  ],
  ['over the outer axes', 'reduceSum', x => sum(x, [2, 0]), block, [1113, 657]],
  ['over an axis of 1', 'reduceSum', x => sum(x, 1), [[5], [6]], [5, 6]],
  ['over no axis', 'reduceSum', x => sum(x, []), [5, 6], [5, 6]],
  ['of a scalar', 'reduceSum', x => sum(x), 5, 5],
  ['of nothing is 0', 'reduceSum', x => sum(x, 1), [[], []], [0, 0]],
  [
    'of integers',
    'reduceSum',
    x => sum(x, 0),
    int32([
      [1, -2],
      [3, 4],
    ]),
    [4, 2],
  ],
  [
    'passes NaN and infinity on',
    'reduceSum',
    x => sum(x, 1),
    [
      [1, nan],
      [inf, 1],
      [inf, -inf],
    ],
    [nan, inf, nan],
    ieee,
  ],

  ['over everything', 'reduceMax', x => reduceMax(x), matrix, 60],
  [
    'over rows',
    'reduceMax',
    x => reduceMax(x, 0),
    [
      [1, 9],
      [5, 2],
    ],
    [5, 9],
  ],
  ['over columns, kept', 'reduceMax', x => reduceMax(x, 1, true), matrix, [[3], [60]]],
  ['over the outer axes', 'reduceMax', x => reduceMax(x, [0, 2]), block, [900, 300]],
  [
    'of negative numbers',
    'reduceMax',
    x => reduceMax(x, 1),
    [
      [-3, -1, -2],
      [-inf, -inf, -inf],
    ],
    [-1, -inf],
  ],
  [
    'of integers',
    'reduceMax',
    x => reduceMax(x, 0),
    int32([
      [1, -2],
      [-3, -4],
    ]),
    [1, -2],
  ],
  ['of a scalar', 'reduceMax', x => reduceMax(x), 5, 5],

  [
    'of two equals is -ln 2',
    'logSoftmax',
    x => logSoftmax(x),
    [
      [3, 3],
      [-7, -7],
    ],
    [
      [-Math.LN2, -Math.LN2],
      [-Math.LN2, -Math.LN2],
    ],
  ],
  [
    'of far apart logits does not overflow',
    'logSoftmax',
    x => logSoftmax(x),
    [[500, 0, -500]],
    [[0, -500, -1000]],
  ],
  ['along the first axis', 'logSoftmax', x => logSoftmax(x, 0), [[1e4], [0]], [[0], [-1e4]]],

  ['takes the first of equals', 'argMax', x => argMax(x), ties, [1, 0, 0]],
  [
    'along the first axis',
    'argMax',
    x => argMax(x, 0),
    [
      [1, 9, 4],
      [5, 2, 4],
    ],
    [1, 0, 0],
  ],
  [
    'along a middle axis',
    'argMax',
    x => argMax(x, 1),
    block,
    [
      [1, 1],
      [1, 1],
      [0, 1],
    ],
  ],
  ['along an axis of 1', 'argMax', x => argMax(x, 1), [[5], [6]], [0, 0]],
  ['of a vector is a scalar', 'argMax', x => argMax(x), [1, inf, 3], 1],
  ['of integers', 'argMax', x => argMax(x), int32([[1, 3, 2]]), [1]],
]

/** Cases of the reductions. */
export const reductionCases: readonly OpCase[] = unaryCases(rows)
