import type { AttributeValue } from '../formats/index.ts'
import type { ConvAttrs, Pair, Value, WindowAttrs } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import { type Lowering, permuted } from './row.ts'

type Attributes = Readonly<Record<string, AttributeValue>>

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

/** Rows and columns at the end that no window reaches have to be asked for. */
export const lowerConvInputGradient: Lowering<'conv2dInputGradient'> = (value, operands, emit) => {
  const { attrs, inputs } = value
  const [dy, weight] = inputs as [Value, Value]
  const unreached = attrs.size.map((n, axis) => {
    const reach = attrs.dilations[axis]! * (weight.shape[2 + axis]! - 1) + 1
    const covered = (dy.shape[2 + axis]! - 1) * attrs.strides[axis]! + reach
    return n + attrs.before[axis]! + attrs.after[axis]! - covered
  })
  return emit.node('ConvTranspose', operands, {
    ...convAttributes(attrs),
    output_padding: { ints: unreached },
  })
}

/**
 * A convolution of x with dy, examples in the place of channels, strides in that of dilations:
 * `dw[o, c] = sum over b of x[b, c] * dy[b, o]`
 */
export const lowerConvWeightGradient: Lowering<'conv2dWeightGradient'> = (value, [x, dy], emit) => {
  const { attrs, inputs } = value
  const [batch, channels, ...size] = inputs[0]!.shape as [number, number, number, number]
  const { groups, kernel } = attrs
  const perGroup = channels / groups
  // [B, groups, C/groups, H, W] -> [C/groups, groups, B, H, W]: a group of channels reads its own images.
  const grouped = emit.node('Reshape', [x!, emit.int64s([batch, groups, perGroup, ...size])])
  const swapped = permuted(emit, grouped, [2, 1, 0, 3, 4])
  const images = emit.node('Reshape', [swapped, emit.int64s([perGroup, groups * batch, ...size])])
  const windows = permuted(emit, dy!, [1, 0, 2, 3])
  const full = emit.node('Conv', [images, windows], {
    ...convAttributes({ ...attrs, strides: attrs.dilations, dilations: attrs.strides }),
  })
  return permuted(emit, cropped(emit, full, kernel), [1, 0, 2, 3])
}

/** The first `size` rows and columns: windows that do not fill the image leave some over. */
function cropped(emit: Emitter, image: string, size: Pair): string {
  return emit.node('Slice', [image, emit.int64s([0, 0]), emit.int64s(size), emit.int64s([2, 3])])
}
