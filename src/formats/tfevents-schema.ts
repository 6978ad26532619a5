import { type Message, message } from './protobuf-schema.ts'

// Field numbers: TensorFlow, core/util/event.proto, core/framework/{summary,tensor,tensor_shape}.proto
// and tsl/protobuf/histogram.proto.

/** What a training run has to say at one moment. */
export interface Event {
  /** Seconds since 1970. */
  readonly wallTime: number
  readonly step?: number
  /** Only in the first record of a file: `brain.Event:2`. */
  readonly fileVersion?: string
  /** A graph, see `encodeGraph`. */
  readonly graphDef?: Uint8Array<ArrayBuffer>
  readonly summary?: Summary
  readonly sessionLog?: SessionLog
}

/** A session of the program that records; status 1 is its start. */
export interface SessionLog {
  readonly status: number
}

/** What was observed at a step. */
export interface Summary {
  readonly value: readonly SummaryValue[]
}

/** One observation under a tag; exactly one of `simpleValue`, `image`, `histo` and `tensor` holds it. */
export interface SummaryValue {
  readonly tag: string
  readonly simpleValue?: number
  readonly image?: SummaryImage
  readonly histo?: HistogramProto
  readonly tensor?: SummaryTensor
  readonly metadata?: SummaryMetadata
}

/** An image; `colorspace` is its number of channels. */
export interface SummaryImage {
  readonly height: number
  readonly width: number
  readonly colorspace: number
  /** A PNG file. */
  readonly encodedImageString: Uint8Array<ArrayBuffer>
}

/** Counts per bucket: bucket `i` holds values in `[bucketLimit[i - 1], bucketLimit[i])`. */
export interface HistogramProto {
  readonly min: number
  readonly max: number
  /** The number of values. */
  readonly num: number
  readonly sum: number
  readonly sumSquares: number
  readonly bucketLimit: readonly number[]
  readonly bucket: readonly number[]
}

/** A tensor in a summary; `dtype` is 1 for float32 and 7 for strings. */
export interface SummaryTensor {
  readonly dtype: number
  readonly tensorShape?: SummaryShape
  /** Little-endian elements in row-major order, in place of the lists. */
  readonly tensorContent?: Uint8Array<ArrayBuffer>
  readonly floatVal?: readonly number[]
  readonly stringVal?: readonly string[]
}

/** The axes of a summary tensor. */
export interface SummaryShape {
  readonly dim: readonly { readonly size: number }[]
}

/** How a value is shown: by which plugin, under which name. */
export interface SummaryMetadata {
  readonly pluginData?: PluginData
  readonly displayName?: string
  readonly summaryDescription?: string
  /** 1 scalar, 2 tensor, 3 blobs. */
  readonly dataClass?: number
}

/** The plugin that shows a value, for example `text`, and its settings. */
export interface PluginData {
  readonly pluginName: string
  readonly content?: Uint8Array<ArrayBuffer>
}

const pluginDataMessage: Message<PluginData> = message('PluginData', { pluginName: '' }, () => ({
  pluginName: [1, 'string'],
  content: [2, 'bytes'],
}))

const metadataMessage: Message<SummaryMetadata> = message('SummaryMetadata', {}, () => ({
  pluginData: [1, pluginDataMessage],
  displayName: [2, 'string'],
  summaryDescription: [3, 'string'],
  dataClass: [4, 'int32'],
}))

const dimMessage: Message<{ readonly size: number }> = message('Dim', { size: 0 }, () => ({
  size: [1, 'int64'],
}))

/** The schema of the axes of a tensor. */
export const shapeMessage: Message<SummaryShape> = message('TensorShapeProto', { dim: [] }, () => ({
  dim: [2, dimMessage, 'repeated'],
}))

const tensorMessage: Message<SummaryTensor> = message('TensorProto', { dtype: 0 }, () => ({
  dtype: [1, 'int32'],
  tensorShape: [2, shapeMessage],
  tensorContent: [4, 'bytes'],
  floatVal: [5, 'float', 'packed'],
  stringVal: [8, 'string', 'repeated'],
}))

const histogramMessage: Message<HistogramProto> = message(
  'HistogramProto',
  { min: 0, max: 0, num: 0, sum: 0, sumSquares: 0, bucketLimit: [], bucket: [] },
  () => ({
    min: [1, 'double'],
    max: [2, 'double'],
    num: [3, 'double'],
    sum: [4, 'double'],
    sumSquares: [5, 'double'],
    bucketLimit: [6, 'double', 'packed'],
    bucket: [7, 'double', 'packed'],
  }),
)

const imageMessage: Message<SummaryImage> = message(
  'Summary.Image',
  { height: 0, width: 0, colorspace: 0, encodedImageString: new Uint8Array() },
  () => ({
    height: [1, 'int32'],
    width: [2, 'int32'],
    colorspace: [3, 'int32'],
    encodedImageString: [4, 'bytes'],
  }),
)

const valueMessage: Message<SummaryValue> = message('Summary.Value', { tag: '' }, () => ({
  tag: [1, 'string'],
  simpleValue: [2, 'float'],
  image: [4, imageMessage],
  histo: [5, histogramMessage],
  tensor: [8, tensorMessage],
  metadata: [9, metadataMessage],
}))

const summaryMessage: Message<Summary> = message('Summary', { value: [] }, () => ({
  value: [1, valueMessage, 'repeated'],
}))

const sessionLogMessage: Message<SessionLog> = message('SessionLog', { status: 0 }, () => ({
  status: [1, 'int32'],
}))

/** The schema of an event and, through it, of everything in one. */
export const eventMessage: Message<Event> = message('Event', { wallTime: 0 }, () => ({
  wallTime: [1, 'double'],
  step: [2, 'int64'],
  fileVersion: [3, 'string'],
  graphDef: [4, 'bytes'],
  summary: [5, summaryMessage],
  sessionLog: [7, sessionLogMessage],
}))
