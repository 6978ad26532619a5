import { broadcastShapes, resolveAxis, sameShape, sizeOf } from '../base/index.ts'
import type { OpName } from './op-attrs.ts'
import {
  binary,
  floatOnly,
  floats,
  indexed,
  logical,
  type OpRow,
  reduction,
  sameDType,
  unary,
  who,
} from './op-row.ts'
import {
  broadcastShape,
  concatShape,
  matmulShape,
  perAxis,
  reshapeShape,
  scatterShape,
  sliceShape,
  transposeShape,
} from './shape-rules.ts'
import {
  averagePoolGradientShape,
  convInputShape,
  convMultiplyAdds,
  convShape,
  convWeightShape,
  maxPoolGradientShape,
  poolShape,
} from './window-shapes.ts'

/** One row per primitive op. Everything else is composed of these. */
export const opTable: { readonly [K in OpName]: OpRow<K> } = {
  input: {
    doc: 'a tensor given at run time',
    arity: 0,
    shape: (_, { shape }) => shape,
    dtype: (_, { dtype }) => dtype,
  },
  constant: {
    doc: 'a tensor known at compile time',
    arity: 0,
    shape: (_, { value }) => value.shape,
    dtype: (_, { value }) => value.dtype,
  },

  neg: unary('neg', '-x', { dtype: ([x]) => x.dtype }),
  abs: unary('abs', '|x|', { dtype: ([x]) => x.dtype }),
  sign: unary('sign', '-1, 0 or 1'),
  exp: unary('exp', 'e^x', { isMonotone: true }),
  log: unary('log', 'natural logarithm'),
  sqrt: unary('sqrt', 'square root'),
  floor: unary('floor', 'greatest integer not above x'),
  tanh: unary('tanh', '(e^x - e^-x) / (e^x + e^-x)', { isMonotone: true }),
  sigmoid: unary('sigmoid', '1 / (1 + e^-x)', { isMonotone: true }),
  relu: unary('relu', 'max(x, 0)', { isMonotone: true }),
  erf: unary('erf', '2/sqrt(pi) * integral of e^(-t^2) from 0 to x', { isMonotone: true }),
  not: unary('not', '1 - x on bool', { dtype: ([x]) => logical('not', x, 'bool') }),
  cast: unary('cast', 'the same numbers in another element type', {
    dtype: (_, { dtype }) => dtype,
    isIdentity: ({ inputs, attrs }) => inputs[0].dtype === attrs.dtype,
  }),
  stopGradient: unary('stopGradient', 'x, a constant to differentiation', {
    dtype: ([x]) => x.dtype,
    isIdentity: () => true,
    stopsGradient: true,
  }),

  add: binary('add', 'a + b', { isCommutative: true, neutral: [0, 0] }),
  sub: binary('sub', 'a - b', { neutral: [undefined, 0] }),
  mul: binary('mul', 'a * b', { isCommutative: true, neutral: [1, 1] }),
  div: binary('div', 'a / b', { neutral: [undefined, 1] }),
  pow: binary('pow', 'a ^ b', { neutral: [undefined, 1] }),
  max: binary('max', 'the greater of a and b; NaN wins', { isCommutative: true }),
  min: binary('min', 'the smaller of a and b; NaN wins', { isCommutative: true }),
  equal: binary('equal', 'a = b', {
    isCommutative: true,
    dtype: inputs => sameDType('equal', inputs) && 'bool',
  }),
  less: binary('less', 'a < b', { dtype: inputs => sameDType('less', inputs) && 'bool' }),
  where: {
    doc: 'a where the condition holds, else b; broadcasts',
    arity: 3,
    isElementwise: true,
    isStretching: true,
    shape: ([condition, a, b]) =>
      broadcastShapes(
        condition.shape,
        broadcastShapes(a.shape, b.shape, who('where')),
        who('where'),
      ),
    dtype: ([condition, a, b]) => logical('where', condition, sameDType('where', [a, b])),
  },

  reduceSum: reduction('reduceSum', 'sum over axes'),
  reduceMax: reduction('reduceMax', 'greatest over axes', { picksGreatest: true }),
  argMax: {
    doc: 'index of the first greatest element along an axis, int32; the axis is removed',
    arity: 1,
    shape: ([x], { axis }) =>
      x.shape.toSpliced(resolveAxis(axis, x.shape.length, who('argMax')), 1),
    dtype: () => 'int32',
  },
  logSoftmax: unary('logSoftmax', 'x - ln(sum(e^x)) along an axis, without overflow', {
    isElementwise: false,
  }),

  matmul: {
    doc: 'matrix product [..., M, K] x [..., K, N] -> [..., M, N]; leading axes broadcast',
    arity: 2,
    shape: matmulShape,
    multiplyAdds: ({ inputs, attrs, shape }) =>
      sizeOf(shape) * inputs[0].shape.at(attrs.transposeA ? -2 : -1)!,
    dtype: inputs => sameDType('matmul', inputs),
  },

  conv2d: {
    doc: 'sums of x [B, C, H, W] under windows, weighted by [O, C/groups, kh, kw], per output channel',
    arity: 2,
    shape: convShape,
    multiplyAdds: ({ inputs, shape }) => convMultiplyAdds(inputs[1].shape, shape),
    dtype: inputs => floats('conv2d', inputs),
  },
  conv2dInputGradient: {
    doc: 'transpose of conv2d by x: dy [B, O, h, w] spread over [B, C, H, W] by the weights',
    arity: 2,
    shape: convInputShape,
    multiplyAdds: ({ inputs: [dy, weight] }) => convMultiplyAdds(weight.shape, dy.shape),
    dtype: inputs => floats('conv2dInputGradient', inputs),
  },
  conv2dWeightGradient: {
    doc: 'transpose of conv2d by the weights: x [B, C, H, W] under windows, weighted by dy [B, O, h, w]',
    arity: 2,
    shape: convWeightShape,
    multiplyAdds: ({ inputs, shape }) => convMultiplyAdds(shape, inputs[1].shape),
    dtype: inputs => floats('conv2dWeightGradient', inputs),
  },
  maxPool2d: {
    doc: 'greatest of x [B, C, H, W] under each window, padding left out',
    arity: 1,
    picksGreatest: true,
    shape: poolShape('maxPool2d'),
    dtype: inputs => floatOnly('maxPool2d', inputs),
  },
  maxPool2dGradient: {
    doc: 'of (x, y, dy): dy [B, C, h, w] added where x [B, C, H, W] first equals y, the greatest',
    arity: 3,
    shape: maxPoolGradientShape,
    dtype: inputs => floats('maxPool2dGradient', inputs),
  },
  averagePool2d: {
    doc: 'mean of x [B, C, H, W] under each window',
    arity: 1,
    shape: poolShape('averagePool2d'),
    dtype: inputs => floatOnly('averagePool2d', inputs),
  },
  averagePool2dGradient: {
    doc: 'transpose of averagePool2d: dy [B, C, h, w] spread evenly over each window of [B, C, H, W]',
    arity: 1,
    shape: averagePoolGradientShape,
    dtype: inputs => floatOnly('averagePool2dGradient', inputs),
  },

  reshape: {
    doc: 'the same elements, row-major, in another shape',
    arity: 1,
    shape: reshapeShape,
    dtype: ([x]) => x.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0].shape, shape),
  },
  transpose: {
    doc: 'axes in another order: axis i of the result is axis permutation[i] of x',
    arity: 1,
    shape: transposeShape,
    dtype: ([x]) => x.dtype,
    isIdentity: ({ attrs }) => attrs.permutation.every((axis, i) => axis === i),
  },
  broadcast: {
    doc: 'x repeated along axes of size 1 and new leading axes',
    arity: 1,
    shape: broadcastShape,
    dtype: ([x]) => x.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0].shape, shape),
  },
  slice: {
    doc: 'the block from starts up to, not including, ends',
    arity: 1,
    shape: sliceShape,
    dtype: ([x]) => x.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0].shape, shape),
  },
  pad: {
    doc: 'zeros put before and after along each axis',
    arity: 1,
    shape: ([x], { before, after }) => {
      perAxis('pad', x, [before, after])
      return x.shape.map((n, axis) => before[axis]! + n + after[axis]!)
    },
    dtype: ([x]) => x.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0].shape, shape),
  },
  concat: {
    doc: 'operands one after the other along an axis',
    arity: 'any',
    shape: concatShape,
    dtype: inputs => sameDType('concat', inputs),
    isIdentity: ({ inputs }) => inputs.length === 1,
  },

  gather: {
    doc: 'rows of x along an axis, picked by int32 indices; the indices replace the axis',
    arity: 2,
    shape: ([x, indices], { axis }) => x.shape.toSpliced(axis, 1, ...indices.shape),
    dtype: ([x, indices]) => indexed('gather', indices, x.dtype),
  },
  scatterAdd: {
    doc: 'rows added into `size` rows of zeros along an axis at int32 indices; transpose of gather',
    arity: 2,
    shape: scatterShape,
    dtype: ([rows, indices]) => indexed('scatterAdd', indices, rows.dtype),
  },
  oneHot: {
    doc: '1 at the int32 index and 0 elsewhere on a new last axis; all 0 outside 0..depth-1',
    arity: 1,
    shape: ([indices], { depth }) => [...indices.shape, depth],
    dtype: ([indices], { dtype }) => indexed('oneHot', indices, dtype),
  },
}
