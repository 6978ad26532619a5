import {
  broadcastShapes,
  type DType,
  DTypeError,
  formatShape,
  isFloat,
  resolveAxis,
  type Shape,
  ShapeError,
  sameShape,
  sizeOf,
} from '../base/index.ts'
import type { OpAttrs, OpName } from './op-attrs.ts'
import { currentOrigin, describeOrigin, type Value } from './value.ts'

/** What the compiler knows of an op. A pass that needs a new fact adds a column. */
export interface OpRow<K extends OpName> {
  /** What the op computes, in code letters. */
  readonly doc: string
  readonly arity: number | 'any'
  /** Throws ShapeError when the operands do not fit. */
  readonly shape: (inputs: readonly Value[], attrs: OpAttrs[K]) => Shape
  /** Throws DTypeError when the operands do not fit. */
  readonly dtype: (inputs: readonly Value[], attrs: OpAttrs[K]) => DType
  readonly isCommutative?: boolean
  /** Whether element i of the result is made of the operands' elements i alone, once stretched. */
  readonly isElementwise?: boolean
  /** The number that leaves the other operand as it is, by operand position. */
  readonly neutral?: readonly [left: number | undefined, right: number | undefined]
  /** Whether operands stretch to the result's shape by themselves. */
  readonly isStretching?: boolean
  /** Whether this value always equals its first operand. */
  readonly isIdentity?: (value: Value<K>) => boolean
}

const who = (op: OpName): string => describeOrigin(currentOrigin(), op)
const from = (value: Value): string => `output of ${describeOrigin(value.origin, value.op)}`

function sameDType(op: OpName, inputs: readonly Value[]): DType {
  const [first, ...rest] = inputs as [Value, ...Value[]]
  for (const value of rest)
    if (value.dtype !== first.dtype)
      throw new DTypeError({
        who: `${who(op)} in ${op}`,
        expected: first.dtype,
        received: value.dtype,
        from: from(value),
        hint: 'Convert one operand with cast()',
      })
  return first.dtype
}

function floatOnly(op: OpName, [x]: readonly Value[]): DType {
  if (!isFloat(x!.dtype))
    throw new DTypeError({
      who: `${who(op)} in ${op}`,
      expected: 'float32 or float64',
      received: x!.dtype,
      from: from(x!),
      hint: 'Convert it with cast()',
    })
  return x!.dtype
}

const same = ([x]: readonly Value[]): Shape => x!.shape

/** The common case: `y[i] = f(x[i])` on floats. */
const unary = <K extends OpName>(op: K, doc: string, facts: Partial<OpRow<K>> = {}): OpRow<K> => ({
  doc,
  arity: 1,
  isElementwise: true,
  shape: same,
  dtype: inputs => floatOnly(op, inputs),
  ...facts,
})

/** The common case: `y[i] = f(a[i], b[i])` with broadcasting. */
const binary = <K extends OpName>(op: K, doc: string, facts: Partial<OpRow<K>> = {}): OpRow<K> => ({
  doc,
  arity: 2,
  isElementwise: true,
  isStretching: true,
  shape: ([a, b]) => broadcastShapes(a!.shape, b!.shape, `${who(op)} in ${op}`, from(b!)),
  dtype: inputs => sameDType(op, inputs),
  ...facts,
})

const reduction = <K extends 'reduceSum' | 'reduceMax'>(op: K, doc: string): OpRow<K> => ({
  doc,
  arity: 1,
  shape: ([x], { axes, keepAxes }) => {
    const removed = new Set(axes.map(axis => resolveAxis(axis, x!.shape.length, who(op))))
    return x!.shape.flatMap((n, axis) => (removed.has(axis) ? (keepAxes ? [1] : []) : [n]))
  },
  dtype: ([x]) => x!.dtype,
  isIdentity: ({ attrs }) => attrs.axes.length === 0,
})

function matmulShape([a, b]: readonly Value[], attrs: OpAttrs['matmul']): Shape {
  const [m, k] = lastTwo(a!, attrs.transposeA)
  const [k2, n] = lastTwo(b!, attrs.transposeB)
  if (k !== k2)
    throw new ShapeError({
      who: `${who('matmul')} in matmul`,
      expected: `${k} rows in the second factor of ${formatShape(a!.shape)}`,
      received: `${k2} in ${formatShape(b!.shape)}`,
      from: from(b!),
    })
  const lead = broadcastShapes(a!.shape.slice(0, -2), b!.shape.slice(0, -2), who('matmul'))
  return [...lead, m, n]
}

