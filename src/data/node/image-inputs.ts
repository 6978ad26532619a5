import { DataError, messageOf } from '../../base/index.ts'
import { type DecodeOptions, decodeImage, type ImageSize, imageSizeOf } from './decode-image.ts'
import { type Failure, undecodable } from './image-store.ts'
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

/** Images decoded at once. */
const atOnce = 64

/**
 * Image files as rows of one shape, in their order, and the names of those left out because they do not
 * decode, which is only done when asked for.
 * Throws DataError when a file cannot be read, FormatError that counts and names images that do not decode.
 */
export async function imageInputs(
  paths: readonly string[],
  format: ImageFormat,
  { skip = false }: { readonly skip?: boolean } = {},
): Promise<{ rows: readonly ImageRow[]; skipped: readonly string[] }> {
  const rows: ImageRow[] = []
  const failed: Failure[] = []
  for (let start = 0; start < paths.length; start += atOnce) {
    const some = paths.slice(start, start + atOnce)
    for (const outcome of await Promise.all(some.map(path => rowOf(path, format))))
      if ('reason' in outcome) failed.push(outcome)
      else rows.push(outcome)
  }
  if (failed.length > 0 && !skip) throw undecodable('images', failed)
  return { rows, skipped: failed.map(({ name }) => name) }
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
