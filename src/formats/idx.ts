import {
  bytesOf,
  type DType,
  dtypes,
  FormatError,
  formatShape,
  type Tensor,
} from '../base/index.ts'
import { type ArrayHeader, readArray, swapBytes } from './array-header.ts'

/** The codes of the element types we read and write. Source: LeCun et al., "The MNIST database". */
const codes = { uint8: 0x08, int32: 0x0c, float32: 0x0d, float64: 0x0e } as const satisfies {
  readonly [K in DType]?: number
}

const types = Object.keys(codes) as (keyof typeof codes)[]

/** Bytes that hold the header of an IDX file of any rank. */
export const idxHeaderBytes = 4 + 4 * 255

/**
 * The header of an IDX file, the format of MNIST, from its first bytes.
 * Throws FormatError, naming the file `who`, when the magic number is wrong or the header is cut short.
 * Source: LeCun et al., "The MNIST database of handwritten digits", file formats.
 */
export function readIdxHeader(bytes: Uint8Array, who: string): ArrayHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { dtype, rank } = readMagic(view, who)
  const start = 4 + 4 * rank
  if (bytes.length < start)
    throw new FormatError({
      who,
      expected: `${start} bytes of header for ${rank} axes`,
      received: `${bytes.length}`,
    })
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  return { dtype, shape, start, isBigEndian: true }
}

/**
 * The tensor in an IDX file, copied out of it.
 * Throws FormatError as `readIdxHeader`, and when the byte count is not the one the header asks for.
 */
export function decodeIdx(bytes: Uint8Array, who: string): Tensor {
  return readArray(readIdxHeader(bytes, who), bytes, who)
}

function readMagic(view: DataView, who: string): { dtype: DType; rank: number } {
  const magic = view.byteLength < 4 ? undefined : view.getUint32(0)
  const dtype = magic === undefined ? undefined : types.find(type => codes[type] === magic >>> 8)
  if (magic !== undefined && dtype) return { dtype, rank: magic & 0xff }
  const list = types
    .map(type => `0x${codes[type].toString(16).padStart(2, '0')} ${type}`)
    .join(', ')
  throw new FormatError({
    who,
    expected: `an IDX file: bytes 0, 0, a type among ${list}, the rank`,
    received: magic === undefined ? `${view.byteLength} bytes` : `bytes ${hex(view)}`,
    ...(magic !== undefined &&
      magic >>> 16 === 0x1f8b && { hint: 'It is gzipped: unzip it first.' }),
  })
}

function hex(view: DataView): string {
  return [0, 1, 2, 3].map(at => view.getUint8(at).toString(16).padStart(2, '0')).join(' ')
}

/**
 * The bytes of an IDX file.
 * Throws FormatError when the element type has no IDX code, the rank is over 255 or an axis is
 * over 2^32 - 1.
 * Source: LeCun et al., "The MNIST database of handwritten digits", file formats.
 */
export function encodeIdx(t: Tensor): Uint8Array<ArrayBuffer> {
  const { dtype, shape } = t
  const type = types.find(name => name === dtype)
  if (!type || shape.length > 255 || shape.some(n => n > 0xffffffff))
    throw new FormatError({
      who: 'IDX',
      expected: `${types.join(', ')} with at most 255 axes of 32 bits`,
      received: `${dtype} ${formatShape(shape)}`,
    })
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + t.data.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, (codes[type] << 8) | shape.length)
  for (const [axis, n] of shape.entries()) view.setUint32(4 + 4 * axis, n)
  bytes.set(bytesOf(t), start)
  swapBytes(bytes.subarray(start), dtypes[dtype].sizeBytes)
  return bytes
}
