import { DataError, formatShape, isFloat } from '../base/index.ts'
import { blocksOf, type DataSource, joinRows, type Rows, rowSizeOf } from '../data/index.ts'
import type { Scaling } from './rbm-step.ts'
import type { UnitKind } from './units.ts'

/** Rows without an answer to any of them: all that pre-training can be given. */
export interface Unlabelled extends Scaling {
  /** [N, ...] */
  readonly train: Rows
  /** Rows that are measured and not learnt, shaped as those of `train`. */
  readonly validation?: Rows
}

/** Which rows of a source are learnt. */
export interface UnlabelledOptions {
  /**
   * The split that is measured and not learnt. Of `test`, the validation rows are learnt too: the
   * 60,000 images of MNIST's training files. Default `validation`.
   */
  readonly measureOn?: 'validation' | 'test'
}

/** The inputs of a data source, as it scales and normalises them; its targets are left behind. */
export function unlabelled(
  source: DataSource,
  { measureOn = 'validation' }: UnlabelledOptions = {},
): Unlabelled {
  const { train, validation, scale, normalization } = source
  const held = source[measureOn]?.inputs
  const isJoined = measureOn === 'test' && validation !== undefined
  return {
    train: isJoined ? joinRows([train.inputs, validation.inputs]) : train.inputs,
    ...(held && { validation: held }),
    ...(scale !== undefined && { scale }),
    ...(normalization && { normalization }),
  }
}

/**
 * Checks that rows can be learnt by visible units of a kind; says which is the first that cannot.
 * Throws DataError when there are too few, or a number is not finite or, for Bernoulli units, not
 * from 0 to 1 after scaling.
 */
export function checkUnlabelled(data: Unlabelled, units: UnitKind, batchSize: number): void {
  const { train, validation } = data
  if (!Array.isArray((train as Rows | undefined)?.shape))
    refuse('train', 'rows [N, ...] under "train", without targets', typeof train, hintUnlabelled)
  const count = train.shape[0] ?? 0
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > count || rowSizeOf(train) === 0)
    refuse('train', `a batch of 1 to ${count} rows of numbers, as many as there are`, batchSize)
  checkNumbers('train', train, data, units)
  if (!validation) return
  if (rowSizeOf(validation) !== rowSizeOf(train) || validation.dtype !== train.dtype)
    refuse('validation', typeOf(train), typeOf(validation))
  if (validation.shape[0] === 0) refuse('validation', 'at least one row', 'none')
  checkNumbers('validation', validation, data, units)
}

const hintUnlabelled = 'Take the inputs of a data source alone: unlabelled(await mnist())'

function checkNumbers(
  who: string,
  rows: Rows,
  { scale = 1, normalization }: Scaling,
  units: UnitKind,
) {
  const isProbability = units === 'bernoulli' && !normalization
  if (!isFloat(rows.dtype) && !isProbability) return
  const size = rowSizeOf(rows)
  for (const { start, rows: block } of blocksOf(rows))
    for (let i = 0; i < block.data.length; i++) {
      const x = block.data[i]! * scale
      const isGood = isProbability ? x >= 0 && x <= 1 + 1e-6 : Number.isFinite(x)
      if (isGood) continue
      const place = `row ${start + Math.floor(i / size)}, element ${i % size}`
      const expected = isProbability
        ? 'numbers from 0 to 1, as Bernoulli units have'
        : 'finite numbers'
      refuse(who, expected, `${x} at ${place}`, isProbability ? hintScale : undefined)
    }
}

const hintScale = 'Give the scale, such as 1 / 255 for bytes, or choose visibleUnits: gaussian'

const typeOf = ({ dtype, shape }: Rows) => `rows of ${dtype} ${formatShape(shape.slice(1))}`

function refuse(who: string, expected: string, received: unknown, hint?: string): never {
  throw new DataError({
    who: `rows to pre-train on, "${who}"`,
    expected,
    received: String(received),
    ...(hint && { hint }),
  })
}
