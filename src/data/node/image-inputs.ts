import { DataError, messageOf } from '../../base/index.ts'
import { type DecodeOptions, decodeImage, type ImageSize, imageSizeOf } from './decode-image.ts'
import type { Failure } from './image-store.ts'
import { readBytes } from './read-file.ts'

/** What an image has to become. */
export interface ImageFormat {
  /** [C, H, W], C = 1 or 3. */
  readonly shape: readonly number[]
  /** How another shape is brought to this one; default `cover`. */
  readonly fit?: DecodeOptions['fit']
}

/** An image as a row of uint8 [C, H, W]. */
export interface ImageRow {
  readonly name: string
  readonly data: Uint8Array
  /** What was done to it, where something had to be: `resized from 640x480 to 32x32, made grey`. */
  readonly change?: string
}

/**
 * Image files as rows of one shape, decoded at once, in their order; of those that do not decode, why.
 * Throws DataError when a file cannot be read.
 */
export function imageInputs(
  paths: readonly string[],
  format: ImageFormat,
): Promise<(ImageRow | Failure)[]> {
  return Promise.all(paths.map(path => rowOf(path, format)))
}

async function rowOf(path: string, format: ImageFormat): Promise<ImageRow | Failure> {
  const bytes = await readBytes(path)
  const { shape, fit = 'cover' } = format
  const [channels, height = 0, width = 0] = shape
  const grey = channels === 1
  try {
    const size = await imageSizeOf(bytes)
    const { data } = await decodeImage(bytes, { size: [height, width], fit, grey })
    const change = changeOf(size, { height, width, isGrey: grey }, fit)
    return { name: path, data, ...(change ? { change } : {}) }
  } catch (error) {
    if (error instanceof DataError) throw error
    return { name: path, reason: messageOf(error).trim() }
  }
}

/** In words, what makes one image of another; nothing when they are alike. */
function changeOf(from: ImageSize, to: ImageSize, fit: NonNullable<DecodeOptions['fit']>): string {
  const isResized = from.height !== to.height || from.width !== to.width
  const isStretched = from.width * to.height !== from.height * to.width
  const how = { cover: 'its middle resized', fill: 'stretched', contain: 'resized onto black' }
  const word = isStretched ? how[fit] : 'resized'
  return [
    ...(isResized ? [`${word} from ${from.width}x${from.height} to ${to.width}x${to.height}`] : []),
    ...(to.isGrey && !from.isGrey ? ['made grey'] : []),
  ].join(', ')
}
