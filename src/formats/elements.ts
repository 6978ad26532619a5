import {
  type DType,
  dtypes,
  FormatError,
  formatShape,
  type NumericArray,
  type Shape,
  type Tensor,
  tensorOf,
} from '../base/index.ts'

/** Element types that files hold: ours, and those that become one of ours on reading. */
export type StoredType =
  | DType
  | 'int8'
  | 'int16'
  | 'uint16'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float16'
  | 'bfloat16'

/** Fails when a stored element has no counterpart in the tensor's type. */
type Refuse = (index: number, value: number | bigint, expected: string) => never

interface StoredRow {
  readonly sizeBytes: number
  readonly dtype: DType
  readonly read: (view: DataView<ArrayBuffer>, length: number, refuse: Refuse) => NumericArray
}

/** One row per stored element type: its size, the type it becomes and how, from little-endian bytes. */
export const storedTypes: { readonly [K in StoredType]: StoredRow } = {
  float32: sameType('float32'),
  float64: sameType('float64'),
  int32: sameType('int32'),
  uint8: sameType('uint8'),
  bool: { sizeBytes: 1, dtype: 'bool', read: readBools },
  int8: converted(1, 'int32', (view, at) => view.getInt8(at)),
  int16: converted(2, 'int32', (view, at) => view.getInt16(at, true)),
  uint16: converted(2, 'int32', (view, at) => view.getUint16(at, true)),
  uint32: { sizeBytes: 4, dtype: 'int32', read: readUint32s },
  int64: { sizeBytes: 8, dtype: 'int32', read: readInt64s },
  uint64: { sizeBytes: 8, dtype: 'int32', read: readUint64s },
  float16: converted(2, 'float32', (view, at) => fromFloat16Bits(view.getUint16(at, true))),
  bfloat16: converted(2, 'float32', (view, at) => fromBfloat16Bits(view.getUint16(at, true))),
}

/**
 * A tensor from its little-endian bytes, which are copied, so that they need no alignment.
 * Throws FormatError when the shape is not one, the byte count differs from the shape's, or an
 * element does not fit: an integer beyond int32, a bool that is neither 0 nor 1.
 */
export function readElements(
  who: string,
  type: StoredType,
  shape: Shape,
  bytes: Uint8Array,
): Tensor {
  const { sizeBytes, dtype, read } = storedTypes[type]
  const length = countElements(who, shape)
  if (bytes.length !== length * sizeBytes)
    throw new FormatError({
      who,
      expected: `${length * sizeBytes} bytes for ${type} ${formatShape(shape)}`,
      received: `${bytes.length}`,
    })
  const refuse: Refuse = (index, value, expected) => {
    throw new FormatError({ who, expected, received: `${value} at element ${index}` })
  }
  return tensorOf(dtype, shape, read(new DataView(new Uint8Array(bytes).buffer), length, refuse))
}

/**
 * The number of elements of a shape that comes from a file.
 * Throws FormatError when an axis is no natural number or the product is beyond exact numbers.
 */
export function countElements(who: string, shape: Shape): number {
  const length = shape.reduce((product, n) => product * n, 1)
  const isValid = shape.every(n => Number.isSafeInteger(n) && n >= 0)
  if (isValid && Number.isSafeInteger(length)) return length
  throw new FormatError({
    who,
    expected: 'a shape of natural numbers with an exact element count',
    received: formatShape(shape),
  })
}

/** The number with the bits of an IEEE 754 half: 1 sign, 5 exponent and 10 fraction bits. */
export function fromFloat16Bits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

const scratch = new DataView(new ArrayBuffer(4))

/** The number whose upper half as a float32 the bits are. */
export function fromBfloat16Bits(bits: number): number {
  scratch.setUint32(0, bits * 0x10000)
  return scratch.getFloat32(0)
}

function sameType(dtype: DType): StoredRow {
  const { sizeBytes, view } = dtypes[dtype]
  return { sizeBytes, dtype, read: ({ buffer }, length) => view(buffer, 0, length) }
}

function converted(
  sizeBytes: number,
  dtype: DType,
  get: (view: DataView, at: number) => number,
): StoredRow {
  return {
    sizeBytes,
    dtype,
    read(view, length) {
      const data = new dtypes[dtype].array(length)
      for (let i = 0; i < length; i++) data[i] = get(view, i * sizeBytes)
      return data
    },
  }
}

function readBools({ buffer }: DataView<ArrayBuffer>, _: number, refuse: Refuse): NumericArray {
  const data = new Uint8Array(buffer)
  const wrong = data.findIndex(value => value > 1)
  return wrong < 0 ? data : refuse(wrong, data[wrong]!, 'bools stored as 0 or 1')
}

function readInt64s(view: DataView, length: number, refuse: Refuse): NumericArray {
  const data = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    const low = view.getInt32(i * 8, true)
    // It fits when the upper half only repeats the sign.
    if (view.getInt32(i * 8 + 4, true) !== low >> 31)
      refuse(i, view.getBigInt64(i * 8, true), 'int64 elements that fit into int32')
    data[i] = low
  }
  return data
}

function readUint32s(view: DataView, length: number, refuse: Refuse): NumericArray {
  const data = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    data[i] = view.getInt32(i * 4, true)
    if (data[i]! < 0) refuse(i, view.getUint32(i * 4, true), 'uint32 elements that fit into int32')
  }
  return data
}

function readUint64s(view: DataView, length: number, refuse: Refuse): NumericArray {
  const data = new Int32Array(length)
  for (let i = 0; i < length; i++) {
    data[i] = view.getInt32(i * 8, true)
    if (data[i]! < 0 || view.getInt32(i * 8 + 4, true) !== 0)
      refuse(i, view.getBigUint64(i * 8, true), 'uint64 elements that fit into int32')
  }
  return data
}
