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

/** The name under which a further input or target is fed. */
export const partName = (name: string): string => `batch/more/${name}`

/** The names of inputs in an exported model. */
export const exportedName = (name = 'input'): string => name

/** Everything of a dataset that a batch is made of, by the name it is fed under. */
export function batchParts({ inputs, targets, more = {} }: Dataset): Named<Rows> {
  const others = Object.entries(more).map(([name, values]) => [partName(name), values])
  return { [inputsName]: inputs, [targetsName]: targets, ...Object.fromEntries(others) }
}

/**
 * The inputs of a model for a batch, as the model sees them: the dataset's inputs, scaled and
 * normalised, and after them those that the model names beyond the first. Bytes travel, floats arrive.
 * Throws DataError when the data lack one of them.
 */
export function batchInputs(
  model: Experiment['model'],
  { train, ...scaling }: Pick<DataSource, 'train' | 'scale' | 'normalization'>,
  batchSize: number,
  nameOf = (name: string | undefined) => (name === undefined ? inputsName : partName(name)),
): readonly [Value, ...Value[]] {
  const names = model.kind === 'graph' ? model.inputs.slice(1) : []
  return withOrigin({ kind: 'data', path: 'inputs' }, () => {
    const batch = ({ shape, dtype }: Rows, name?: string) =>
      input(nameOf(name), [batchSize, ...shape.slice(1)], dtype)
    const seen = asSeen(batch(train.inputs), scaling)
    const rest = names.map(name =>
      asSeen(batch(train.more?.[name] ?? lacking(train, name), name), {}),
    )
    return [seen, ...rest]
  })
}

/** A batch of targets as the loss sees it. */
export function batchTargets(
  { train, targetNormalization }: Pick<DataSource, 'train' | 'targetNormalization'>,
  batchSize: number,
): Value {
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
