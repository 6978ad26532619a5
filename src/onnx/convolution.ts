import { sameShape, sizeOf, tensorOf } from '../base/index.ts'
import type { AttributeValue } from '../formats/index.ts'
import { type ConvAttrs, isOp, type Pair, type Value, type WindowAttrs } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'
import { batchedProduct } from './matmul.ts'
import { type Lowering, permuted, range, reshaped } from './row.ts'

type Attributes = Readonly<Record<string, AttributeValue>>
type Four = readonly [number, number, number, number]

/** How windows move, as ONNX has it. */
export function windowAttributes({ strides, before, after }: WindowAttrs): Attributes {
  return { strides: { ints: strides }, pads: { ints: [...before, ...after] } }
}

const convAttributes = (attrs: ConvAttrs): Attributes => ({
  ...windowAttributes(attrs),
  dilations: { ints: attrs.dilations },
  group: { int: attrs.groups },
})

export const lowerConv: Lowering<'conv2d'> = ({ attrs }, operands, emit) =>
  emit.node('Conv', operands, convAttributes(attrs))

/** A convolution and a bias per channel as one Conv, when nothing else reads the bare convolution. */
export function biasedConv(value: Value, uses: ReadonlyMap<Value, number>): Fusion | undefined {
  if (!isOp(value, 'add')) return undefined
  for (const [i, conv] of value.inputs.entries()) {
    const addend = value.inputs[1 - i]!
    if (!isOp(conv, 'conv2d') || uses.get(conv) !== 1 || !isPerChannel(addend, conv)) continue
    const bias = isOp(addend, 'reshape') ? addend.inputs[0]! : addend
    return {
      operands: [...conv.inputs, bias],
      lower: ([x, weight, given], emit) => {
        const vector =
          bias.shape.length === 1 ? given! : reshaped(emit, given!, [sizeOf(bias.shape)])
        return emit.node('Conv', [x!, weight!, vector], convAttributes(conv.attrs))
      },
    }
  }
  return undefined
}

/** Whether a value has one number for each channel of a convolution, or is stretched to that. */
function isPerChannel({ shape }: Value, { shape: [, channels] }: Value): boolean {
  const [rows, columns, outputs] = [shape.at(-1), shape.at(-2), shape.at(-3)]
  return rows === 1 && columns === 1 && outputs === channels && sizeOf(shape) === channels
}

/** How far a kernel reaches beyond its first element. */
const reachOf = (kernel: readonly number[], { dilations }: ConvAttrs): Pair => [
  dilations[0] * (kernel[0]! - 1),
  dilations[1] * (kernel[1]! - 1),
]

/**
 * A convolution with the kernel turned round where that is one, since Conv runs faster than
 * ConvTranspose and on all threads; ConvTranspose where windows step over elements.
 */
export const lowerConvInputGradient: Lowering<'conv2dInputGradient'> = (value, operands, emit) => {
  const { attrs, inputs } = value
  const { strides, before, after } = attrs
  const reach = reachOf(inputs[1]!.shape.slice(2), attrs)
  const isConv = [0, 1].every(
    axis => strides[axis] === 1 && before[axis]! <= reach[axis]! && after[axis]! <= reach[axis]!,
  )
  return isConv
    ? turnedConv(value, operands, reach, emit)
    : transposedConv(value, operands, reach, emit)
}

function turnedConv(
  { attrs, inputs }: Value<'conv2dInputGradient'>,
  [dy, weight]: readonly string[],
  reach: Pair,
  emit: Emitter,
): string {
  const { groups, before, after } = attrs
  const [outputs, perGroup, ...kernel] = inputs[1]!.shape as Four
  // [groups, O/groups, C/groups, …] -> [groups, C/groups, O/groups, …]
  const split = reshaped(emit, weight!, [groups, outputs / groups, perGroup, ...kernel])
  const swapped = permuted(emit, split, [0, 2, 1, 3, 4])
  const merged = reshaped(emit, swapped, [groups * perGroup, outputs / groups, ...kernel])
  const turned = kernel.every(k => k === 1)
    ? merged
    : emit.node('Slice', [
        merged,
        ...[
          [-1, -1],
          [-1e9, -1e9],
          [2, 3],
          [-1, -1],
        ].map(list => emit.int64s(list)),
      ])
  const around = (side: Pair): Pair => [reach[0] - side[0], reach[1] - side[1]]
  return emit.node(
    'Conv',
    [dy!, turned],
    convAttributes({ ...attrs, before: around(before), after: around(after) }),
  )
}

