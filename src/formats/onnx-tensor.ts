import { bytesOf, FormatError, type Shape, type Tensor } from '../base/index.ts'
import { countElements, readElements, type StoredType } from './elements.ts'
import { onnxTypeOf, onnxTypes, type TensorProto } from './onnx-types.ts'

type ElementArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Int8Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>

interface StoredRow {
  readonly type: StoredType
  /** The list that holds the elements where there are no raw bytes. */
  readonly list: 'floatData' | 'doubleData' | 'int32Data' | 'int64Data'
  /** The elements of that list as raw bytes would hold them. */
  readonly pack: (list: readonly number[]) => ElementArray
}

/** Which ONNX element types become tensors, and from what. Source: the comments in onnx.proto. */
const readable = new Map<number, StoredRow>([
  [onnxTypes.float, { type: 'float32', list: 'floatData', pack: v => Float32Array.from(v) }],
  [onnxTypes.double, { type: 'float64', list: 'doubleData', pack: v => Float64Array.from(v) }],
  [onnxTypes.int64, { type: 'int64', list: 'int64Data', pack: v => BigInt64Array.from(v, BigInt) }],
  [onnxTypes.int32, { type: 'int32', list: 'int32Data', pack: v => Int32Array.from(v) }],
  [onnxTypes.int16, { type: 'int16', list: 'int32Data', pack: v => Int16Array.from(v) }],
  [onnxTypes.uint16, { type: 'uint16', list: 'int32Data', pack: v => Uint16Array.from(v) }],
  [onnxTypes.int8, { type: 'int8', list: 'int32Data', pack: v => Int8Array.from(v) }],
  [onnxTypes.uint8, { type: 'uint8', list: 'int32Data', pack: v => Uint8Array.from(v) }],
  [onnxTypes.bool, { type: 'bool', list: 'int32Data', pack: v => Uint8Array.from(v) }],
  // The list holds the bits of the halves.
  [onnxTypes.float16, { type: 'float16', list: 'int32Data', pack: v => Uint16Array.from(v) }],
  [onnxTypes.bfloat16, { type: 'bfloat16', list: 'int32Data', pack: v => Uint16Array.from(v) }],
])

/** A stored tensor over the same bytes, without a copy. */
export function tensorProto(name: string, tensor: Tensor): TensorProto {
  return {
    name,
    dataType: onnxTypeOf[tensor.dtype],
    dims: tensor.shape,
    rawData: bytesOf(tensor),
  }
}

/**
 * A stored int64 tensor, as ONNX wants axes, shapes and indices. Values are exact integers, or
 * `Infinity` and `-Infinity` for the largest and smallest int64, "to the end" in Slice.
 * Throws FormatError when a value is neither, or the values do not fill the shape.
 */
export function int64TensorProto(
  name: string,
  dims: Shape,
  values: readonly number[],
): TensorProto {
  const who = `int64 tensor "${name}"`
  if (values.length !== countElements(who, dims))
    throw new FormatError({ who, expected: `elements for [${dims}]`, received: `${values.length}` })
  const data = BigInt64Array.from(values, value => {
    if (Number.isSafeInteger(value)) return BigInt(value)
    if (value === Number.POSITIVE_INFINITY) return 2n ** 63n - 1n
    if (value === Number.NEGATIVE_INFINITY) return -(2n ** 63n)
    throw new FormatError({ who, expected: 'safe integers or infinities', received: `${value}` })
  })
  return { name, dataType: onnxTypes.int64, dims, rawData: new Uint8Array(data.buffer) }
}

/**
 * The tensor that is stored, copied out of the file; narrower types widen, int64 becomes int32.
 * Throws FormatError when the elements lie in another file, have an unsupported type, do not fill
 * the shape or do not fit.
 */
export function tensorFromProto(proto: TensorProto): Tensor {
  const who = `ONNX tensor "${proto.name ?? ''}"`
  const row = readable.get(proto.dataType)
  if (!row)
    throw new FormatError({
      who,
      expected: `an element type among ${[...readable.keys()]}`,
      received: `${proto.dataType}`,
    })
  if (proto.dataLocation)
    throw new FormatError({ who, expected: 'its data inside the model', received: 'external data' })
  if (proto.rawData) return readElements(who, row.type, proto.dims, proto.rawData)
  return fromList(who, row, proto)
}

function fromList(who: string, { type, list, pack }: StoredRow, proto: TensorProto): Tensor {
  const values = proto[list] ?? []
  const packed = pack(values)
  const wrong = list === 'int32Data' ? values.findIndex((v, i) => v !== packed[i]) : -1
  if (wrong >= 0)
    throw new FormatError({
      who,
      expected: `${type} elements in ${list}`,
      received: `${values[wrong]} at element ${wrong}`,
    })
  const bytes = new Uint8Array(packed.buffer)
  return readElements(who, type, proto.dims, bytes)
}
