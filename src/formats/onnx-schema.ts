import type {
  AttributeProto,
  DimensionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TensorTypeProto,
  TypeProto,
  ValueInfoProto,
} from './onnx-types.ts'
import { type Message, message } from './protobuf-schema.ts'

// Field numbers and packing: onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto

const entryMessage: Message<StringStringEntryProto> = message(
  'StringStringEntryProto',
  { key: '', value: '' },
  () => ({ key: [1, 'string'], value: [2, 'string'] }),
)

const operatorSetMessage: Message<OperatorSetIdProto> = message(
  'OperatorSetIdProto',
  { version: 0 },
  () => ({ domain: [1, 'string'], version: [2, 'int64'] }),
)

const dimensionMessage: Message<DimensionProto> = message('Dimension', {}, () => ({
  dimValue: [1, 'int64'],
  dimParam: [2, 'string'],
  denotation: [3, 'string'],
}))

const shapeMessage: Message<TensorShapeProto> = message('TensorShapeProto', { dim: [] }, () => ({
  dim: [1, dimensionMessage, 'repeated'],
}))

const tensorTypeMessage: Message<TensorTypeProto> = message(
  'TypeProto.Tensor',
  { elemType: 0 },
  () => ({ elemType: [1, 'int32'], shape: [2, shapeMessage] }),
)

const typeMessage: Message<TypeProto> = message('TypeProto', {}, () => ({
  tensorType: [1, tensorTypeMessage],
  denotation: [6, 'string'],
}))

const valueInfoMessage: Message<ValueInfoProto> = message('ValueInfoProto', { name: '' }, () => ({
  name: [1, 'string'],
  type: [2, typeMessage],
  docString: [3, 'string'],
}))

const tensorMessage: Message<TensorProto> = message(
  'TensorProto',
  { dims: [], dataType: 0 },
  () => ({
    dims: [1, 'int64', 'repeated'],
    dataType: [2, 'int32'],
    floatData: [4, 'float', 'packed'],
    int32Data: [5, 'int32', 'packed'],
    int64Data: [7, 'int64', 'packed'],
    name: [8, 'string'],
    rawData: [9, 'bytes'],
    doubleData: [10, 'double', 'packed'],
    docString: [12, 'string'],
    dataLocation: [14, 'int32'],
  }),
)

const attributeMessage: Message<AttributeProto> = message(
  'AttributeProto',
  { name: '', type: 0 },
  () => ({
    name: [1, 'string'],
    f: [2, 'float'],
    i: [3, 'int64'],
    s: [4, 'string'],
    t: [5, tensorMessage],
    g: [6, graphMessage],
    floats: [7, 'float', 'repeated'],
    ints: [8, 'int64', 'repeated'],
    strings: [9, 'string', 'repeated'],
    docString: [13, 'string'],
    type: [20, 'int32'],
  }),
)

const nodeMessage: Message<NodeProto> = message(
  'NodeProto',
  { input: [], output: [], opType: '' },
  () => ({
    input: [1, 'string', 'repeated'],
    output: [2, 'string', 'repeated'],
    name: [3, 'string'],
    opType: [4, 'string'],
    attribute: [5, attributeMessage, 'repeated'],
    docString: [6, 'string'],
    domain: [7, 'string'],
  }),
)

const emptyGraph = { name: '', node: [], input: [], output: [] }

const graphMessage: Message<GraphProto> = message('GraphProto', emptyGraph, () => ({
  node: [1, nodeMessage, 'repeated'],
  name: [2, 'string'],
  initializer: [5, tensorMessage, 'repeated'],
  docString: [10, 'string'],
  input: [11, valueInfoMessage, 'repeated'],
  output: [12, valueInfoMessage, 'repeated'],
  valueInfo: [13, valueInfoMessage, 'repeated'],
}))

/** The schema of a model and, through it, of everything in one. */
export const modelMessage: Message<ModelProto> = message(
  'ModelProto',
  { irVersion: 0, opsetImport: [], graph: emptyGraph },
  () => ({
    irVersion: [1, 'int64'],
    producerName: [2, 'string'],
    producerVersion: [3, 'string'],
    domain: [4, 'string'],
    modelVersion: [5, 'int64'],
    docString: [6, 'string'],
    graph: [7, graphMessage],
    opsetImport: [8, operatorSetMessage, 'repeated'],
    metadataProps: [14, entryMessage, 'repeated'],
  }),
)
