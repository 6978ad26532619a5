export { type ArrayHeader, checkSize, swapBytes } from './array-header.ts'
export { crc32c } from './crc32.ts'
export { decodeIdx, encodeIdx, idxHeaderBytes, readIdxHeader } from './idx.ts'
export {
  decodeNpy,
  encodeNpy,
  encodeNpyHeader,
  isNpy,
  npyHeaderBytes,
  readNpyHeader,
} from './npy.ts'
export { decodeNpz, encodeNpz, type Npz } from './npz.ts'
export {
  type AttributeValue,
  attribute,
  decodeModel,
  encodeModel,
  valueInfo,
} from './onnx.ts'
export { int64TensorProto, tensorProto } from './onnx-tensor.ts'
export {
  type AttributeProto,
  type DimensionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type OperatorSetIdProto,
  onnxTypeOf,
  onnxTypes,
  type StringStringEntryProto,
  type TensorProto,
  type TensorShapeProto,
  type TensorTypeProto,
  type TypeProto,
  type ValueInfoProto,
} from './onnx-types.ts'
export { type Bitmap, encodePng } from './png.ts'
export { decodeSafetensors, encodeSafetensors, type Safetensors } from './safetensors.ts'
export { readTar, type TarEntry } from './tar.ts'
export {
  type EventFile,
  encodeEvent,
  fileVersionEvent,
  readEvents,
  sessionStartEvent,
  textValue,
} from './tfevents.ts'
export { encodeGraph, type GraphNode } from './tfevents-graph.ts'
export { completedValue, type Hyperparameters, hyperparametersValue } from './tfevents-hparams.ts'
export type {
  Event,
  HistogramProto,
  PluginData,
  SessionLog,
  Summary,
  SummaryImage,
  SummaryMetadata,
  SummaryShape,
  SummaryTensor,
  SummaryValue,
} from './tfevents-schema.ts'
export { frameRecord } from './tfrecord.ts'
