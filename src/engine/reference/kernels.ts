import { castTensor } from '../../base/index.ts'
import type { OpName } from '../../ir/index.ts'
import { conv2d, conv2dInputGradient, conv2dWeightGradient } from './convolution.ts'
import { broadcasting, power, sigmoid, unary } from './elementwise.ts'
import { erf } from './erf.ts'
import { gather, oneHot, scatterAdd } from './indexing.ts'
import type { Kernel } from './kernel.ts'
import { matmul } from './matmul.ts'
import { broadcast, concat, pad, slice, transpose } from './movement.ts'
import { averagePool2d, averagePool2dGradient, maxPool2d, maxPool2dGradient } from './pooling.ts'
import { argMax, logSoftmax, reduction } from './reductions.ts'

/**
 * One row per primitive op: what it means. Results are computed in float64 and rounded to their
 * element type once, when they are stored.
 *
 * Promised by every engine:
 * - NaN goes through every elementwise float op, `max`, `min`, `sign` and `relu` included, and through
 *   `reduceSum`, `matmul`, the convolutions and `averagePool2d`; `equal` and `less` are false for it; NaN^0 and 1^NaN are 1.
 * - `exp`, `tanh` and `sigmoid` reach their limits at ±1e4 and at ±infinity without NaN.
 * - `neg`, `floor`, `sqrt`, `tanh` and `erf` keep -0.
 * - `argMax` takes the first of equals; `oneHot` gives zeros for an index outside its range.
 * - `gather` and `scatterAdd` raise EngineError for an index of `size` and above.
 * - int32 has `neg abs add sub mul div pow max min equal less where reduceSum reduceMax argMax matmul`
 *   and all movement; `div` truncates toward zero. uint8 and bool have `equal`, casts and movement.
 * - `cast` from float truncates toward zero.
 *
 * Not promised, since engines differ: the sign of 0 from `max` and `min`; `reduceMax`, `argMax` and
 * `maxPool2d` with NaN among the elements; negative indices (an error here, from the end elsewhere); overflow of
 * integers; division of integers by 0; casts of NaN or of a number that the integer type lacks.
 */
export const kernels: { readonly [K in OpName]: Kernel<K> } = {
  input: ({ attrs }, _, feeds) => feeds[attrs.name]!,
  constant: ({ attrs }) => attrs.value,

  neg: unary(x => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  floor: unary(Math.floor),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  relu: unary(x => Math.max(x, 0)),
  erf: unary(erf),
  not: unary(x => 1 - x),
  cast: ({ attrs }, [x]) => castTensor(x, attrs.dtype),
  stopGradient: (_, [x]) => x,

  add: broadcasting((a, b) => a + b),
  sub: broadcasting((a, b) => a - b),
  mul: broadcasting((a, b) => a * b),
  div: broadcasting((a, b) => a / b),
  pow: broadcasting((a, b) => power(a, b)),
  max: broadcasting((a, b) => Math.max(a, b)),
  min: broadcasting((a, b) => Math.min(a, b)),
  equal: broadcasting((a, b) => Number(a === b)),
  less: broadcasting((a, b) => Number(a < b)),
  where: broadcasting((condition, a, b) => (condition ? a : b)),

  reduceSum: reduction(0, (total, x) => total + x),
  reduceMax: reduction(-Infinity, (greatest, x) => Math.max(greatest, x)),
  argMax,
  logSoftmax,

  matmul,

  conv2d,
  conv2dInputGradient,
  conv2dWeightGradient,
  maxPool2d,
  maxPool2dGradient,
  averagePool2d,
  averagePool2dGradient,

  reshape: ({ shape }, [x]) => ({ ...x, shape }),
  transpose,
  broadcast,
  slice,
  pad,
  concat,

  gather,
  scatterAdd,
  oneHot,
}
