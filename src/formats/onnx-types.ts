import type { DType } from '../base/index.ts'

/**
 * Codes of tensor element types.
 * Source: ONNX, TensorProto.DataType.
 */
export const onnxTypes = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const

/** The ONNX element type of each of ours. */
export const onnxTypeOf: { readonly [K in DType]: number } = {
  float32: onnxTypes.float,
  float64: onnxTypes.double,
  int32: onnxTypes.int32,
  uint8: onnxTypes.uint8,
  bool: onnxTypes.bool,
}

/**
 * Codes that say which field of an attribute holds its value.
 * Source: ONNX, AttributeProto.AttributeType.
 */
export const attributeTypes = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const

/** A model: a graph with the operator sets it is written in. */
export interface ModelProto {
  readonly irVersion: number
  readonly producerName?: string
  readonly producerVersion?: string
  readonly domain?: string
  readonly modelVersion?: number
  readonly docString?: string
  readonly graph: GraphProto
  readonly opsetImport: readonly OperatorSetIdProto[]
  readonly metadataProps?: readonly StringStringEntryProto[]
}

/** An operator set and its version; the domain `''` is the standard one. */
export interface OperatorSetIdProto {
  readonly domain?: string
  readonly version: number
}

/** A name with a text. */
export interface StringStringEntryProto {
  readonly key: string
  readonly value: string
}

/** Nodes in the order of execution, with the values that enter, leave and are stored. */
export interface GraphProto {
  readonly name: string
  readonly node: readonly NodeProto[]
  readonly initializer?: readonly TensorProto[]
  readonly docString?: string
  readonly input: readonly ValueInfoProto[]
  readonly output: readonly ValueInfoProto[]
  readonly valueInfo?: readonly ValueInfoProto[]
}

/** One operator applied to named values; an input `''` is an optional one left out. */
export interface NodeProto {
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly name?: string
  readonly opType: string
  readonly attribute?: readonly AttributeProto[]
  readonly docString?: string
  readonly domain?: string
}

/** A constant setting of a node; `type` is one of `attributeTypes` and says which field counts. */
export interface AttributeProto {
  readonly name: string
  readonly f?: number
  readonly i?: number
  readonly s?: string
  readonly t?: TensorProto
  readonly g?: GraphProto
  readonly floats?: readonly number[]
  readonly ints?: readonly number[]
  readonly strings?: readonly string[]
  readonly docString?: string
  readonly type: number
}

/** A stored tensor; we write `rawData`, other writers may use one of the typed lists. */
export interface TensorProto {
  readonly dims: readonly number[]
  /** One of `onnxTypes`. */
  readonly dataType: number
  readonly floatData?: readonly number[]
  readonly int32Data?: readonly number[]
  readonly int64Data?: readonly number[]
  readonly name?: string
  /** Little-endian elements in row-major order. */
  readonly rawData?: Uint8Array<ArrayBuffer>
  readonly doubleData?: readonly number[]
  readonly docString?: string
  /** 1 when the elements lie in another file. */
  readonly dataLocation?: number
}

/** A value's name and type. */
export interface ValueInfoProto {
  readonly name: string
  readonly type?: TypeProto
  readonly docString?: string
}

/** The type of a value; only tensors are known here. */
export interface TypeProto {
  readonly tensorType?: TensorTypeProto
  readonly denotation?: string
}

/** Element type, one of `onnxTypes`, and shape; without a shape the rank is unknown. */
export interface TensorTypeProto {
  readonly elemType: number
  readonly shape?: TensorShapeProto
}

/** The axes of a tensor. */
export interface TensorShapeProto {
  readonly dim: readonly DimensionProto[]
}

/** One axis: a size, or the name of a size known only at run time, or neither. */
export interface DimensionProto {
  readonly dimValue?: number
  readonly dimParam?: string
  readonly denotation?: string
}
