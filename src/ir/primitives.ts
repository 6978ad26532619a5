import {
  type DType,
  given,
  resolveAxis,
  type Shape,
  type Tensor,
  type TensorLike,
  tensor,
  zerosTensor,
} from '../base/index.ts'
import { makeValue } from './make.ts'
import type { AveragePoolAttrs, ConvAttrs, OpAttrs, OpName, Pair, PoolAttrs } from './op-attrs.ts'
import type { Value } from './value.ts'

/** A value, or a number that takes the element type of the other operand. */
export type Operand = Value | number

type Plain = { [K in OpName]: keyof OpAttrs[K] extends never ? K : never }[OpName]

const none = Object.freeze({})
const unary =
  (op: Plain) =>
  (x: Value): Value =>
    makeValue(op, [x], none)
const binary =
  (op: Plain) =>
  (a: Operand, b: Operand): Value =>
    makeValue(op, liftPair(a, b), none)

function liftPair(a: Operand, b: Operand): [Value, Value] {
  const dtype = typeof a !== 'number' ? a.dtype : typeof b !== 'number' ? b.dtype : 'float32'
  return [lift(a, dtype), lift(b, dtype)]
}

/** An operand as a value; a number becomes a scalar constant of the element type. */
function lift(x: Operand, dtype: DType): Value {
  if (typeof x !== 'number') return x
  const value = zerosTensor(dtype, [])
  value.data[0] = x
  return makeValue('constant', [], { value })
}

/** A tensor given at run time under a name. */
export function input(name: string, shape: Shape, dtype: DType = 'float32'): Value<'input'> {
  return makeValue('input', [], { name, shape: [...shape], dtype })
}

/** A tensor known at compile time: a number, nested lists or a host tensor. */
export function constant(value: TensorLike | Tensor, dtype: DType = 'float32'): Value<'constant'> {
  const isTensor = typeof value === 'object' && 'data' in value
  return makeValue('constant', [], { value: isTensor ? value : tensor(value, dtype) })
}

/** `-x`. */
export const neg = unary('neg')
/** `|x|`. */
export const abs = unary('abs')
/** -1, 0 or 1. */
export const sign = unary('sign')
/** `e^x`. */
export const exp = unary('exp')
/** Natural logarithm. */
export const log = unary('log')
/** Square root. */
export const sqrt = unary('sqrt')
/** The greatest integer not above x. */
export const floor = unary('floor')
/** `(e^x - e^-x) / (e^x + e^-x)`. */
export const tanh = unary('tanh')
/** `1 / (1 + e^-x)`. */
export const sigmoid = unary('sigmoid')
/** `max(x, 0)`; the gradient at 0 is 0. */
export const relu = unary('relu')
/** The error function. */
export const erf = unary('erf')
/** `1 - x` on bool. */
export const not = unary('not')
/** x, treated as a constant by differentiation. */
export const stopGradient = unary('stopGradient')

/** `a + b` with broadcasting. */
export const add = binary('add')
/** `a - b` with broadcasting. */
export const sub = binary('sub')
/** `a * b` with broadcasting. */
export const mul = binary('mul')
/** `a / b` with broadcasting. */
export const div = binary('div')
/** `a ^ b` with broadcasting. */
export const pow = binary('pow')
/** The greater of a and b with broadcasting; ties share the gradient. */
export const max = binary('max')
/** The smaller of a and b with broadcasting; ties share the gradient. */
export const min = binary('min')
/** `a = b` as bool, with broadcasting. */
export const equal = binary('equal')
/** `a < b` as bool, with broadcasting. */
export const less = binary('less')

/** `a` where the condition holds, else `b`; broadcasts. */
export function where(condition: Value, a: Operand, b: Operand): Value {
  return makeValue('where', [condition, ...liftPair(a, b)], none)
}

/** The same numbers in another element type. */
export function cast(x: Value, dtype: DType): Value {
  return makeValue('cast', [x], { dtype })
}

function reduce(op: 'reduceSum' | 'reduceMax') {
  return (x: Value, axes?: number | readonly number[], keepAxes = false): Value => {
    const list = axes === undefined ? [...x.shape.keys()] : [axes].flat()
    const resolved = list.map(axis => resolveAxis(axis, x.shape.length, op))
    return makeValue(op, [x], { axes: resolved.sort((a, b) => a - b), keepAxes })
  }
}

/** The sum over axes, or over all of them. */
export const sum = reduce('reduceSum')
/** The greatest over axes, or over all of them; ties share the gradient. */
export const reduceMax = reduce('reduceMax')

/** The index of the first greatest element along an axis, int32. */
export function argMax(x: Value, axis = -1): Value {
  return makeValue('argMax', [x], { axis: resolveAxis(axis, x.shape.length, 'argMax') })
}

/**
 * `x - ln(sum(e^x))` along an axis; stable for any finite x. A primitive, since engines compute it
 * in one pass and its derivative needs the result alone.
 */
export function logSoftmax(x: Value, axis = -1): Value {
  return makeValue('logSoftmax', [x], { axis: resolveAxis(axis, x.shape.length, 'logSoftmax') })
}

/** Matrix product `[..., M, K] x [..., K, N] -> [..., M, N]`; leading axes broadcast. */
export function matmul(
  a: Value,
  b: Value,
  { transposeA = false, transposeB = false }: Partial<OpAttrs['matmul']> = {},
): Value {
  return makeValue('matmul', [a, b], { transposeA, transposeB })
}

/** How a convolution differs from one of stride 1 without padding, dilation or groups. */
export type ConvOptions = Partial<ConvAttrs>

