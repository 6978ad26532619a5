import { type DType, FormatError, type Json, type Named, type Shape } from '../base/index.ts'
import { decodeModel, onnxTypeOf, type ValueInfoProto } from '../formats/index.ts'
import { taskOf } from '../nn/index.ts'
import type { Task } from '../ops/index.ts'
import type { Experiment } from './experiment.ts'
import { indexLimit } from './indices.ts'

/** The part of an experiment that an exported model is made of. */
export type ExportedExperiment = Pick<Experiment, 'name' | 'model' | 'loss' | 'data'>

/** What an exported model says of itself: what is needed to feed it, and to name what it answers. */
export interface ModelFacts {
  /** The name of the experiment. */
  readonly model?: string
  readonly task?: Task
  /** What the classes or labels are called, in the order of the outputs. */
  readonly classNames?: readonly string[]
  /** What the numbers are called that it predicts. */
  readonly targetNames?: readonly string[]
  /** [C, H, W], where a row is an image, flat or not. */
  readonly imageShape?: readonly [number, number, number]
  /** How images of another shape were brought to this one. */
  readonly imageFit?: string
  /** How the columns of a table become a row. */
  readonly table?: Json
  /** Inputs are integers from 0 up to below this. */
  readonly indicesBelow?: number
  /** What the graph does to inputs and outputs, for the reader: it is done there. */
  readonly scale?: number
  readonly normalization?: Json
  readonly targetNormalization?: Json
  /** Where the training data were from, and their hash. */
  readonly data?: string
  readonly dataHash?: string
}

const texts = ['model', 'task', 'data', 'dataHash', 'imageFit'] as const
const marks = { format: 'justright-model', version: '1' } as const

/** What is known of a model when it is exported. */
export function factsOf({ name, model, loss, data }: ExportedExperiment): ModelFacts {
  const { scale, normalization, targetNormalization, description } = data
  const { source, hash, table, classNames, imageFit } = description
  const imageShape = imageShapeOf(description.imageShape)
  const targetNames = (table as { label?: { names?: readonly string[] } } | undefined)?.label?.names
  const indicesBelow = indexLimit(model, data)
  const task = taskOf(loss)
  const known = {
    model: name ?? 'experiment',
    task,
    ...(task === 'classes' ? { classNames } : { targetNames }),
    imageShape,
    imageFit,
    table,
    indicesBelow,
    scale,
    normalization,
    targetNormalization,
    data: source,
    dataHash: hash,
  }
  return Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined),
  ) as ModelFacts
}

/** [C, H, W] of [H, W] or [C, H, W]. */
function imageShapeOf(shape: Json | undefined): readonly number[] | undefined {
  if (!Array.isArray(shape)) return undefined
  return shape.length === 2 ? [1, ...(shape as number[])] : (shape as number[])
}

/** Facts as the metadata of an ONNX file: texts, and JSON for all that is no text. */
export function metadataOf(facts: ModelFacts): Named<string> {
  const isText = (key: string) => texts.some(name => name === key)
  return {
    ...marks,
    ...Object.fromEntries(
      Object.entries(facts).map(([key, value]) => [
        key,
        isText(key) ? String(value) : JSON.stringify(value),
      ]),
    ),
  }
}

/** An input of a model; axes whose size is open are 0. */
export interface ModelInput {
  readonly name: string
  readonly dtype: DType
  readonly shape: Shape
}

/** A model file, as far as it has to be known to feed it. */
export interface ModelSummary {
  readonly inputs: readonly ModelInput[]
  readonly outputs: readonly string[]
  /** Empty where the model is not from here. */
  readonly facts: ModelFacts
}

/**
 * What a model file takes and gives, and what it says of itself.
 * Throws FormatError when the bytes are no ONNX model, its inputs are of a kind that is not known here,
 * or what it says of itself is damaged.
 */
export function summaryOf(bytes: Uint8Array, who: string): ModelSummary {
  const { graph, metadataProps = [] } = decodeModel(bytes, who)
  if (!graph?.input?.length || !graph.output?.length)
    throw new FormatError({
      who,
      expected: 'an ONNX model with inputs and outputs',
      received: graph ? `${graph.input?.length ?? 0} inputs` : 'no graph',
    })
  const stored = new Set(graph.initializer?.map(({ name }) => name))
  return {
    inputs: graph.input.filter(({ name }) => !stored.has(name)).map(info => inputOf(info, who)),
    outputs: graph.output.map(({ name }) => name ?? ''),
    facts: factsIn(
      Object.fromEntries(metadataProps.map(({ key = '', value = '' }) => [key, value])),
      who,
    ),
  }
}

function inputOf({ name = '', type }: ValueInfoProto, who: string): ModelInput {
  const { elemType, shape } = type?.tensorType ?? {}
  const dtype = (Object.keys(onnxTypeOf) as DType[]).find(known => onnxTypeOf[known] === elemType)
  if (!dtype || !shape)
    throw new FormatError({
      who: `${who}, input "${name}"`,
      expected: `a tensor of ${Object.keys(onnxTypeOf).join(', ')} with a shape`,
      received: shape ? `element type ${elemType ?? 'none'} of ONNX` : 'no shape',
    })
  return { name, dtype, shape: (shape.dim ?? []).map(({ dimValue }) => Number(dimValue ?? 0)) }
}

function factsIn(metadata: Named<string>, who: string): ModelFacts {
  if (metadata.format !== marks.format) return {}
  if (metadata.version !== marks.version)
    throw new FormatError({
      who,
      expected: `${marks.format} version ${marks.version}`,
      received: `version ${metadata.version}`,
    })
  const known = Object.entries(metadata).filter(([key]) => !Object.hasOwn(marks, key))
  return Object.fromEntries(
    known.map(([key, value]) => [
      key,
      texts.some(name => name === key) ? value : parsed(value, key, who),
    ]),
  )
}

function parsed(text: string, key: string, who: string): Json {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new FormatError({
      who: `${who}, "${key}" of its metadata`,
      expected: 'JSON',
      received: (cause as Error).message,
      cause,
    })
  }
}
