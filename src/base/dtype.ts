/** Element types of tensors. `bool` is stored as one byte, 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'uint8' | 'bool'

/** The element types gradients exist for. */
export type FloatDType = 'float32' | 'float64'

/** The host arrays that hold tensor elements. */
export type NumericArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>

interface DTypeRow {
  readonly sizeBytes: number
  readonly isFloat: boolean
  readonly array: new (length: number) => NumericArray
  readonly view: (buffer: ArrayBuffer, offset: number, length: number) => NumericArray
}

/** One row per element type: size, kind and host array. */
export const dtypes: { readonly [K in DType]: DTypeRow } = {
  float32: {
    sizeBytes: 4,
    isFloat: true,
    array: Float32Array,
    view: (b, o, n) => new Float32Array(b, o, n),
  },
  float64: {
    sizeBytes: 8,
    isFloat: true,
    array: Float64Array,
    view: (b, o, n) => new Float64Array(b, o, n),
  },
  int32: {
    sizeBytes: 4,
    isFloat: false,
    array: Int32Array,
    view: (b, o, n) => new Int32Array(b, o, n),
  },
  uint8: {
    sizeBytes: 1,
    isFloat: false,
    array: Uint8Array,
    view: (b, o, n) => new Uint8Array(b, o, n),
  },
  bool: {
    sizeBytes: 1,
    isFloat: false,
    array: Uint8Array,
    view: (b, o, n) => new Uint8Array(b, o, n),
  },
}

/** Whether gradients exist for the element type. */
export function isFloat(dtype: DType): dtype is FloatDType {
  return dtypes[dtype].isFloat
}
