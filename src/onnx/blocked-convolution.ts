import { type Shape, sizeOf } from '../base/index.ts'
import type { AttributeValue } from '../formats/index.ts'
import { isOp, type Value } from '../ir/index.ts'
import {
  type BlockedProgram,
  blockDomain,
  fillsBlocks,
  intoBlocks,
  leastPerBlock,
  mostPerBlock,
} from './blocks.ts'
import { biasedConv, convAttributes, isTurnable, turned, turnedAttributes } from './convolution.ts'
import type { Emitter } from './emitter.ts'
import type { Fusion } from './fusion.ts'
import { channelsOf } from './image.ts'
import { reshaped } from './row.ts'

type Attributes = Readonly<Record<string, AttributeValue>>

/** A convolution, with its bias, or its gradient by the image, between images in blocks. */
export function blockedConvolution(value: Value, { uses }: BlockedProgram): Fusion | undefined {
  if (!fillsBlocks(value)) return undefined
  const biased = biasedConv(value, uses)
  const conv = biased ? value.inputs.find(input => isOp(input, 'conv2d'))! : value
  if (isOp(conv, 'conv2d') && conv.attrs.groups === 1)
    return between(biased?.operands ?? conv.inputs, convAttributes(conv.attrs), (emit, weight) =>
      weightInBlocks(emit, weight, conv.inputs[1]!.shape),
    )
  if (!isOp(conv, 'conv2dInputGradient') || conv.attrs.groups !== 1 || !isTurnable(conv))
    return undefined
  const [outputs, channels, ...kernel] = conv.inputs[1]!.shape
  return between(conv.inputs, turnedAttributes(conv), (emit, weight) =>
    weightInBlocks(emit, turned(conv, weight, emit), [channels!, outputs!, ...kernel]),
  )
}

/** A convolution of an image, a weight and perhaps a bias; images of few channels stay plain. */
function between(
  operands: readonly Value[],
  attributes: Attributes,
  ordered: (emit: Emitter, weight: string) => string,
): Fusion | undefined {
  const [image, , bias] = operands as [Value, Value, Value?]
  if (!fillsBlocks(image) && channelsOf(image) >= leastPerBlock) return undefined
  return {
    operands,
    blocked: { operands: [fillsBlocks(image)], result: true },
    lower: ([x, weight, given], emit) =>
      emit.node(
        'Conv',
        [
          x!,
          ordered(emit, weight!),
          ...(bias ? [reshaped(emit, given!, [sizeOf(bias.shape)])] : []),
        ],
        attributes,
        blockDomain,
      ),
  }
}

/**
 * Weights `[O, C, kh, kw]` in the order of blocked convolutions, `[O / block, C / block, kh, kw, block
 * of C, block of O]`: as images of C channels into blocks, and again as one image of O channels.
 */
export function weightInBlocks(emit: Emitter, weight: string, shape: Shape): string {
  const [outputs, channels] = shape as [number, number]
  const images = channels % mostPerBlock === 0 ? intoBlocks(emit, weight) : weight
  const image = reshaped(emit, images, [1, outputs, sizeOf(shape) / outputs, 1])
  return reshaped(emit, intoBlocks(emit, image), shape)
}
