import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { fillBits, keyOf } from '../src/base/index.ts'

/** Random pixels, channels together, as image files hold them. */
export function pixelsOf(seed: number, height: number, width: number, channels: 1 | 3 | 4 = 3) {
  const words = new Uint32Array(Math.ceil((height * width * channels) / 4))
  fillBits(keyOf(seed), words)
  return new Uint8Array(words.buffer, 0, height * width * channels)
}

/** An encoded picture; `png` and `webp` are lossless. */
export async function pictureOf(
  pixels: Uint8Array,
  [height, width, channels]: readonly [number, number, 1 | 3 | 4],
  format: 'png' | 'webp' | 'jpeg' = 'png',
): Promise<Uint8Array> {
  const image = sharp(pixels, { raw: { height, width, channels } })
  if (format === 'webp') return image.webp({ lossless: true }).toBuffer()
  return format === 'png' ? image.png().toBuffer() : image.jpeg().toBuffer()
}

/** Writes files under a folder, with the folders in between. */
export function writeTree(folder: string, files: Readonly<Record<string, Uint8Array>>): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), bytes)
  }
  return folder
}
