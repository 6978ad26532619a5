import {
  broadcastShapes,
  type DType,
  DTypeError,
  isFloat,
  resolveAxis,
  type Shape,
} from '../base/index.ts'
import type { OpAttrs, OpName } from './op-attrs.ts'
import type { Arity, Operands, OpOfArity } from './operands.ts'
import { currentOrigin, describeOrigin, type Value } from './value.ts'

/** What the compiler knows of an op. A pass that needs a new fact adds a column. */
export interface OpRow<K extends OpName> {
  /** What the op computes, in code letters. */
  readonly doc: string
  readonly arity: Arity<K>
  /** Throws ShapeError when the operands do not fit. */
  readonly shape: (inputs: Operands<K, Value>, attrs: OpAttrs[K]) => Shape
  /** Throws DTypeError when the operands do not fit. */
  readonly dtype: (inputs: Operands<K, Value>, attrs: OpAttrs[K]) => DType
  readonly isCommutative?: boolean
  /** Whether element i of the result is made of the operands' elements i alone, once stretched. */
  readonly isElementwise?: boolean
  /** The number that leaves the other operand as it is, by operand position. */
  readonly neutral?: readonly [left: number | undefined, right: number | undefined]
  /** Whether operands stretch to the result's shape by themselves. */
  readonly isStretching?: boolean
  /** Whether `a <= b` makes `f(a) <= f(b)`; defined on all numbers. */
  readonly isMonotone?: boolean
  /** Whether every element of the result is the greatest of some of the operand's. */
  readonly picksGreatest?: boolean
  /** Multiplications with an addition each, where that is most of the work. */
  readonly multiplyAdds?: (value: Value<K>) => number
  /** Whether this value always equals its first operand. */
  readonly isIdentity?: (value: Value<K>) => boolean
  /** Whether differentiation takes the value for a constant, although it depends on its operands. */
  readonly stopsGradient?: boolean
}

/** Who complains: the layer being built, or the op. */
export const who = (op: OpName): string => describeOrigin(currentOrigin(), op)
/** Where an operand came from. */
export const from = (value: Value): string => `output of ${describeOrigin(value.origin, value.op)}`

type Some<T> = readonly [T, ...T[]]

/** The element type that all operands have. Throws DTypeError when they differ. */
export function sameDType(op: OpName, inputs: Some<Value>): DType {
  const [first, ...rest] = inputs
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

/** The float type of the first operand. Throws DTypeError when it is none. */
export function floatOnly(op: OpName, [x]: Some<Value>): DType {
  if (!isFloat(x.dtype))
    throw new DTypeError({
      who: `${who(op)} in ${op}`,
      expected: 'float32 or float64',
      received: x.dtype,
      from: from(x),
      hint: 'Convert it with cast()',
    })
  return x.dtype
}

/** The float type that all operands have. Throws DTypeError when there is none. */
export const floats = (op: OpName, inputs: Some<Value>): DType =>
  floatOnly(op, inputs) && sameDType(op, inputs)

/** The shape of the first operand. */
const same = ([x]: Some<Value>): Shape => x.shape

/** The common case: `y[i] = f(x[i])` on floats. */
export const unary = <K extends OpOfArity<1>>(
  op: K,
  doc: string,
  facts: Partial<OpRow<K>> = {},
): OpRow<K> => ({
  doc,
  arity: 1,
  isElementwise: true,
  shape: same,
  dtype: inputs => floatOnly(op, inputs),
  ...facts,
})

/** The common case: `y[i] = f(a[i], b[i])` with broadcasting. */
export const binary = <K extends OpOfArity<2>>(
  op: K,
  doc: string,
  facts: Partial<OpRow<K>> = {},
): OpRow<K> => ({
  doc,
  arity: 2,
  isElementwise: true,
  isStretching: true,
  shape: ([a, b]) => broadcastShapes(a.shape, b.shape, `${who(op)} in ${op}`, from(b)),
  dtype: inputs => sameDType(op, inputs),
  ...facts,
})

/** The common case: axes removed. */
export const reduction = <K extends 'reduceSum' | 'reduceMax'>(
  op: K,
  doc: string,
  facts: Partial<OpRow<K>> = {},
): OpRow<K> => ({
  doc,
  arity: 1,
  shape: ([x], { axes, keepAxes }) => {
    const removed = new Set(axes.map(axis => resolveAxis(axis, x.shape.length, who(op))))
    return x.shape.flatMap((n, axis) => (removed.has(axis) ? (keepAxes ? [1] : []) : [n]))
  },
  dtype: ([x]) => x.dtype,
  isIdentity: ({ attrs }) => attrs.axes.length === 0,
  ...facts,
})

/** `result`, once the operand is known to be bool. */
export function logical(op: OpName, x: Value, result: DType): DType {
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
export function indexed(op: OpName, indices: Value, result: DType): DType {
  if (indices.dtype !== 'int32')
    throw new DTypeError({
      who: `${who(op)} in ${op}`,
      expected: 'int32 indices',
      received: indices.dtype,
      from: from(indices),
    })
  return result
}
