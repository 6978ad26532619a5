import { type DType, formatShape, GraphError, type Shape, zerosTensor } from '../base/index.ts'
import { tensorProto } from '../formats/index.ts'
import { describeOrigin, type Operands, type OpName, type Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'

/** Emits the ONNX nodes of a value, given the names of its operands; returns the result's name. */
export type Lowering<K extends OpName> = (
  value: Value<K>,
  operands: Operands<K, string>,
  emit: Emitter,
) => string

/** One lowering per primitive op. */
export type LoweringTable = { readonly [K in OpName]: Lowering<K> }

/** Emits the nodes of a value by its row; `names` are those of its operands, in their order. */
export function lowerBy(
  rows: LoweringTable,
  value: Value,
  names: readonly string[],
  emit: Emitter,
): string {
  const lowering = rows[value.op] as Lowering<OpName>
  return lowering(value, names as Operands<OpName, string>, emit)
}

/** The common case: one node of the same meaning. */
export const node =
  (opType: string): Lowering<OpName> =>
  (_value, operands, emit) =>
    emit.node(opType, operands)

/** A tensor with the same number everywhere, made at run time so that it takes no room. */
export function filled(emit: Emitter, shape: Shape, number: number, dtype: DType): string {
  const one = zerosTensor(dtype, [1])
  one.data[0] = number
  return emit.node('ConstantOfShape', [emit.int64s(shape)], {
    value: { tensor: tensorProto('', one) },
  })
}

/** `start, start + 1, … end - 1`. */
export const range = (start: number, end: number): number[] =>
  Array.from({ length: end - start }, (_, i) => start + i)

/** A result in another shape. */
export function reshaped(emit: Emitter, x: string, shape: Shape): string {
  return emit.node('Reshape', [x, emit.int64s(shape)])
}

/** A result with its axes in another order. */
export function permuted(emit: Emitter, x: string, permutation: readonly number[]): string {
  const isIdentity = permutation.every((axis, i) => axis === i)
  return isIdentity ? x : emit.node('Transpose', [x], { perm: { ints: permutation } })
}

/** Throws GraphError when more axes than `most` are only known at run time. */
export function refuseOpen(value: Value, most: 0 | 1): never {
  throw new GraphError({
    who: `ONNX export of ${describeOrigin(value.origin, value.op)}`,
    expected: `${value.op} with ${most === 0 ? 'no axis' : 'at most one axis'} that depends on the batch`,
    received: formatShape(value.shape),
  })
}

/** The row of an op whose sizes, or those of its operands, are written into the model. */
export const fixed =
  <K extends OpName>(lowering: Lowering<K>): Lowering<K> =>
  (value, operands, emit) =>
    [value, ...value.inputs].some(part => emit.openAxes(part).length > 0)
      ? refuseOpen(value, 0)
      : lowering(value, operands, emit)

/** The row of an op whose first operand may have an open batch axis, which its result then has too. */
export const batched =
  <K extends OpName>(lowering: Lowering<K>): Lowering<K> =>
  (value, operands, emit) => {
    const [first, ...others] = value.inputs
    const isOpen = (part: Value, axes: readonly number[]) =>
      emit.openAxes(part).some(axis => !axes.includes(axis))
    return isOpen(first, [0]) || others.some(other => isOpen(other, []))
      ? refuseOpen(value, 0)
      : lowering(value, operands, emit)
  }