function lastTwo({ shape, origin, op }: Value, transposed: boolean): [number, number] {
  if (shape.length < 2)
    throw new ShapeError({
      who: `${who('matmul')} in matmul`,
      expected: 'a matrix [..., rows, columns]',
      received: formatShape(shape),
      from: `output of ${describeOrigin(origin, op)}`,
    })
  const [rows, columns] = shape.slice(-2) as [number, number]
  return transposed ? [columns, rows] : [rows, columns]
}

function perAxis(op: OpName, x: Value, lists: readonly (readonly number[])[]): void {
  for (const list of lists)
    if (list.length !== x.shape.length)
      throw new ShapeError({
        who: who(op),
        expected: `one number per axis of ${formatShape(x.shape)}`,
        received: formatShape(list),
      })
}

function concatShape(inputs: readonly Value[], { axis }: OpAttrs['concat']): Shape {
  const first = inputs[0]!.shape
  for (const { shape } of inputs)
    if (shape.length !== first.length || shape.some((n, i) => i !== axis && n !== first[i]))
      throw new ShapeError({
        who: `${who('concat')} in concat`,
        expected: `${formatShape(first)} in every axis but ${axis}`,
        received: formatShape(shape),
      })
  return first.with(
    axis,
    inputs.reduce((sum, { shape }) => sum + shape[axis]!, 0),
  )
}

function reshapeShape([x]: readonly Value[], { shape }: OpAttrs['reshape']): Shape {
  if (sizeOf(shape) !== sizeOf(x!.shape))
    throw new ShapeError({
      who: `${who('reshape')} in reshape`,
      expected: `${sizeOf(x!.shape)} elements as in ${formatShape(x!.shape)}`,
      received: `${formatShape(shape)} with ${sizeOf(shape)}`,
    })
  return shape
}

function sliceShape([x]: readonly Value[], { starts, ends }: OpAttrs['slice']): Shape {
  perAxis('slice', x!, [starts, ends])
  return x!.shape.map((n, axis) => {
    const [start, end] = [starts[axis]!, ends[axis]!]
    if (start < 0 || end > n || start > end)
      throw new ShapeError({
        who: `${who('slice')} in slice`,
        expected: `0 <= start <= end <= ${n} on axis ${axis}`,
        received: `${start}..${end}`,
      })
    return end - start
  })
}

function broadcastShape([x]: readonly Value[], { shape }: OpAttrs['broadcast']): Shape {
  if (!sameShape(broadcastShapes(x!.shape, shape, `${who('broadcast')} in broadcast`), shape))
    throw new ShapeError({
      who: `${who('broadcast')} in broadcast`,
      expected: `a shape that ${formatShape(x!.shape)} stretches to`,
      received: formatShape(shape),
    })
  return shape
}

function transposeShape([x]: readonly Value[], { permutation }: OpAttrs['transpose']): Shape {
  perAxis('transpose', x!, [permutation])
  if (![...permutation.keys()].every(axis => permutation.includes(axis)))
    throw new ShapeError({
      who: `${who('transpose')} in transpose`,
      expected: `each axis of ${formatShape(x!.shape)} once`,
      received: formatShape(permutation),
    })
  return permutation.map(axis => x!.shape[axis]!)
}

function scatterShape(
  [rows, indices]: readonly Value[],
  { axis, size }: OpAttrs['scatterAdd'],
): Shape {
  const end = axis + indices!.shape.length
  if (!sameShape(rows!.shape.slice(axis, end), indices!.shape))
    throw new ShapeError({
      who: `${who('scatterAdd')} in scatterAdd`,
      expected: `rows with ${formatShape(indices!.shape)} from axis ${axis} on, as the indices`,
      received: formatShape(rows!.shape),
      from: from(rows!),
    })
  return rows!.shape.toSpliced(axis, end - axis, size)
}

/** `result`, once the operand is known to be bool. */
function logical(op: OpName, x: Value, result: DType): DType {
  if (x.dtype !== 'bool')
    throw new DTypeError({
      who: `${who(op)} in ${op}`,
      expected: 'bool',
      received: x.dtype,
      from: from(x),
    })
  return result
}