/** Rows and columns at the end that no window reaches have to be asked for. */
function transposedConv(
  { attrs, inputs }: Value<'conv2dInputGradient'>,
  operands: readonly string[],
  reach: Pair,
  emit: Emitter,
): string {
  const unreached = attrs.size.map((n, axis) => {
    const covered = (inputs[0]!.shape[2 + axis]! - 1) * attrs.strides[axis]! + reach[axis]! + 1
    return n + attrs.before[axis]! + attrs.after[axis]! - covered
  })
  return emit.node('ConvTranspose', operands, {
    ...convAttributes(attrs),
    output_padding: { ints: unreached },
  })
}

/**
 * The columns of a convolution are what its windows see, laid out as a matrix; their product with dy
 * is the gradient: `dw[o, (u, v, c)] = sum over b, i, j of dy[o, (b, i, j)] columns[(b, i, j), (u, v, c)]`
 */
export const lowerConvWeightGradient: Lowering<'conv2dWeightGradient'> = (
  value,
  operands,
  emit,
) => {
  const { groups, kernel } = value.attrs
  const perGroup = value.shape[1]!
  const isGathered = groups === 1 && perGroup >= 8 && sizeOf(kernel) > 1
  return (isGathered ? byPixels : byPlanes)(value, operands, emit)
}

/** Columns of at most so many elements are made at a time, 16 MiB that stay in a cache. */
const mostColumns = 2 ** 22

/**
 * With enough channels, columns are gathered pixel by pixel, all channels of a pixel at once; one
 * list of places serves every image. Examples are taken in chunks, the products added up by Gemm.
 */
function byPixels(
  value: Value<'conv2dWeightGradient'>,
  [x, dy]: readonly string[],
  emit: Emitter,
): string {
  const { attrs, inputs } = value
  const { before, after, kernel } = attrs
  const [batch, channels, height, width] = inputs[0]!.shape as Four
  const [, outputs, ...counts] = inputs[1]!.shape as Four
  const padded: Pair = [before[0] + height + after[0], before[1] + width + after[1]]
  const windows = sizeOf(counts)
  const perWindow = sizeOf(kernel) * channels
  const pixels = reshaped(
    emit,
    emit.node('Pad', [
      permuted(emit, x!, [0, 2, 3, 1]),
      emit.int64s([0, ...before, 0, 0, ...after, 0]),
    ]),
    [batch, sizeOf(padded), channels],
  )
  const slopes = reshaped(emit, permuted(emit, dy!, [1, 0, 2, 3]), [outputs, batch * windows])
  const places = emit.tensor(placesOf(attrs, counts, padded[1]))
  const most = Math.max(1, Math.floor(mostColumns / (windows * perWindow)))
  const chunk = Math.ceil(batch / Math.ceil(batch / most))
  let total: string | undefined
  for (let start = 0; start < batch; start += chunk) {
    const end = Math.min(start + chunk, batch)
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
 * With few channels, or one element to a window, columns are planes: what every window sees at one
 * element of the kernel is a slice of the image. One product for each example and group.
 */
function byPlanes(
  value: Value<'conv2dWeightGradient'>,
  [x, dy]: readonly string[],
  emit: Emitter,
): string {
  const { attrs, inputs } = value
  const { groups, kernel, strides, dilations, before, after } = attrs
  const [batch, channels, ...size] = inputs[0]!.shape as Four
  const [, outputs, ...counts] = inputs[1]!.shape as Four
  const perGroup = channels / groups
  const windows = sizeOf(counts)
  const isPadded = [...before, ...after].some(n => n > 0)
  const image = isPadded
    ? emit.node('Pad', [x!, emit.int64s([0, 0, ...before, 0, 0, ...after])])
    : x!
  const planes = range(0, sizeOf(kernel)).map(k => {
    const at = [Math.floor(k / kernel[1]) * dilations[0], (k % kernel[1]) * dilations[1]]
    const ends = at.map((start, axis) => start + (counts[axis]! - 1) * strides[axis]! + 1)
    const isWhole = !isPadded && sameShape(counts, size) && sizeOf(strides) === 1
    const block = [at, ends, [2, 3], strides].map(list => emit.int64s(list))
    const slice = isWhole ? image : emit.node('Slice', [image, ...block])
    return reshaped(emit, slice, [batch, groups, perGroup, windows])
  })
  const columns =
    planes.length === 1 ? planes[0]! : emit.node('Concat', planes, { axis: { int: 2 } })
  const slopes = reshaped(emit, dy!, [batch, groups, outputs / groups, windows])
  const each = batchedProduct(emit, slopes, columns, value.dtype)
  const total = emit.node('ReduceSum', [each, emit.int64s([0])], { keepdims: { int: 0 } })
  return permuted(emit, reshaped(emit, total, [outputs, ...kernel, perGroup]), [0, 3, 1, 2])
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
