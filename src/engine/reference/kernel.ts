import { type Named, type Shape, stridesOf, type Tensor, zerosTensor } from '../../base/index.ts'
import type { Operands, OpName, Value } from '../../ir/index.ts'

/** Computes a value from the tensors of its operands. Only the `input` row reads the feeds. */
export type Kernel<K extends OpName> = (
  value: Value<K>,
  operands: Operands<K, Tensor>,
  feeds: Named<Tensor>,
) => Tensor

/** The tensor of a value with `f(i)` as element i, rounded to the element type by being stored. */
export function fill({ dtype, shape }: Value, f: (i: number) => number): Tensor {
  const result = zerosTensor(dtype, shape)
  for (let i = 0; i < result.data.length; i++) result.data[i] = f(i)
  return result
}

/**
 * Where the elements of `shape`, taken in row-major order, lie in an array that is stepped through
 * with `strides` from `start` on. A stride of 0 repeats; every movement op is a choice of strides.
 */
export function offsetsOf(shape: Shape, strides: readonly number[], start = 0): number[] {
  return shape.reduce(
    (offsets, n, axis) =>
      offsets.flatMap(offset => Array.from({ length: n }, (_, i) => offset + i * strides[axis]!)),
    [start],
  )
}

/** Strides that read `shape` as if it were stretched to `result`. */
export function stretchedStrides(shape: Shape, result: Shape): number[] {
  const strides = stridesOf(shape)
  const lead = result.length - shape.length
  return result.map((_, axis) =>
    axis < lead || shape[axis - lead] === 1 ? 0 : strides[axis - lead]!,
  )
}

/** Sizes before, at and after an axis: `shape` seen as `[outer, n, inner]`. */
export function splitAt(shape: Shape, axis: number): [outer: number, n: number, inner: number] {
  const product = (sizes: Shape) => sizes.reduce((a, b) => a * b, 1)
  return [product(shape.slice(0, axis)), shape[axis]!, product(shape.slice(axis + 1))]
}