const convAttrs = (options: ConvOptions): ConvAttrs => ({
  strides: [1, 1],
  before: [0, 0],
  after: [0, 0],
  dilations: [1, 1],
  groups: 1,
  ...given(options),
})

/**
 * Convolution without flipping, as every library calls it:
 * `y[b, o, i, j] = sum over c, u, v of x[b, c, i stride + u dilation - before, …] weight[o, c, u, v]`
 * Shapes: `[B, C, H, W], [O, C/groups, kh, kw] -> [B, O, h, w]`; outputs of a group read its inputs alone.
 * Throws ShapeError when the operands do not fit or the kernel is larger than the padded input.
 */
export function conv2d(x: Value, weight: Value, options: ConvOptions = {}): Value<'conv2d'> {
  return makeValue('conv2d', [x, weight], convAttrs(options))
}

/**
 * What conv2d does to gradients of its x, also known as transposed convolution.
 * Shapes: `[B, O, h, w], [O, C/groups, kh, kw] -> [B, C, ...size]`.
 */
export function conv2dInputGradient(
  dy: Value,
  weight: Value,
  size: Pair,
  options: ConvOptions = {},
): Value<'conv2dInputGradient'> {
  return makeValue('conv2dInputGradient', [dy, weight], { ...convAttrs(options), size })
}

/**
 * What conv2d does to gradients of its weights.
 * Shapes: `[B, C, H, W], [B, O, h, w] -> [O, C/groups, ...kernel]`.
 */
export function conv2dWeightGradient(
  x: Value,
  dy: Value,
  kernel: Pair,
  options: ConvOptions = {},
): Value<'conv2dWeightGradient'> {
  return makeValue('conv2dWeightGradient', [x, dy], { ...convAttrs(options), kernel })
}

/** The window of a pool; by default it moves by its own size, without padding. */
export type PoolOptions = Partial<PoolAttrs> & Pick<PoolAttrs, 'kernel'>

const poolAttrs = ({ kernel, ...options }: PoolOptions): PoolAttrs => ({
  kernel,
  strides: kernel,
  before: [0, 0],
  after: [0, 0],
  ...given(options),
})

/** The greatest element under each window; of those that tie the first receives the gradient. */
export function maxPool2d(x: Value, options: PoolOptions): Value<'maxPool2d'> {
  return makeValue('maxPool2d', [x], poolAttrs(options))
}

/** `dy` added at the first place of each window where `x` equals `y = maxPool2d(x)`. */
export function maxPool2dGradient(
  x: Value,
  y: Value,
  dy: Value,
  options: PoolOptions,
): Value<'maxPool2dGradient'> {
  return makeValue('maxPool2dGradient', [x, y, dy], poolAttrs(options))
}

/** Mean pooling; `countIncludePad`, true by default as in PyTorch, counts padding among the elements. */
export type AveragePoolOptions = PoolOptions & Partial<AveragePoolAttrs>

/** The mean of the elements under each window. */
export function averagePool2d(x: Value, options: AveragePoolOptions): Value<'averagePool2d'> {
  return makeValue('averagePool2d', [x], { countIncludePad: true, ...poolAttrs(options) })
}

/** `dy` in equal shares to the elements of each window. */
export function averagePool2dGradient(
  dy: Value,
  size: Pair,
  options: AveragePoolOptions,
): Value<'averagePool2dGradient'> {
  const attrs = { countIncludePad: true, ...poolAttrs(options), size }
  return makeValue('averagePool2dGradient', [dy], attrs)
}

/** The same elements, row-major, in another shape. */
export function reshape(x: Value, shape: Shape): Value {
  return makeValue('reshape', [x], { shape: [...shape] })
}

/** Axes in another order; by default the last two swapped. */
export function transpose(x: Value, permutation?: readonly number[]): Value {
  const axes = [...x.shape.keys()]
  return makeValue('transpose', [x], {
    permutation: permutation ?? [...axes.slice(0, -2), ...axes.slice(-2).reverse()],
  })
}

/** x stretched to a shape. */
export function broadcast(x: Value, shape: Shape): Value {
  return makeValue('broadcast', [x], { shape: [...shape] })
}

/** The block from `starts` up to, not including, `ends`. */
export function slice(x: Value, starts: readonly number[], ends: readonly number[]): Value {
  return makeValue('slice', [x], { starts, ends })
}

/** Zeros put before and after along each axis. */
export function pad(x: Value, before: readonly number[], after: readonly number[]): Value {
  return makeValue('pad', [x], { before, after })
}

/** Operands one after the other along an axis. */
export function concat(values: readonly Value[], axis = 0): Value {
  const rank = values[0]?.shape.length ?? 1
  return makeValue('concat', values, { axis: resolveAxis(axis, rank, 'concat') })
}

/** Rows of x along an axis, picked by int32 indices. */
export function gather(x: Value, indices: Value, axis = 0): Value {
  return makeValue('gather', [x, indices], { axis: resolveAxis(axis, x.shape.length, 'gather') })
}

/** Rows added into `size` rows of zeros along an axis at int32 indices. */
export function scatterAdd(rows: Value, indices: Value, size: number, axis = 0): Value {
  return makeValue('scatterAdd', [rows, indices], { axis, size })
}

/** 1 at the int32 index and 0 elsewhere, on a new last axis. */
export function oneHot(indices: Value, depth: number, dtype: DType = 'float32'): Value {
  return makeValue('oneHot', [indices], { depth, dtype })
}
