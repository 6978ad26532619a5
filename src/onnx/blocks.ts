import type { Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import { channelsOf } from './image.ts'

/**
 * The operators of ONNX Runtime for images that have their channels in blocks,
 * `[B, C / block, H, W, block]` in memory and `[B, C, H, W]` by name. Its convolutions read such images
 * as they lie, where others gather columns first. It turns to them by itself when weights are constant,
 * which those of a training step are not.
 */
export const blockDomain = 'com.microsoft.nchwc'

/** Blocks are of 8 or of 16 channels, depending on the processor. */
export const mostPerBlock = 16

/** Images of fewer channels are convolved as they are. */
export const leastPerBlock = 8

/** What is known of a program where a value is looked at. */
export interface BlockedProgram {
  /** How often a value is read. */
  readonly uses: ReadonlyMap<Value, number>
  /** The values made with channels in blocks. */
  readonly blocked: ReadonlySet<Value>
  /** Channels in a block. */
  readonly perBlock: number
}

/** Whether a value is an image that fills its blocks. */
export const fillsBlocks = (value: Value): boolean =>
  value.shape.length === 4 && value.dtype === 'float32' && channelsOf(value) % mostPerBlock === 0

/** Brings a plain image into blocks. */
export const intoBlocks = (emit: Emitter, image: string): string =>
  emit.node('ReorderInput', [image], {}, blockDomain)

/** Brings an image in blocks back into the plain order. */
export const outOfBlocks = (emit: Emitter, image: string, value: Value): string =>
  emit.node('ReorderOutput', [image], { channels: { int: channelsOf(value) } }, blockDomain)
