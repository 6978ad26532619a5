import { sameShape } from '../base/index.ts'
import { isOp, type Value } from '../ir/index.ts'
import { type BlockedProgram, blockDomain, fillsBlocks } from './blocks.ts'
import type { Fusion } from './fusion.ts'
import { channelsOf, isPerChannel, isPerPlane } from './image.ts'
import { filled, reshaped } from './row.ts'

/** The parts of `x scale + shift + image`, the scale and the shift being numbers per channel. */
interface ChannelMap {
  readonly scaled?: { readonly x: Value; readonly scale: Value }
  readonly shift?: { readonly by: Value; readonly isNegated: boolean }
  readonly image?: Value
}

/**
 * `x scale + shift + image`, of which batch normalisation is made, in one pass: a convolution of every
 * channel by itself with a kernel of one element.
 */
export function blockedChannelMap(
  value: Value,
  { uses, blocked }: BlockedProgram,
): Fusion | undefined {
  if (!fillsBlocks(value)) return undefined
  const { scaled, shift, image } = partsOf(value, value, uses)
  if (!scaled && !shift) return undefined
  const images = scaled ? [scaled.x, ...(image ? [image] : [])] : [image!]
  if (!images.some(part => blocked.has(part))) return undefined
  const channels = channelsOf(value)
  return {
    operands: [...images, ...(scaled ? [scaled.scale] : []), ...(shift ? [shift.by] : [])],
    blocked: { operands: images.map(() => true), result: true },
    lower: (names, emit) => {
      const [x, addend = ''] = names.slice(0, images.length)
      const vectors = names.slice(images.length)
      const weight = scaled
        ? reshaped(emit, vectors.shift()!, [channels, 1, 1, 1])
        : filled(emit, [channels, 1, 1, 1], 1, value.dtype)
      const given = shift ? reshaped(emit, vectors.shift()!, [channels]) : ''
      const bias = shift?.isNegated ? emit.node('Neg', [given]) : given
      const operands = [x!, weight, bias, addend]
      const count = operands.findLastIndex(name => name !== '') + 1
      const attributes = { group: { int: channels } }
      return emit.node('Conv', operands.slice(0, count), attributes, blockDomain)
    },
  }
}

/** The parts of a value; what nothing else reads is taken apart. */
function partsOf(value: Value, whole: Value, uses: ReadonlyMap<Value, number>): ChannelMap {
  if (value !== whole) {
    if (isPerChannel(value, whole)) return { shift: { by: value, isNegated: false } }
    if (uses.get(value) !== 1) return { image: value }
  }
  const isImage = ({ shape }: Value) => sameShape(shape, whole.shape)
  const [a, b] = value.inputs
  if (isOp(value, 'mul')) {
    const i = value.inputs.findIndex(factor => isPerChannel(factor, whole))
    const x = value.inputs[1 - i]
    if (i >= 0 && x && isImage(x)) return { scaled: { x, scale: value.inputs[i]! } }
  }
  if (isOp(value, 'sub') && isImage(a) && isPerChannel(b, whole)) {
    const shift = { by: b, isNegated: true }
    return joined(partsOf(a, whole, uses), { shift }) ?? { image: a, shift }
  }
  if (isOp(value, 'add') && [a, b].every(part => isImage(part) || isPerChannel(part, whole))) {
    const [left, right] = [partsOf(a, whole, uses), partsOf(b, whole, uses)]
    const found =
      joined(left, right) ??
      (isImage(b) ? joined(left, { image: b }) : undefined) ??
      (isImage(a) ? joined({ image: a }, right) : undefined)
    if (found) return found
  }
  return { image: value }
}

/** The parts of a sum, unless both have one of a kind. */
function joined(a: ChannelMap, b: ChannelMap): ChannelMap | undefined {
  const isTwice = (['scaled', 'shift', 'image'] as const).some(kind => a[kind] && b[kind])
  return isTwice ? undefined : { ...a, ...b }
}

/** An image times a number for every plane: planes as the channels of one image. */
export function blockedPlaneMap(value: Value, { blocked }: BlockedProgram): Fusion | undefined {
  if (!fillsBlocks(value) || !isOp(value, 'mul')) return undefined
  const [batch, channels, ...size] = value.shape as [number, number, number, number]
  const i = value.inputs.findIndex(factor => isPerPlane(factor, value))
  const image = value.inputs[1 - i]
  if (i < 0 || !image || !blocked.has(image)) return undefined
  const planes = batch * channels
  return {
    operands: [image, value.inputs[i]!],
    blocked: { operands: [true], result: true },
    lower: ([x, scale], emit) => {
      const operands = [
        reshaped(emit, x!, [1, planes, ...size]),
        reshaped(emit, scale!, [planes, 1, 1, 1]),
      ]
      const scaled = emit.node('Conv', operands, { group: { int: planes } }, blockDomain)
      return reshaped(emit, scaled, value.shape)
    },
  }
}
