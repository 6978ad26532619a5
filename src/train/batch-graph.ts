import { DataError, type Named } from '../base/index.ts'
import {
  asSeen,
  type DataSource,
  type Dataset,
  denormalize,
  normalize,
  type Rows,
} from '../data/index.ts'
import { cast, input, type Value, withOrigin } from '../ir/index.ts'
import type { Experiment } from './experiment.ts'

/** The names under which a batch is fed. */
export const inputsName = 'batch/inputs'
const targetsName = 'batch/targets'

/** What the graph has to know of data to make inputs of their rows. */
type InputData = Pick<DataSource, 'train' | 'scale' | 'normalization'>

/** The name under which a further input or target is fed. */
export const partName = (name: string): string => `batch/more/${name}`

/** The names of inputs in an exported model. */
export const exportedName = (name = 'input'): string => name

/** Everything of a dataset that a batch is made of, by the name it is fed under. */
export function batchParts(dataset: Dataset): Named<Rows> {
  const parts = inputParts(dataset)
  return dataset.targetsAre ? parts : { ...parts, [targetsName]: dataset.targets }
}

/** The inputs alone, and what is further given under names. */
export function inputParts({ inputs, more = {} }: Omit<Dataset, 'targets'>): Named<Rows> {
  const others = Object.entries(more).map(([name, values]) => [partName(name), values])
  return { [inputsName]: inputs, ...Object.fromEntries(others) }
}

/**
 * The inputs of a model for a batch, as the model sees them: the dataset's inputs, scaled and
 * normalised, and after them those that the model names beyond the first. Bytes travel, floats arrive.
 * Throws DataError when the data lack one of them.
 */
export function batchInputs(
  model: Experiment['model'],
  data: InputData,
  batchSize: number,
  nameOf = (name: string | undefined) => (name === undefined ? inputsName : partName(name)),
): readonly [Value, ...Value[]] {
  const { train } = data
  const names = model.kind === 'graph' ? model.inputs.slice(1) : []
  return withOrigin({ kind: 'data', path: 'inputs' }, () => [
    mainInput(data, batchSize, nameOf(undefined)),
    ...names.map(name => {
      const rows = train.more?.[name] ?? lacking(train, name)
      return asSeen(batchOf(rows, batchSize, nameOf(name)), {})
    }),
  ])
}

/** The main input, scaled and normalised. */
function mainInput({ train, ...scaling }: InputData, batchSize: number, name: string): Value {
  return asSeen(batchOf(train.inputs, batchSize, name), scaling)
}

function batchOf({ shape, dtype }: Rows, batchSize: number, name: string): Value {
  return input(name, [batchSize, ...shape.slice(1)], dtype)
}

/** A batch of targets as the loss sees it; where they are the inputs, as the model sees those. */
export function batchTargets(
  data: InputData & Pick<DataSource, 'targetNormalization'>,
  batchSize: number,
): Value {
  const { train, targetNormalization } = data
  if (train.targetsAre === 'inputs')
    return withOrigin({ kind: 'data', path: 'inputs' }, () =>
      mainInput(data, batchSize, inputsName),
    )
  const { targets } = train
  const given = input(targetsName, [batchSize, ...targets.shape.slice(1)], targets.dtype)
  if (!targetNormalization) return given
  return withOrigin({ kind: 'data', path: 'targets' }, () =>
    normalize(cast(given, 'float32'), targetNormalization),
  )
}

/** Predictions in the unit of the targets as they were given. */
export function inTargetUnits(
  { targetNormalization }: Pick<DataSource, 'targetNormalization'>,
  predictions: Value,
): Value {
  if (!targetNormalization) return predictions
  return withOrigin({ kind: 'data', path: 'targets' }, () =>
    denormalize(predictions, targetNormalization),
  )
}

function lacking({ name: dataset, more = {} }: Dataset, name: string): never {
  throw new DataError({
    who: `dataset "${dataset}"`,
    expected: `"${name}" under "more", an input of the model`,
    received: Object.keys(more).join(', ') || 'none',
  })
}
