import { zlibSync } from 'fflate'
import { FormatError } from '../base/index.ts'
import { concat } from './concat.ts'
import { crc32 } from './crc32.ts'

/** An image of bytes: rows from the top, pixels from the left, channels side by side. */
export interface Bitmap {
  readonly width: number
  readonly height: number
  /** Grey, or red, green and blue. */
  readonly channels: 1 | 3
  readonly data: Uint8Array
}

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

/**
 * Returns the bytes of a PNG file, eight bits a channel, without filters or interlacing.
 * Throws FormatError when the data are not width * height * channels bytes.
 * Source: Portable Network Graphics (PNG) Specification, third edition, W3C.
 */
export function encodePng({ width, height, channels, data }: Bitmap): Uint8Array {
  const size = width * height * channels
  if (data.length !== size || size === 0)
    throw new FormatError({
      who: 'encodePng',
      expected: `${width} x ${height} x ${channels} bytes, at least one`,
      received: `${data.length}`,
    })
  const header = new Uint8Array(13)
  const view = new DataView(header.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  header.set([8, channels === 1 ? 0 : 2, 0, 0, 0], 8)
  return concat([
    Uint8Array.from(signature),
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(scanlines(data, width * channels))),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** Each row with the number of its filter before it: 0, none. */
function scanlines(data: Uint8Array, stride: number): Uint8Array {
  const rows = data.length / stride
  const lines = new Uint8Array(rows * (stride + 1))
  for (let row = 0; row < rows; row++)
    lines.set(data.subarray(row * stride, (row + 1) * stride), row * (stride + 1) + 1)
  return lines
}

/** Length, name, data, and the checksum of name and data. */
function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 12)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(new TextEncoder().encode(name), 4)
  bytes.set(data, 8)
  view.setUint32(data.length + 8, crc32(bytes.subarray(4, data.length + 8)))
  return bytes
}
