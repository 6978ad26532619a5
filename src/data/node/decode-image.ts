import { DataError, messageOf } from '../../base/index.ts'

/** How images become rows. */
export interface DecodeOptions {
  /** Height and width of every image, or the side of a square; by default they must all have one size. */
  readonly size?: number | readonly [height: number, width: number]
  /** What becomes of another shape: its middle is kept, it is stretched, or black is put around it; default `cover`. */
  readonly fit?: 'cover' | 'fill' | 'contain'
  /** Whether images become grey, with one channel instead of three; default false. */
  readonly grey?: boolean
}

/** A decoded image. */
export interface DecodedImage {
  /** [C, H, W] */
  readonly shape: readonly [number, number, number]
  /** Channel after channel, as convolutions take it. */
  readonly data: Uint8Array
}

type Sharp = typeof import('sharp')['default']
let loaded: Promise<Sharp> | undefined

/** The decoder, loaded when the first image asks for it. */
async function loadSharp(): Promise<Sharp> {
  try {
    return (await import('sharp')).default
  } catch (cause) {
    throw new DataError({
      who: 'images',
      expected: 'the package sharp, which decodes them',
      received: messageOf(cause),
      hint: 'Run `npm install sharp`',
      cause,
    })
  }
}

/**
 * The pixels of a PNG, JPEG or WebP file: upright, in sRGB or grey, without transparency.
 * Throws what the decoder throws when the bytes are damaged, cut short or of no such format.
 */
export async function decodeImage(
  bytes: Uint8Array,
  { size, fit = 'cover', grey = false }: DecodeOptions,
): Promise<DecodedImage> {
  loaded ??= loadSharp()
  const sharp = await loaded
  const image = sharp(bytes, { failOn: 'error' }).autoOrient().removeAlpha()
  if (size !== undefined) {
    const [height, width] = typeof size === 'number' ? [size, size] : size
    image.resize({ width, height, fit, background: 'black' })
  }
  const { data, info } = await image
    .toColourspace(grey ? 'b-w' : 'srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  const { height, width, channels } = info
  const wanted = grey ? 1 : 3
  return { shape: [wanted, height, width], data: planesOf(data, channels, wanted, height * width) }
}

/** What an image file holds, before anything is done to it. */
export interface ImageSize {
  /** Of the image when it stands upright. */
  readonly height: number
  readonly width: number
  readonly isGrey: boolean
}

/**
 * The size of an image, from the beginning of its file.
 * Throws what the decoder throws when that is damaged or of no format it knows.
 */
export async function imageSizeOf(bytes: Uint8Array): Promise<ImageSize> {
  loaded ??= loadSharp()
  const sharp = await loaded
  const { autoOrient, space } = await sharp(bytes).metadata()
  return { ...autoOrient, isGrey: space === 'b-w' || space === 'grey16' }
}

/** Pixels with their channels together, as planes; a grey image has its plane repeated. */
function planesOf(pixels: Uint8Array, channels: number, wanted: number, size: number): Uint8Array {
  if (channels === 1 && wanted === 1) return pixels
  const planes = new Uint8Array(wanted * size)
  for (let channel = 0; channel < wanted; channel++) {
    const from = Math.min(channel, channels - 1)
    const start = channel * size
    for (let i = 0; i < size; i++) planes[start + i] = pixels[i * channels + from]!
  }
  return planes
}
