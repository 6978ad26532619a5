import { stridesOf, type Tensor, zerosTensor } from '../../base/index.ts'
import type { Value } from '../../ir/index.ts'
import { fill, type Kernel, offsetsOf, stretchedStrides } from './kernel.ts'

/** The elements of x in the order that the strides step through them. */
function read(value: Value, x: Tensor, strides: readonly number[], start = 0): Tensor {
  const offsets = offsetsOf(value.shape, strides, start)
  return fill(value, i => x.data[offsets[i]!]!)
}

/** Writes a whole tensor into a block of a larger one. */
function write(block: Tensor, result: Tensor, starts: readonly number[]): void {
  const strides = stridesOf(result.shape)
  offsetsOf(block.shape, strides, offsetOf(starts, strides)).forEach((to, from) => {
    result.data[to] = block.data[from]!
  })
}

function offsetOf(position: readonly number[], strides: readonly number[]): number {
  return position.reduce((offset, index, axis) => offset + index * strides[axis]!, 0)
}

/** Axis i of the result steps through x as axis `permutation[i]` does. */
export const transpose: Kernel<'transpose'> = (value, [x]) => {
  const strides = stridesOf(x.shape)
  return read(
    value,
    x,
    value.attrs.permutation.map(axis => strides[axis]!),
  )
}

/** Stretched axes do not step at all. */
export const broadcast: Kernel<'broadcast'> = (value, [x]) =>
  read(value, x, stretchedStrides(x.shape, value.shape))

/** The same steps as through x, from another start. */
export const slice: Kernel<'slice'> = (value, [x]) => {
  const strides = stridesOf(x.shape)
  return read(value, x, strides, offsetOf(value.attrs.starts, strides))
}

/** x written into zeros. */
export const pad: Kernel<'pad'> = (value, [x]) => {
  const result = zerosTensor(value.dtype, value.shape)
  write(x, result, value.attrs.before)
  return result
}

/** Every operand written after the one before it. */
export const concat: Kernel<'concat'> = (value, operands) => {
  const { axis } = value.attrs
  const result = zerosTensor(value.dtype, value.shape)
  let start = 0
  for (const operand of operands) {
    write(
      operand,
      result,
      value.shape.map((_, i) => (i === axis ? start : 0)),
    )
    start += operand.shape[axis]!
  }
  return result
}
