import { sizeOf } from '../base/index.ts'
import type { AttributeValue } from '../formats/index.ts'
import {
  type ConvAttrs,
  isOp,
  type Operands,
  type Pair,
  type Value,
  type WindowAttrs,
} from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'
import { isPerChannel } from './image.ts'
import { type Lowering, permuted, reshaped } from './row.ts'

type Attributes = Readonly<Record<string, AttributeValue>>
type Four = readonly [number, number, number, number]

/** How windows move, as ONNX has it. */
export function windowAttributes({ strides, before, after }: WindowAttrs): Attributes {
  return { strides: { ints: strides }, pads: { ints: [...before, ...after] } }
}

/** The attributes of a Conv node. */
export const convAttributes = (attrs: ConvAttrs): Attributes => ({
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

/** How far a kernel reaches beyond its first element. */
const reachOf = (kernel: readonly number[], { dilations }: ConvAttrs): Pair => [
  dilations[0] * (kernel[0]! - 1),
  dilations[1] * (kernel[1]! - 1),
]

/**
 * A convolution with the kernel turned round where that is one, since Conv runs faster than
 * ConvTranspose and on all threads; ConvTranspose where windows step over elements.
 */
export const lowerConvInputGradient: Lowering<'conv2dInputGradient'> = (value, operands, emit) =>
  isTurnable(value)
    ? emit.node('Conv', [operands[0]!, turned(value, operands[1], emit)], turnedAttributes(value))
    : transposedConv(value, operands, emit)

/** Whether the gradient by the image is a convolution of dy. */
export function isTurnable(value: Value<'conv2dInputGradient'>): boolean {
  const { strides, before, after } = value.attrs
  const reach = kernelReach(value)
  return [0, 1].every(
    axis => strides[axis] === 1 && before[axis]! <= reach[axis]! && after[axis]! <= reach[axis]!,
  )
}

/** The attributes of the convolution of dy with the kernel turned round. */
export function turnedAttributes(value: Value<'conv2dInputGradient'>): Attributes {
  const { before, after } = value.attrs
  const reach = kernelReach(value)
  const around = (side: Pair): Pair => [reach[0] - side[0], reach[1] - side[1]]
  return convAttributes({ ...value.attrs, before: around(before), after: around(after) })
}

/** The kernel turned round, with inputs and outputs exchanged. */
export function turned(
  { attrs: { groups }, inputs }: Value<'conv2dInputGradient'>,
  weight: string,
  emit: Emitter,
): string {
  const [outputs, perGroup, ...kernel] = inputs[1]!.shape as Four
  // [groups, O/groups, C/groups, …] -> [groups, C/groups, O/groups, …]
  const split = reshaped(emit, weight, [groups, outputs / groups, perGroup, ...kernel])
  const swapped = permuted(emit, split, [0, 2, 1, 3, 4])
  const merged = reshaped(emit, swapped, [groups * perGroup, outputs / groups, ...kernel])
  if (kernel.every(k => k === 1)) return merged
  const backwards = [
    [-1, -1],
    [-1e9, -1e9],
    [2, 3],
    [-1, -1],
  ]
  return emit.node('Slice', [merged, ...backwards.map(list => emit.int64s(list))])
}

const kernelReach = ({ attrs, inputs }: Value<'conv2dInputGradient'>): Pair =>
  reachOf(inputs[1]!.shape.slice(2), attrs)

/** Rows and columns at the end that no window reaches have to be asked for. */
function transposedConv(
  value: Value<'conv2dInputGradient'>,
  operands: Operands<'conv2dInputGradient', string>,
  emit: Emitter,
): string {
  const { attrs, inputs } = value
  const reach = kernelReach(value)
  const unreached = attrs.size.map((n, axis) => {
    const covered = (inputs[0]!.shape[2 + axis]! - 1) * attrs.strides[axis]! + reach[axis]! + 1
    return n + attrs.before[axis]! + attrs.after[axis]! - covered
  })
  return emit.node('ConvTranspose', operands, {
    ...convAttributes(attrs),
    output_padding: { ints: unreached },
  })
}
