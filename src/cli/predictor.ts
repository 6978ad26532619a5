import { readFile } from 'node:fs/promises'
import {
  ConfigError,
  DataError,
  FormatError,
  formatShape,
  messageOf,
  type Tensor,
} from '../base/index.ts'
import { rowsAt } from '../data/index.ts'
import type { RowFormat } from '../data/node/index.ts'
import { openModel } from '../engine/index.ts'
import { modelTensors } from '../runs/index.ts'
import { inferenceModel, type ModelFacts, type ModelInput, summaryOf } from '../train/index.ts'
import type { CheckpointChoice } from './options.ts'
import { readStoredModel } from './stored-model.ts'

/** A model of a run or a file, ready to answer. */
export interface Predictor {
  /** For the reader: `digits after step 550`, `model.onnx`. */
  readonly title: string
  /** Of the checkpoint, where it is one of a run. */
  readonly step?: number
  readonly warnings: readonly string[]
  readonly facts: ModelFacts
  /** What it takes. */
  readonly format: RowFormat
  /** Rows that it is best given at once. */
  readonly batchRows: number
  /**
   * What the model gives for rows: probabilities of classes or labels, or numbers in the unit of the targets.
   * Shapes: [N, ...row] -> [N, ...].
   * Throws DataError when a row holds an index that the model does not know.
   */
  predict(inputs: Tensor): Promise<Tensor>
  release(): Promise<void>
}

/** Rows in one run of a model that takes any number. */
const rowsAtOnce = 256

/**
 * The model of a run directory, with one of its checkpoints, or of an ONNX file.
 * Throws ConfigError when nothing is named, or a checkpoint of a file; RunError when there is no such run,
 * checkpoint or file; FormatError or EngineError when a file is no model that can be run on rows.
 */
export async function openPredictor(
  target: string | undefined,
  checkpoint: CheckpointChoice | undefined,
): Promise<Predictor> {
  if (target !== undefined && /\.onnx$/i.test(target)) {
    if (checkpoint !== undefined)
      throw new ConfigError({
        who: '--checkpoint',
        expected: 'the directory of a run, which has checkpoints',
        received: `"${target}"`,
      })
    return predictorOf(await bytesOf(target), target, { title: target, warnings: [] })
  }
  const stored = await readStoredModel(target, checkpoint, 'predict')
  const { step } = stored.checkpoint.progress
  const { experiment } = stored
  return predictorOf(inferenceModel(experiment, modelTensors(stored.checkpoint.tensors)), target!, {
    title: `${experiment.name} after step ${step}`,
    step,
    warnings: stored.run.warnings,
  })
}

async function predictorOf(
  bytes: Uint8Array,
  who: string,
  about: Pick<Predictor, 'title' | 'step' | 'warnings'>,
): Promise<Predictor> {
  const { inputs, outputs, facts } = summaryOf(bytes, who)
  const [input] = inputs
  const [rows = 0, ...shape] = input?.shape ?? []
  if (!input || inputs.length > 1 || shape.includes(0))
    throw new FormatError({
      who,
      expected: 'a model of one input, [batch, ...] with rows of a fixed shape',
      received: listed(inputs),
    })
  const model = await openModel(bytes, who)
  const { imageShape, imageFit, table, indicesBelow } = facts
  return {
    ...about,
    facts,
    batchRows: rows > 0 ? rows * Math.ceil(rowsAtOnce / rows) : rowsAtOnce,
    format: {
      dtype: input.dtype,
      shape,
      ...(imageShape && { imageShape }),
      ...(imageFit === undefined ? {} : { imageFit: imageFit as 'cover' }),
      ...(table === undefined ? {} : { table }),
    },
    async predict(given) {
      if (indicesBelow !== undefined) requireIndices(given, indicesBelow, who)
      const [count = 0] = given.shape
      const parts: Tensor[] = []
      for (let start = 0; start < count; start += rows || rowsAtOnce) {
        const size = Math.min(rows || rowsAtOnce, count - start)
        const results = await model.run({ [input.name]: rowsAt(given, start, size) })
        parts.push(answersOf(results[outputs[0]!]!, size, who))
      }
      return joined(parts)
    },
    release: model.release,
  }
}

function listed(inputs: readonly ModelInput[]): string {
  const shown = inputs.slice(0, 4).map(({ name, shape }) => `${name} ${formatShape(shape)}`)
  const more = inputs.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}

/** Throws FormatError when a model does not give an answer for each row. */
function answersOf(output: Tensor, rows: number, who: string): Tensor {
  if (output.shape[0] === rows) return output
  throw new FormatError({
    who,
    expected: `an answer for each of ${rows} rows`,
    received: formatShape(output.shape),
  })
}

/** Throws DataError that names the first index that a layer of the model does not have. */
function requireIndices({ data, shape: [rows = 1] }: Tensor, below: number, who: string): void {
  const bad = data.findIndex(x => !(Number.isInteger(x) && x >= 0 && x < below))
  if (bad < 0) return
  throw new DataError({
    who,
    expected: `indices from 0 to ${below - 1}`,
    received: String(data[bad]),
    from: `row ${Math.floor((bad * rows) / data.length) + 1}`,
  })
}

function joined(parts: readonly Tensor[]): Tensor {
  const [, ...row] = parts[0]?.shape ?? []
  const rows = parts.reduce((sum, { shape }) => sum + shape[0]!, 0)
  const data = new Float32Array(parts.reduce((sum, part) => sum + part.data.length, 0))
  let place = 0
  for (const part of parts) {
    data.set(part.data, place)
    place += part.data.length
  }
  return { dtype: 'float32', shape: [rows, ...row], data }
}

async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new DataError({
      who: path,
      expected: 'an ONNX file that can be read',
      received: messageOf(cause),
      cause,
    })
  }
}
