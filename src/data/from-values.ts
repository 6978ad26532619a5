import {
  castTensor,
  type DType,
  DTypeError,
  dtypes,
  isFloat,
  mapNamed,
  type Named,
  type NumericArray,
  requirements,
  requireSetting,
  ShapeError,
  type Tensor,
  type TensorLike,
  tensor,
  tensorOf,
  zerosTensor,
} from '../base/index.ts'
import { checkDataset, checkSplits } from './check.ts'
import { contentHash } from './content-hash.ts'
import { type DataSource, type Dataset, rowCounts, splitNames } from './dataset.ts'
import { type NormalizeMethod, type NormalizeOptions, normalized } from './normalize.ts'
import type { RowSource, Rows } from './rows.ts'

/** Numbers as people have them: a tensor, nested lists, a flat array [N], or a list of N rows. */
export type Values = Tensor | TensorLike | NumericArray | readonly NumericArray[]

/** Inputs [N, ...], in memory or rows of a file, with their targets [N] or [N, ...]. */
export interface Examples<Inputs = Values | RowSource> {
  readonly inputs: Inputs
  readonly targets: Values
  /** Further inputs and targets of a model that has several, by its names. */
  readonly more?: Named<Values>
}

/** What `dataOf` makes a source of. */
export interface DataOptions<Inputs = Values | RowSource> {
  readonly train: Examples<Inputs>
  readonly validation?: Examples<Inputs>
  readonly test?: Examples<Inputs>
  /** K: lists of targets are class indices 0 .. K - 1; without it they are numbers. */
  readonly classes?: number
  /** The multiplier that the graph applies to inputs. */
  readonly scale?: number
  /** Normalises the inputs in the graph, fitted on `train`; see `normalized`. */
  readonly normalize?: NormalizeMethod | NormalizeOptions
  /** The name in errors and in the description; `arrays` when left out. */
  readonly name?: string
}

/**
 * A data source of one's own arrays, checked and hashed. Lists become float32, or int32 where they
 * are class indices; typed arrays, tensors and the rows of files keep their element type and are not
 * copied.
 * Throws DataError when the examples cannot be trained on, ShapeError when lists are ragged.
 */
export async function dataOf(options: DataOptions<Values>): Promise<DataSource<Tensor>>
export async function dataOf(options: DataOptions): Promise<DataSource>
export async function dataOf(options: DataOptions): Promise<DataSource> {
  const { classes, scale, normalize, name = 'arrays' } = options
  if (classes !== undefined) requireSetting(`classes of "${name}"`, classes, requirements.count)
  const splits: { train?: Dataset; validation?: Dataset; test?: Dataset } = {}
  for (const split of splitNames) {
    const examples = options[split]
    if (examples) splits[split] = datasetOf(`${name} ${split}`, examples, classes)
  }
  const source = { ...splits, train: splits.train as Dataset }
  checkSplits(source)
  const made: DataSource = {
    ...source,
    ...(scale === undefined ? {} : { scale }),
    description: {
      source: name,
      rows: rowCounts(source),
      ...(classes === undefined ? {} : { classes }),
      hash: await contentHash(source),
    },
  }
  if (normalize === undefined) return made
  return normalized(made, typeof normalize === 'string' ? { method: normalize } : normalize)
}

function datasetOf(name: string, examples: Examples, classes: number | undefined): Dataset {
  const inputs = rowsOfValues(examples.inputs)
  const targets = toTensor(examples.targets)
  const more = examples.more ? { more: mapNamed(examples.more, toTensor) } : {}
  if (classes === undefined) return { name, inputs, targets, ...more }
  const dataset = { name, inputs, targets, classes, ...more }
  // Checked before the cast, which would round labels that are no integers.
  checkDataset(dataset)
  return isFloat(targets.dtype) ? { ...dataset, targets: castTensor(targets, 'int32') } : dataset
}

/** Rows as people have them as a tensor or as rows of a file. Throws ShapeError when lists are ragged. */
export function rowsOfValues(values: Values | RowSource): Rows {
  return isSource(values) ? values : toTensor(values)
}

function toTensor(values: Values): Tensor {
  if (isTensor(values)) return values
  if (isNumeric(values)) return tensorOf(dtypeOf(values), [values.length], values)
  if (Array.isArray(values) && values.length > 0 && values.every(isNumeric)) return stack(values)
  return tensor(values as TensorLike)
}

/** [N, D] of N rows of one length. */
function stack(rows: readonly NumericArray[]): Tensor {
  const first = rows[0]!
  const stacked = zerosTensor(dtypeOf(first), [rows.length, first.length])
  for (const [i, row] of rows.entries()) {
    if (row.length !== first.length || row.constructor !== first.constructor)
      throw new ShapeError({
        who: 'dataOf',
        expected: `every row a ${first.constructor.name} of ${first.length} as row 0`,
        received: `a ${row.constructor.name} of ${row.length} in row ${i}`,
      })
    stacked.data.set(row, i * first.length)
  }
  return stacked
}

function isSource(values: Values | RowSource): values is RowSource {
  return typeof values === 'object' && 'readRows' in values
}

function isTensor(values: Values): values is Tensor {
  return typeof values === 'object' && 'shape' in values
}

function isNumeric(values: unknown): values is NumericArray {
  return ArrayBuffer.isView(values) && !(values instanceof DataView)
}

/** The element type of a host array; bytes are uint8, never bool. */
function dtypeOf(array: NumericArray): DType {
  const dtype = (['float32', 'float64', 'int32', 'uint8'] as const).find(
    name => array instanceof dtypes[name].array,
  )
  if (dtype) return dtype
  throw new DTypeError({
    who: 'dataOf',
    expected: 'a Float32Array, Float64Array, Int32Array or Uint8Array',
    received: `a ${(array as NumericArray).constructor.name}`,
  })
}
