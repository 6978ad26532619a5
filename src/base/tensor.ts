import { type DType, dtypes, type NumericArray } from './dtype.ts'
import { ShapeError } from './errors.ts'
import { formatShape, type Shape, sizeOf } from './shape.ts'

/** Numbers in host memory, row-major. A plain object: nothing to dispose. */
export interface Tensor {
  readonly dtype: DType
  readonly shape: Shape
  readonly data: NumericArray
}

/** Nested lists of numbers, or a number: what a person types for a tensor. */
export type TensorLike = number | boolean | readonly TensorLike[]

/**
 * A tensor over existing elements, without a copy.
 * Throws ShapeError when the number of elements differs from the shape's.
 */
export function tensorOf(dtype: DType, shape: Shape, data: NumericArray): Tensor {
  if (data.length !== sizeOf(shape))
    throw new ShapeError({
      who: 'tensor',
      expected: `${sizeOf(shape)} elements for ${formatShape(shape)}`,
      received: `${data.length}`,
    })
  return { dtype, shape, data }
}

/** A tensor of zeros. */
export function zerosTensor(dtype: DType, shape: Shape): Tensor {
  return { dtype, shape, data: new dtypes[dtype].array(sizeOf(shape)) }
}

/**
 * A tensor from a number or nested lists.
 * Throws ShapeError when the lists are ragged.
 */
export function tensor(values: TensorLike, dtype: DType = 'float32'): Tensor {
  const shape: number[] = []
  for (let level: TensorLike = values; Array.isArray(level); level = level[0] as TensorLike) {
    shape.push(level.length)
    if (level.length === 0) break
  }
  const data = new dtypes[dtype].array(sizeOf(shape))
  let next = 0
  const fill = (level: TensorLike, axis: number): void => {
    const isList = Array.isArray(level)
    if (isList !== axis < shape.length || (isList && level.length !== shape[axis]))
      throw new ShapeError({
        who: 'tensor',
        expected: `lists nested as ${formatShape(shape)}`,
        received: isList
          ? `a list of ${level.length} at depth ${axis}`
          : `a number at depth ${axis}`,
      })
    if (isList) for (const item of level) fill(item, axis + 1)
    else data[next++] = Number(level)
  }
  fill(values, 0)
  return { dtype, shape, data }
}

/** The same tensor with its elements copied. */
export function copyTensor({ dtype, shape, data }: Tensor): Tensor {
  return { dtype, shape: [...shape], data: data.slice() as NumericArray }
}

/** The same numbers in another element type; toward bool, anything but 0 is 1. */
export function castTensor(t: Tensor, dtype: DType): Tensor {
  if (t.dtype === dtype) return t
  const data = new dtypes[dtype].array(t.data.length)
  for (let i = 0; i < data.length; i++)
    data[i] = dtype === 'bool' ? Number(t.data[i] !== 0) : t.data[i]!
  return { dtype, shape: t.shape, data }
}

/** The raw bytes of a tensor, without a copy, little-endian as on every platform we support. */
export function bytesOf({ data }: Tensor): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}
