import { encodeMessage } from './protobuf-encode.ts'
import { type Message, message } from './protobuf-schema.ts'
import { type SummaryShape, shapeMessage } from './tfevents-schema.ts'

// Field numbers: TensorFlow, core/framework/{graph,node_def,attr_value,versions}.proto.

/** A node of a graph as TensorBoard draws it; names with a slash stand in boxes. */
export interface GraphNode {
  readonly name: string
  readonly op: string
  /** The names of the nodes that it reads. */
  readonly inputs: readonly string[]
  /** Of what it gives; an open axis is -1. */
  readonly shape: readonly number[]
  /** What else is told of it. */
  readonly counts?: Readonly<Record<string, number>>
}

interface Attribute {
  readonly key: string
  readonly value: AttributeValue
}

interface AttributeValue {
  readonly list?: { readonly shape: readonly SummaryShape[] }
  readonly i?: number
}

interface NodeDef {
  readonly name: string
  readonly op: string
  readonly input: readonly string[]
  readonly attr: readonly Attribute[]
}

interface GraphDef {
  readonly node: readonly NodeDef[]
  readonly versions?: { readonly producer: number }
}

const listMessage: Message<{ readonly shape: readonly SummaryShape[] }> = message(
  'AttrValue.ListValue',
  { shape: [] },
  () => ({ shape: [7, shapeMessage, 'repeated'] }),
)

const valueMessage: Message<AttributeValue> = message('AttrValue', {}, () => ({
  list: [1, listMessage],
  i: [3, 'int64'],
}))

const attributeMessage: Message<Attribute> = message(
  'NodeDef.AttrEntry',
  { key: '', value: {} },
  () => ({ key: [1, 'string'], value: [2, valueMessage] }),
)

const nodeMessage: Message<NodeDef> = message(
  'NodeDef',
  { name: '', op: '', input: [], attr: [] },
  () => ({
    name: [1, 'string'],
    op: [2, 'string'],
    input: [3, 'string', 'repeated'],
    attr: [5, attributeMessage, 'repeated'],
  }),
)

const versionsMessage: Message<{ readonly producer: number }> = message(
  'VersionDef',
  { producer: 0 },
  () => ({ producer: [1, 'int32'] }),
)

const graphMessage: Message<GraphDef> = message('GraphDef', { node: [] }, () => ({
  node: [1, nodeMessage, 'repeated'],
  versions: [4, versionsMessage],
}))

/** The version of the format, which readers of any kind of node take. */
const producer = 22

/** Where TensorBoard looks for the shape of what a node gives. */
const shapesKey = '_output_shapes'

/** A graph as an event holds it. Source: TensorFlow, core/framework/graph.proto. */
export function encodeGraph(nodes: readonly GraphNode[]): Uint8Array<ArrayBuffer> {
  return encodeMessage(graphMessage, {
    node: nodes.map(({ name, op, inputs, shape, counts = {} }) => ({
      name,
      op,
      input: inputs,
      attr: [
        {
          key: shapesKey,
          value: { list: { shape: [{ dim: shape.map(size => ({ size })) }] } },
        },
        ...Object.entries(counts).map(([key, i]) => ({ key, value: { i } })),
      ],
    })),
    versions: { producer },
  })
}
