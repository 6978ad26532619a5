import {
  type DType,
  dtypes,
  FormatError,
  formatShape,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { countElements } from './elements.ts'

interface IdxRow {
  readonly code: number
  readonly dtype: DType
  readonly get: (view: DataView, at: number) => number
  readonly set: (view: DataView, at: number, value: number) => void
}

/** The element types we read and write, big-endian. Source: LeCun et al., "The MNIST database". */
const rows: readonly IdxRow[] = [
  {
    code: 0x08,
    dtype: 'uint8',
    get: (v, at) => v.getUint8(at),
    set: (v, at, x) => v.setUint8(at, x),
  },
  {
    code: 0x0c,
    dtype: 'int32',
    get: (v, at) => v.getInt32(at),
    set: (v, at, x) => v.setInt32(at, x),
  },
  {
    code: 0x0d,
    dtype: 'float32',
    get: (v, at) => v.getFloat32(at),
    set: (v, at, x) => v.setFloat32(at, x),
  },
  {
    code: 0x0e,
    dtype: 'float64',
    get: (v, at) => v.getFloat64(at),
    set: (v, at, x) => v.setFloat64(at, x),
  },
]

/**
 * The tensor in an IDX file, the format of MNIST, copied out of it.
 * Throws FormatError, naming the file `who`, when the magic number is wrong or the byte count is not
 * the one the header asks for.
 * Source: LeCun et al., "The MNIST database of handwritten digits", file formats.
 */
export function decodeIdx(bytes: Uint8Array, who: string): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { row, rank } = readMagic(view, who)
  const start = 4 + 4 * rank
  if (bytes.length < start)
    throw new FormatError({
      who,
      expected: `${start} bytes of header for ${rank} axes`,
      received: `${bytes.length}`,
    })
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis))
  const length = countElements(who, shape)
  const { sizeBytes, array } = dtypes[row.dtype]
  if (bytes.length !== start + length * sizeBytes)
    throw new FormatError({
      who,
      expected: `${start + length * sizeBytes} bytes for ${row.dtype} ${formatShape(shape)}`,
      received: `${bytes.length}`,
    })
  // Bytes have no byte order; the rest is turned element by element.
  if (sizeBytes === 1) return tensorOf(row.dtype, shape, new Uint8Array(bytes.subarray(start)))
  const data = new array(length)
  for (let i = 0; i < length; i++) data[i] = row.get(view, start + i * sizeBytes)
  return tensorOf(row.dtype, shape, data)
}

function readMagic(view: DataView, who: string): { row: IdxRow; rank: number } {
  const magic = view.byteLength < 4 ? undefined : view.getUint32(0)
  const row = magic === undefined ? undefined : rows.find(({ code }) => code === magic >>> 8)
  if (magic !== undefined && row) return { row, rank: magic & 0xff }
  const codes = rows.map(({ code, dtype }) => `0x${code.toString(16)} ${dtype}`).join(', ')
  throw new FormatError({
    who,
    expected: `an IDX file: bytes 0, 0, a type among ${codes}, the rank`,
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
export function encodeIdx({ dtype, shape, data }: Tensor): Uint8Array<ArrayBuffer> {
  const row = rows.find(candidate => candidate.dtype === dtype)
  if (!row || shape.length > 255 || shape.some(n => n > 0xffffffff))
    throw new FormatError({
      who: 'IDX',
      expected: `${rows.map(({ dtype }) => dtype).join(', ')} with at most 255 axes of 32 bits`,
      received: `${dtype} ${formatShape(shape)}`,
    })
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + data.byteLength)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, (row.code << 8) | shape.length)
  for (const [axis, n] of shape.entries()) view.setUint32(4 + 4 * axis, n)
  const { sizeBytes } = dtypes[dtype]
  if (sizeBytes === 1) bytes.set(data, start)
  else for (let i = 0; i < data.length; i++) row.set(view, start + i * sizeBytes, data[i]!)
  return bytes
}