/** `result`, once the indices are known to be int32. */
function indexed(op: OpName, indices: Value, result: DType): DType {
  if (indices.dtype !== 'int32')
    throw new DTypeError({
      who: `${who(op)} in ${op}`,
      expected: 'int32 indices',
      received: indices.dtype,
      from: from(indices),
    })
  return result
}

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

  neg: unary('neg', '-x', { dtype: ([x]) => x!.dtype }),
  abs: unary('abs', '|x|', { dtype: ([x]) => x!.dtype }),
  sign: unary('sign', '-1, 0 or 1'),
  exp: unary('exp', 'e^x'),
  log: unary('log', 'natural logarithm'),
  sqrt: unary('sqrt', 'square root'),
  floor: unary('floor', 'greatest integer not above x'),
  tanh: unary('tanh', '(e^x - e^-x) / (e^x + e^-x)'),
  sigmoid: unary('sigmoid', '1 / (1 + e^-x)'),
  relu: unary('relu', 'max(x, 0)'),
  erf: unary('erf', '2/sqrt(pi) * integral of e^(-t^2) from 0 to x'),
  not: unary('not', '1 - x on bool', { dtype: ([x]) => logical('not', x!, 'bool') }),
  cast: unary('cast', 'the same numbers in another element type', {
    dtype: (_, { dtype }) => dtype,
    isIdentity: ({ inputs, attrs }) => inputs[0]!.dtype === attrs.dtype,
  }),
  stopGradient: unary('stopGradient', 'x, a constant to differentiation', {
    dtype: ([x]) => x!.dtype,
    isIdentity: () => true,
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
        condition!.shape,
        broadcastShapes(a!.shape, b!.shape, who('where')),
        who('where'),
      ),
    dtype: ([condition, a, b]) => logical('where', condition!, sameDType('where', [a!, b!])),
  },

  reduceSum: reduction('reduceSum', 'sum over axes'),
  reduceMax: reduction('reduceMax', 'greatest over axes'),
  argMax: {
    doc: 'index of the first greatest element along an axis, int32; the axis is removed',
    arity: 1,
    shape: ([x], { axis }) =>
      x!.shape.toSpliced(resolveAxis(axis, x!.shape.length, who('argMax')), 1),
    dtype: () => 'int32',
  },
  logSoftmax: unary('logSoftmax', 'x - ln(sum(e^x)) along an axis, without overflow', {
    isElementwise: false,
  }),

  matmul: {
    doc: 'matrix product [..., M, K] x [..., K, N] -> [..., M, N]; leading axes broadcast',
    arity: 2,
    shape: matmulShape,
    dtype: inputs => sameDType('matmul', inputs),
  },

  reshape: {
    doc: 'the same elements, row-major, in another shape',
    arity: 1,
    shape: reshapeShape,
    dtype: ([x]) => x!.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0]!.shape, shape),
  },
  transpose: {
    doc: 'axes in another order: axis i of the result is axis permutation[i] of x',
    arity: 1,
    shape: transposeShape,
    dtype: ([x]) => x!.dtype,
    isIdentity: ({ attrs }) => attrs.permutation.every((axis, i) => axis === i),
  },
  broadcast: {
    doc: 'x repeated along axes of size 1 and new leading axes',
    arity: 1,
    shape: broadcastShape,
    dtype: ([x]) => x!.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0]!.shape, shape),
  },
  slice: {
    doc: 'the block from starts up to, not including, ends',
    arity: 1,
    shape: sliceShape,
    dtype: ([x]) => x!.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0]!.shape, shape),
  },
  pad: {
    doc: 'zeros put before and after along each axis',
    arity: 1,
    shape: ([x], { before, after }) => {
      perAxis('pad', x!, [before, after])
      return x!.shape.map((n, axis) => before[axis]! + n + after[axis]!)
    },
    dtype: ([x]) => x!.dtype,
    isIdentity: ({ inputs, shape }) => sameShape(inputs[0]!.shape, shape),
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
    shape: ([x, indices], { axis }) => x!.shape.toSpliced(axis, 1, ...indices!.shape),
    dtype: ([x, indices]) => indexed('gather', indices!, x!.dtype),
  },
  scatterAdd: {
    doc: 'rows added into `size` rows of zeros along an axis at int32 indices; transpose of gather',
    arity: 2,
    shape: scatterShape,
    dtype: ([rows, indices]) => indexed('scatterAdd', indices!, rows!.dtype),
  },
  oneHot: {
    doc: '1 at the int32 index and 0 elsewhere on a new last axis; all 0 outside 0..depth-1',
    arity: 1,
    shape: ([indices], { depth }) => [...indices!.shape, depth],
    dtype: ([indices], { dtype }) => indexed('oneHot', indices!, dtype),
  },
}
