import { type NumericArray, sizeOf, type Tensor, zerosTensor } from '../base/index.ts'

/**
 * Tensors of one shape on a new axis, after `lead` leading ones.
 * Shapes: [lead..., ...] each -> [lead..., N, ...].
 */
export function stacked(tensors: readonly Tensor[], lead: number): Tensor {
  const { dtype, shape } = tensors[0]!
  const [outer, inner] = [shape.slice(0, lead), shape.slice(lead)]
  const size = sizeOf(inner)
  const whole = zerosTensor(dtype, [...outer, tensors.length, ...inner])
  for (let row = 0; row < sizeOf(outer); row++)
    tensors.forEach(({ data }, i) => {
      const part = data.subarray(row * size, (row + 1) * size) as NumericArray
      whole.data.set(part, (row * tensors.length + i) * size)
    })
  return whole
}

/** One of the tensors that `stacked` put together, copied. */
export function partOf({ dtype, shape, data }: Tensor, index: number, lead: number): Tensor {
  const [outer, [count = 1, ...inner]] = [shape.slice(0, lead), shape.slice(lead)]
  const size = sizeOf(inner)
  const part = zerosTensor(dtype, [...outer, ...inner])
  for (let row = 0; row < sizeOf(outer); row++) {
    const start = (row * count + index) * size
    part.data.set(data.subarray(start, start + size) as NumericArray, row * size)
  }
  return part
}

/** Whether two tensors are the same numbers: at once where they are one, else if they are few. */
export function isEqual(a: Tensor | undefined, b: Tensor): boolean {
  if (!a || a.data.length !== b.data.length) return false
  const isOne = a.data.buffer === b.data.buffer && a.data.byteOffset === b.data.byteOffset
  return isOne || (b.data.length <= 64 && b.data.every((x, i) => x === a.data[i]))
}
