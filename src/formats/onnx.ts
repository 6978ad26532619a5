import { modelMessage } from './onnx-schema.ts'
import {
  type AttributeProto,
  attributeTypes,
  type GraphProto,
  type ModelProto,
  type TensorProto,
  type ValueInfoProto,
} from './onnx-types.ts'
import { decodeMessage } from './protobuf-decode.ts'
import { encodeMessage } from './protobuf-encode.ts'

/**
 * The bytes of an ONNX file.
 * Throws FormatError when a number does not fit its field, such as an unsafe integer for an int64.
 * Source: ONNX, onnx.proto.
 */
export function encodeModel(model: ModelProto): Uint8Array<ArrayBuffer> {
  return encodeMessage(modelMessage, model)
}

/**
 * The model in an ONNX file. Raw tensor data are views of `bytes`; fields without a place in
 * `ModelProto`, such as functions and sparse tensors, are skipped.
 * Throws FormatError, with the path of the field and its byte, when the bytes are cut or malformed,
 * or an int64 field is beyond the safe integers.
 * Source: ONNX, onnx.proto.
 */
export function decodeModel(bytes: Uint8Array, who = 'ONNX model'): ModelProto {
  return decodeMessage(modelMessage, bytes, who)
}

/** An attribute's value, tagged with its kind. */
export type AttributeValue =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly string: string }
  | { readonly tensor: TensorProto }
  | { readonly graph: GraphProto }
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }

const attributeFields = {
  int: 'i',
  float: 'f',
  string: 's',
  tensor: 't',
  graph: 'g',
  ints: 'ints',
  floats: 'floats',
  strings: 'strings',
} as const satisfies { readonly [K in keyof typeof attributeTypes]: keyof AttributeProto }

/** An attribute of a node: `attribute('axis', { int: 1 })`. */
export function attribute(name: string, value: AttributeValue): AttributeProto {
  const [[kind, content]] = Object.entries(value) as [[keyof typeof attributeTypes, never]]
  return { name, type: attributeTypes[kind], [attributeFields[kind]]: content }
}

/**
 * A named value of an element type, one of `onnxTypes`. An axis given by a name has a size known only
 * at run time; without a shape the rank is unknown.
 */
export function valueInfo(
  name: string,
  elemType: number,
  shape?: readonly (number | string)[],
): ValueInfoProto {
  const dim = shape?.map(n => (typeof n === 'number' ? { dimValue: n } : { dimParam: n }))
  return { name, type: { tensorType: { elemType, ...(dim && { shape: { dim } }) } } }
}
