import { type DType, type Shape, sizeOf, tensorOf, zerosTensor } from '../base/index.ts'
import type { AveragePoolAttrs, Operands, Pair, PoolAttrs, Value } from '../ir/index.ts'
import { windowAttributes } from './convolution.ts'
import type { Emitter } from './emitter.ts'
import { filled, type Lowering, range, reshaped } from './row.ts'

const poolAttributes = (attrs: PoolAttrs) => ({
  ...windowAttributes(attrs),
  kernel_shape: { ints: attrs.kernel },
})

/** Whether windows lie side by side, so that every element is in one window at most. */
export const isTiled = ({ kernel, strides, before, after }: PoolAttrs): boolean =>
  kernel.every((k, axis) => k === strides[axis]) && [...before, ...after].every(n => n === 0)

export const lowerMaxPool: Lowering<'maxPool2d'> = ({ attrs }, operands, emit) =>
  emit.node('MaxPool', operands, poolAttributes(attrs))

/**
 * dy where x won its window, the first among ties. Windows side by side are done with masks, several
 * times faster than with the places that MaxPool gives when asked.
 */
export const lowerMaxPoolGradient: Lowering<'maxPool2dGradient'> = (value, operands, emit) =>
  (isTiled(value.attrs) && value.dtype === 'float32' ? byMasks : byPlaces)(value, operands, emit)

/**
 * The winners, all that equal y, are numbered downwards in their window; the one with the greatest
 * number is the first.
 */
function byMasks(
  { attrs, inputs, dtype, shape }: Value<'maxPool2dGradient'>,
  [x, y, dy]: Operands<'maxPool2dGradient', string>,
  emit: Emitter,
): string {
  const { kernel } = attrs
  const counts = inputs[1].shape.slice(2) as unknown as Pair
  const covered: Pair = [counts[0] * kernel[0], counts[1] * kernel[1]]
  const spread = (pooled: string) => enlarged(emit, pooled, kernel)
  const isEqual = (a: string, b: string) => emit.cast(emit.node('Equal', [a, b]), dtype)
  const wins = isEqual(cropped(emit, x, shape, covered), spread(y))
  const numbered = emit.node('Mul', [wins, emit.tensor(downwards(covered, kernel))])
  const first = emit.node('MaxPool', [numbered], poolAttributes(attrs))
  const slopes = emit.node('Mul', [isEqual(numbered, spread(first)), spread(dy)])
  return restored(emit, slopes, shape, covered)
}

/** Numbers from the size of a window down to 1, row by row in every window: `[1, 1, H, W]`. */
function downwards(size: Pair, [kh, kw]: Pair) {
  const numbers = range(0, size[0]).flatMap(row =>
    range(0, size[1]).map(column => kh * kw - (row % kh) * kw - (column % kw)),
  )
  return tensorOf('float32', [1, 1, ...size], Float32Array.from(numbers))
}

/** Every element repeated over a window of its own. */
function enlarged(emit: Emitter, pooled: string, kernel: Pair): string {
  const scales = tensorOf('float32', [4], Float32Array.of(1, 1, ...kernel))
  return emit.node('Resize', [pooled, '', emit.tensor(scales)], {
    mode: { string: 'nearest' },
    coordinate_transformation_mode: { string: 'asymmetric' },
    nearest_mode: { string: 'floor' },
  })
}

/** Images without the last rows and columns, which no window covers. */
function cropped(emit: Emitter, x: string, shape: Shape, size: Pair): string {
  if (shape[2] === size[0] && shape[3] === size[1]) return x
  return emit.node('Slice', [x, emit.int64s([0, 0]), emit.int64s(size), emit.int64s([2, 3])])
}

/** Zeros in the place of rows and columns that were left out. */
function restored(emit: Emitter, x: string, shape: Shape, size: Pair): string {
  if (shape[2] === size[0] && shape[3] === size[1]) return x
  const missing = [shape[2]! - size[0], shape[3]! - size[1]]
  return emit.node('Pad', [x, emit.int64s([0, 0, 0, 0, 0, 0, ...missing])])
}

/** dy added at the places that MaxPool says it took, which are the first among ties. */
function byPlaces(
  { attrs, dtype, shape }: Value<'maxPool2dGradient'>,
  [x, , dy]: Operands<'maxPool2dGradient', string>,
  emit: Emitter,
): string {
  const [, places] = emit.pair('MaxPool', [x], poolAttributes(attrs))
  const zeros = filled(emit, [sizeOf(shape)], 0, dtype)
  const flat = [places, dy].map(name => reshaped(emit, name, [-1]))
  const sums = emit.node('ScatterElements', [zeros, ...flat], { reduction: { string: 'add' } })
  return reshaped(emit, sums, shape)
}

export const lowerAveragePool: Lowering<'averagePool2d'> = ({ attrs }, operands, emit) =>
  emit.node('AveragePool', operands, {
    ...poolAttributes(attrs),
    count_include_pad: { int: Number(attrs.countIncludePad) },
  })

/** The shares of dy repeated over windows side by side, or spread by a transposed convolution. */
export const lowerAveragePoolGradient: Lowering<'averagePool2dGradient'> = (value, [dy], emit) => {
  const { attrs, dtype, shape } = value
  const { kernel, size } = attrs
  const counts = value.inputs[0].shape.slice(2) as unknown as Pair
  const shares = emit.node('Div', [dy, divisors(emit, attrs, size, counts, dtype)])
  if (!isTiled(attrs)) return spreadOut(value, shares, counts, emit)
  const covered: Pair = [counts[0] * kernel[0], counts[1] * kernel[1]]
  return restored(emit, enlarged(emit, shares, kernel), shape, covered)
}

/** Every channel on its own, with a kernel of ones. */
function spreadOut(
  { attrs, dtype, shape }: Value<'averagePool2dGradient'>,
  shares: string,
  counts: Pair,
  emit: Emitter,
): string {
  const { kernel, strides, before, after, size } = attrs
  const unreached = size.map(
    (n, i) => n + before[i]! + after[i]! - (counts[i]! - 1) * strides[i]! - kernel[i]!,
  )
  const planes = reshaped(emit, shares, [-1, 1, ...counts])
  const ones = filled(emit, [1, 1, ...kernel], 1, dtype)
  const spread = emit.node('ConvTranspose', [planes, ones], {
    ...windowAttributes(attrs),
    output_padding: { ints: unreached },
  })
  return reshaped(emit, spread, [-1, ...shape.slice(1)])
}

/** What the sum of each window is divided by: a scalar, or `[h, w]` where padding does not count. */
function divisors(
  emit: Emitter,
  { kernel, strides, before, countIncludePad }: AveragePoolAttrs,
  size: Pair,
  counts: Pair,
  dtype: DType,
): string {
  if (countIncludePad) return emit.scalar(kernel[0] * kernel[1], dtype)
  const along = (axis: 0 | 1) =>
    range(0, counts[axis]).map(i => {
      const start = i * strides[axis] - before[axis]
      return Math.min(start + kernel[axis], size[axis]) - Math.max(start, 0)
    })
  const [rows, columns] = [along(0), along(1)]
  const table = zerosTensor(dtype, counts)
  rows.forEach((row, i) => {
    columns.forEach((column, j) => {
      table.data[i * counts[1] + j] = row * column
    })
  })
  return emit.tensor(table)
}
