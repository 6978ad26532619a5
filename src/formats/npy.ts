import {
  bytesOf,
  type DType,
  dtypes,
  FormatError,
  formatShape,
  type Shape,
  stridesOf,
  type Tensor,
} from '../base/index.ts'
import { type ArrayHeader, swapBytes } from './array-header.ts'
import { countElements, readElements, type StoredType, storedTypes } from './elements.ts'

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

/** NumPy's names of the element types that become one of ours on reading. */
const readable = new Map<string, StoredType>([
  ...types.map(type => [names[type], type] as const),
  ['f2', 'float16'],
  ['i1', 'int8'],
  ['i2', 'int16'],
  ['u2', 'uint16'],
  ['u4', 'uint32'],
  ['i8', 'int64'],
  ['u8', 'uint64'],
])

/** What is said of kinds of elements that are no numbers of ours, by the first letter of their name. */
const refused: Readonly<Record<string, string>> = {
  O: 'pickled Python objects, which are programs and never run',
  U: 'texts',
  S: 'texts',
  c: 'complex numbers',
  M: 'dates',
  m: 'spans of time',
  V: 'records',
}

interface NpyHeader {
  readonly type: StoredType
  readonly shape: Shape
  readonly start: number
  readonly isBigEndian: boolean
  readonly isFortran: boolean
}

/** Throws FormatError when it is cut short, no such header, or of elements that are no numbers. */
function parseHeader(bytes: Uint8Array, who: string): NpyHeader {
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
  const [, order, name = ''] = /'descr':\s*'([<>=|])(\w+)/.exec(text) ?? []
  const axes = /'shape':\s*\(([\d\s,]*)\)/.exec(text)?.[1]
  const isRecord = /'descr':\s*\[/.test(text)
  const type = readable.get(name)
  if (isRecord || !type || axes === undefined)
    return refuse(
      `an array of ${[...readable.values()].join(', ')}`,
      (isRecord ? refused.V : refused[name[0] ?? '']) ?? text.trim(),
      'Convert it with astype() first',
    )
  const shape = axes.split(',').flatMap(axis => (axis.trim() ? [Number(axis)] : []))
  const isFortran = /'fortran_order':\s*True/.test(text) && shape.length > 1
  return { type, shape, start, isBigEndian: order === '>', isFortran }
}

/**
 * The header of a `.npy` file, NumPy's format for one array, from its first bytes.
 * Throws FormatError, naming the file `who`, when it is cut short, no such header, in Fortran order, or
 * of another element type than ours, so that its rows cannot be read where they lie.
 * Source: NumPy, "NEP 1: A simple file format for NumPy arrays", versions 1 to 3.
 */
export function readNpyHeader(bytes: Uint8Array, who: string): ArrayHeader {
  const { type, shape, start, isBigEndian, isFortran } = parseHeader(bytes, who)
  const dtype = types.find(ours => ours === type)
  if (dtype && !isFortran) return { dtype, shape, start, isBigEndian }
  throw new FormatError({
    who,
    expected: dtype ? 'elements in C order' : `an array of ${types.join(', ')}`,
    received: dtype ? 'Fortran order' : type,
    hint: dtype ? 'Save numpy.ascontiguousarray() of it' : 'Convert it with astype() first',
  })
}

/**
 * The tensor in a `.npy` file, copied out of it, whatever the order of its axes and bytes; integers
 * of other sizes become int32, halves float32.
 * Throws FormatError, naming the file `who`, when it is cut short or no such file, when its elements are
 * no numbers (pickled objects, texts, dates, complex numbers, records), or an integer is beyond int32.
 * Source: NumPy, "NEP 1: A simple file format for NumPy arrays", versions 1 to 3.
 */
export function decodeNpy(bytes: Uint8Array, who: string): Tensor {
  const { type, shape, start, isBigEndian, isFortran } = parseHeader(bytes, who)
  const { sizeBytes } = storedTypes[type]
  const length = countElements(who, shape) * sizeBytes
  if (bytes.length !== start + length)
    throw new FormatError({
      who,
      expected: `${start + length} bytes for ${type} ${formatShape(shape)}`,
      received: `${bytes.length}`,
    })
  const elements = isBigEndian ? bytes.slice(start) : bytes.subarray(start)
  if (isBigEndian) swapBytes(elements, sizeBytes)
  if (!isFortran) return readElements(who, type, shape, elements)
  return turned(readElements(who, type, shape.toReversed(), elements))
}

/** The tensor with its axes the other way round. */
function turned({ dtype, shape, data }: Tensor): Tensor {
  const turnedShape = shape.toReversed()
  const strides = stridesOf(shape).reverse()
  const result = new dtypes[dtype].array(data.length)
  const place = new Array<number>(shape.length).fill(0)
  let from = 0
  for (let i = 0; i < data.length; i++) {
    result[i] = data[from]!
    // The next place counts up from the last axis, as a mileage counter does.
    for (let axis = place.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++place[axis]! < turnedShape[axis]!) break
      from -= strides[axis]! * turnedShape[axis]!
      place[axis] = 0
    }
  }
  return { dtype, shape: turnedShape, data: result }
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
