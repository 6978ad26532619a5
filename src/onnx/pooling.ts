import { type DType, type Shape, sizeOf, zerosTensor } from '../base/index.ts'
import type { AveragePoolAttrs, PoolAttrs } from '../ir/index.ts'
import { windowAttributes } from './convolution.ts'
import type { Emitter } from './emitter.ts'
import { filled, type Lowering } from './row.ts'

const poolAttributes = (attrs: PoolAttrs) => ({
  ...windowAttributes(attrs),
  kernel_shape: { ints: attrs.kernel },
})

export const lowerMaxPool: Lowering<'maxPool2d'> = ({ attrs }, operands, emit) =>
  emit.node('MaxPool', operands, poolAttributes(attrs))

/** dy added at the places that MaxPool says it took, the first among ties. */
export const lowerMaxPoolGradient: Lowering<'maxPool2dGradient'> = (value, [x, , dy], emit) => {
  const [, places] = emit.pair('MaxPool', [x!], poolAttributes(value.attrs))
  const flat = (name: string) => emit.node('Reshape', [name, emit.int64s([-1])])
  const zeros = filled(emit, [sizeOf(value.shape)], 0, value.dtype)
  const sums = emit.node('ScatterElements', [zeros, flat(places), flat(dy!)], {
    reduction: { string: 'add' },
  })
  return emit.node('Reshape', [sums, emit.int64s(value.shape)])
}

export const lowerAveragePool: Lowering<'averagePool2d'> = ({ attrs }, operands, emit) =>
  emit.node('AveragePool', operands, {
    ...poolAttributes(attrs),
    count_include_pad: { int: Number(attrs.countIncludePad) },
  })

/** A transposed convolution of each channel with equal weights. */
export const lowerAveragePoolGradient: Lowering<'averagePool2dGradient'> = (value, [dy], emit) => {
  const { attrs, dtype } = value
  const { kernel, strides, before, after } = attrs
  const [batch, channels, height, width] = value.shape as [number, number, number, number]
  const counts = value.inputs[0]!.shape.slice(2)
  const shares = emit.node('Div', [dy!, divisors(emit, attrs, [height, width], counts, dtype)])
  const images = [batch * channels, 1]
  const unreached = [height, width].map(
    (n, i) => n + before[i]! + after[i]! - (counts[i]! - 1) * strides[i]! - kernel[i]!,
  )
  const spread = emit.node(
    'ConvTranspose',
    [
      emit.node('Reshape', [shares, emit.int64s([...images, ...counts])]),
      filled(emit, [1, 1, ...kernel], 1, dtype),
    ],
    { ...windowAttributes(attrs), output_padding: { ints: unreached } },
  )
  return emit.node('Reshape', [spread, emit.int64s(value.shape)])
}

/** What the sum of each window is divided by: a scalar, or `[h, w]` where padding does not count. */
function divisors(
  emit: Emitter,
  attrs: AveragePoolAttrs,
  size: Shape,
  counts: Shape,
  dtype: DType,
): string {
  const { kernel, strides, before, countIncludePad } = attrs
  if (countIncludePad) return emit.scalar(kernel[0] * kernel[1], dtype)
  const along = (axis: 0 | 1) =>
    Array.from({ length: counts[axis]! }, (_, i) => {
      const start = i * strides[axis] - before[axis]
      return Math.min(start + kernel[axis], size[axis]!) - Math.max(start, 0)
    })
  const [rows, columns] = [along(0), along(1)]
  const table = zerosTensor(dtype, counts)
  table.data.set(rows.flatMap(row => columns.map(column => row * column)) as never)
  return emit.tensor(table)
}
