import {
  bytesOf,
  type DType,
  FormatError,
  formatShape,
  type Shape,
  type Tensor,
} from '../base/index.ts'
import { type ArrayHeader, readArray } from './array-header.ts'

/** NumPy's names of our element types, without the byte order. */
const names = {
  float32: 'f4',
  float64: 'f8',
  int32: 'i4',
  uint8: 'u1',
  bool: 'b1',
} as const satisfies {
  readonly [K in DType]: string
}

const types = Object.keys(names) as DType[]
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] as const

/** Bytes that hold the header of any `.npy` file with elements of ours. */
export const npyHeaderBytes = 2 ** 16 + 10

/** Whether a file with these first bytes is a `.npy` file. */
export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, at) => bytes[at] === byte)
}

/**
 * The header of a `.npy` file, NumPy's format for one array, from its first bytes.
 * Throws FormatError, naming the file `who`, when it is cut short, no such header, in Fortran order, or
 * of another element type than ours.
 * Source: NumPy, "NEP 1: A simple file format for NumPy arrays", versions 1 to 3.
 */
export function readNpyHeader(bytes: Uint8Array, who: string): ArrayHeader {
  const refuse = (expected: string, received: string, hint?: string): never => {
    throw new FormatError({ who, expected, received, ...(hint ? { hint } : {}) })
  }
  if (!isNpy(bytes) || bytes.length < 12)
    return refuse('a .npy file: byte 0x93, "NUMPY", a version', `${bytes.length} other bytes`)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isShort = view.getUint8(6) === 1
  const textStart = isShort ? 10 : 12
  const start = textStart + (isShort ? view.getUint16(8, true) : view.getUint32(8, true))
  if (bytes.length < start) return refuse(`${start} bytes of header`, `${bytes.length}`)
  const text = new TextDecoder().decode(bytes.subarray(textStart, start))
  const order = /'descr':\s*'([<>=|])(\w+)'/.exec(text)
  const axes = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  const dtype = types.find(type => names[type] === order?.[2])
  if (!order || axes === undefined || !dtype)
    return refuse(`an array of ${types.join(', ')}`, text.trim(), 'Convert it with astype() first')
  if (!/'fortran_order':\s*False/.test(text))
    return refuse('elements in C order', 'Fortran order', 'Save numpy.ascontiguousarray() of it')
  const shape = axes.split(',').flatMap(axis => (axis.trim() ? [Number(axis)] : []))
  return { dtype, shape, start, isBigEndian: order[1] === '>' }
}

/**
 * The tensor in a `.npy` file, copied out of it.
 * Throws FormatError as `readNpyHeader`, and when the byte count is not the one the header asks for.
 */
export function decodeNpy(bytes: Uint8Array, who: string): Tensor {
  return readArray(readNpyHeader(bytes, who), bytes, who)
}

/** The header of a `.npy` file: what stands before the little-endian elements. */
export function encodeNpyHeader(dtype: DType, shape: Shape): Uint8Array<ArrayBuffer> {
  const name = names[dtype]
  const order = name.endsWith('1') ? '|' : '<'
  const axes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const text = `{'descr': '${order}${name}', 'fortran_order': False, 'shape': ${axes}, }`
  // The elements begin at a multiple of 64 bytes, after a line end.
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10
  if (length > 0xffff)
    throw new FormatError({
      who: 'NPY',
      expected: 'a shape that fits its header',
      received: formatShape(shape),
    })
  const bytes = new Uint8Array(10 + length)
  bytes.set([...magic, 1, 0, length & 0xff, length >> 8])
  bytes.set(new TextEncoder().encode(`${text.padEnd(length - 1)}\n`), 10)
  return bytes
}

/** The bytes of a `.npy` file, as NumPy's `load` reads it. */
export function encodeNpy(t: Tensor): Uint8Array<ArrayBuffer> {
  const header = encodeNpyHeader(t.dtype, t.shape)
  const bytes = new Uint8Array(header.length + t.data.byteLength)
  bytes.set(header)
  bytes.set(bytesOf(t), header.length)
  return bytes
}
