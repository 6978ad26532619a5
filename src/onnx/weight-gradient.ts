import { type DType, sameShape, sizeOf, type Tensor, tensorOf, zerosTensor } from '../base/index.ts'
import type { Operands, Pair, Value } from '../ir/index.ts'
import { convAttributes } from './convolution.ts'
import type { Emitter } from './emitter.ts'
import { batchedProduct } from './matmul.ts'
import { type Lowering, permuted, range, reshaped } from './row.ts'

type Four = readonly [number, number, number, number]

/**
 * The columns of a convolution are what its windows see, laid out as a matrix; their product with dy
 * is the gradient: `dw[o, (c, u, v)] = sum over b, i, j of dy[o, (b, i, j)] columns[(b, i, j), (c, u, v)]`
 */
export const lowerConvWeightGradient: Lowering<'conv2dWeightGradient'> = (
  value,
  operands,
  emit,
) => {
  const { groups, kernel } = value.attrs
  const [outputs, perGroup] = value.shape as Four
  const windows = sizeOf(value.inputs[1].shape.slice(2))
  // A product for each example is worth it when it sums over many windows.
  const isByPlanes = groups > 1 || perGroup < 8 || sizeOf(kernel) === 1 || windows >= 8 * outputs
  return (isByPlanes ? byPlanes : byPixels)(value, operands, emit)
}

/** Columns of up to so many elements, 16 MiB, are made in one piece; nine-fold images can be large. */
const mostColumns = 2 ** 22
/** Columns that stay in a cache next to the core, 4 MiB. */
const cachedColumns = 2 ** 20

/** Chunks are grown rather than be more than this, since each is some nodes of the model. */
const mostChunks = 16

/** The examples in chunks whose columns have about `size` elements; one chunk where all are few. */
function chunksOf(batch: number, perExample: number, size: number): [start: number, end: number][] {
  if (batch * perExample <= mostColumns) return [[0, batch]]
  const wanted = Math.ceil((batch * perExample) / size)
  const chunk = Math.ceil(batch / Math.min(wanted, mostChunks))
  return range(0, Math.ceil(batch / chunk)).map(i => [i * chunk, Math.min((i + 1) * chunk, batch)])
}

/**
 * Columns pixel by pixel: all channels of a pixel are copied at once, and one list of places serves
 * every image. One product for all examples, or for some after the other, added up by Gemm.
 */
function byPixels(
  value: Value<'conv2dWeightGradient'>,
  [x, dy]: Operands<'conv2dWeightGradient', string>,
  emit: Emitter,
): string {
  const { attrs, inputs } = value
  const { before, after, kernel } = attrs
  const [batch, channels, height, width] = inputs[0].shape as Four
  const [, outputs, ...counts] = inputs[1].shape as Four
  const padded: Pair = [before[0] + height + after[0], before[1] + width + after[1]]
  const windows = sizeOf(counts)
  const perWindow = sizeOf(kernel) * channels
  const pixels = reshaped(
    emit,
    emit.node('Pad', [
      permuted(emit, x, [0, 2, 3, 1]),
      emit.int64s([0, ...before, 0, 0, ...after, 0]),
    ]),
    [batch, sizeOf(padded), channels],
  )
  const slopes = reshaped(emit, permuted(emit, dy, [1, 0, 2, 3]), [outputs, batch * windows])
  const places = emit.tensor(placesOf(attrs, counts, padded[1]))
  let total: string | undefined
  for (const [start, end] of chunksOf(batch, windows * perWindow, mostColumns)) {
    const some = part(emit, pixels, 0, start, end, batch)
    const seen = emit.node('Gather', [some, places], { axis: { int: 1 } })
    const columns = reshaped(emit, seen, [(end - start) * windows, perWindow])
    const slope = part(emit, slopes, 1, start * windows, end * windows, batch * windows)
    total = total
      ? emit.node('Gemm', [slope, columns, total])
      : emit.node('MatMul', [slope, columns])
  }
  return permuted(emit, reshaped(emit, total!, [outputs, ...kernel, channels]), [0, 3, 1, 2])
}

/** Where the elements of each window lie among the pixels of a padded image, window by window. */
function placesOf(
  { strides, dilations, kernel }: Value<'conv2dWeightGradient'>['attrs'],
  counts: Pair,
  width: number,
) {
  const places: number[] = []
  for (const i of range(0, counts[0]))
    for (const j of range(0, counts[1]))
      for (const u of range(0, kernel[0]))
        for (const v of range(0, kernel[1]))
          places.push(
            (i * strides[0] + u * dilations[0]) * width + j * strides[1] + v * dilations[1],
          )
  return tensorOf('int32', [places.length], Int32Array.from(places))
}

/**
 * Columns plane by plane, what every window sees at one element of the kernel: a convolution of each
 * channel with kernels that are 1 at one element and 0 elsewhere, the fastest way to take windows
 * apart. One product for each example and group, columns first: with `[B, groups, O, h w]` second and
 * transposed it runs twice as fast as the other way round.
 */
function byPlanes(
  value: Value<'conv2dWeightGradient'>,
  [x, dy]: Operands<'conv2dWeightGradient', string>,
  emit: Emitter,
): string {
  const { attrs, inputs } = value
  const { groups, kernel } = attrs
  const [batch, channels, ...size] = inputs[0].shape as Four
  const [, outputs, ...counts] = inputs[1].shape as Four
  const windows = sizeOf(counts)
  const perExample = channels * sizeOf(kernel)
  const kernels = isWhole(value) ? undefined : emit.tensor(picks(kernel, value.dtype))
  let total: string | undefined
  for (const [start, end] of chunksOf(batch, perExample * windows, cachedColumns)) {
    const images = part(emit, x, 0, start, end, batch)
    const planes = reshaped(emit, images, [(end - start) * channels, 1, ...size])
    const columns = kernels
      ? emit.node('Conv', [planes, kernels], convAttributes({ ...attrs, groups: 1 }))
      : images
    const matrices = (name: string, rows: number) =>
      reshaped(emit, name, [end - start, groups, rows / groups, windows])
    const slopes = matrices(part(emit, dy, 0, start, end, batch), outputs)
    const each = batchedProduct(emit, matrices(columns, perExample), slopes, value.dtype)
    const sum = emit.node('ReduceSum', [each, emit.int64s([0])], { keepdims: { int: 0 } })
    total = total ? emit.node('Add', [total, sum]) : sum
  }
  return reshaped(emit, permuted(emit, total!, [0, 2, 1]), value.shape)
}

/** Whether windows are single elements, each seen once: columns are then the image itself. */
const isWhole = ({ attrs, inputs: [x, dy] }: Value<'conv2dWeightGradient'>): boolean =>
  sizeOf(attrs.kernel) === 1 &&
  sameShape(x.shape.slice(2), dy.shape.slice(2)) &&
  [...attrs.before, ...attrs.after].every(n => n === 0)

/** Kernels `[kh kw, 1, kh, kw]` that pick one element each. */
function picks(kernel: Pair, dtype: DType): Tensor {
  const size = sizeOf(kernel)
  const table = zerosTensor(dtype, [size, 1, ...kernel])
  for (const k of range(0, size)) table.data[k * size + k] = 1
  return table
}

/** A block of an axis; the whole where it is all. */
function part(
  emit: Emitter,
  name: string,
  axis: number,
  start: number,
  end: number,
  size: number,
): string {
  if (start === 0 && end === size) return name
  return emit.node('Slice', [name, ...[start, end, axis].map(n => emit.int64s([n]))])
}
