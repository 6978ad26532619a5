import { DataError, formatShape, isFloat, sameShape, sizeOf, type Tensor } from '../base/index.ts'
import { type Dataset, rowsOf, type SplitName, splitsOf } from './dataset.ts'
import { blocksOf, type Rows } from './rows.ts'

/** What a dataset is checked for besides itself. */
export interface CheckOptions {
  /** Rows of a batch: there must be as many. */
  readonly batchSize?: number
}

/**
 * Checks that a dataset can be trained on; says which row is the first that cannot.
 * Throws DataError when it is empty, when inputs and targets differ in length, when a number is NaN or
 * infinite, when a label is not an integer in 0 .. K - 1, or when a batch is larger than the data.
 */
export function checkDataset(dataset: Dataset, { batchSize = 1 }: CheckOptions = {}): void {
  const { inputs, targets } = dataset
  const who = `dataset "${dataset.name}"`
  const rows = checkRows(dataset)
  checkFinite(inputs, `${who}, inputs`)
  if (dataset.classes !== undefined || !isFloat(targets.dtype))
    checkLabels(targets, `${who}, targets`, dataset.classes)
  else checkFinite(targets, `${who}, targets`)
  for (const [name, values] of Object.entries(dataset.more ?? {})) {
    if (values.shape[0] !== rows)
      throw new DataError({
        who: `${who}, "${name}"`,
        expected: `${rows} rows as the inputs ${formatShape(inputs.shape)}`,
        received: formatShape(values.shape),
      })
    checkFinite(values, `${who}, "${name}"`)
  }
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > rows)
    throw new DataError({
      who,
      expected: `a batch of 1 to ${rows} rows, as many as there are`,
      received: `${batchSize}`,
      from: 'batchSize',
    })
}

/**
 * Checks that there are rows, and as many of inputs as of targets; returns how many.
 * Throws DataError otherwise.
 */
export function checkRows(dataset: Dataset): number {
  const { inputs, targets } = dataset
  const who = `dataset "${dataset.name}"`
  const rows = rowsOf(dataset)
  if (rows === 0 || sizeOf(inputs.shape) === 0)
    throw new DataError({
      who,
      expected: 'at least one row of inputs',
      received: `inputs of shape ${formatShape(inputs.shape)}`,
    })
  if (targets.shape[0] !== rows)
    throw new DataError({
      who,
      expected: `${rows} targets, one per row of inputs ${formatShape(inputs.shape)}`,
      received: `targets of shape ${formatShape(targets.shape)}`,
    })
  return rows
}

/**
 * Checks that something is a data source at all.
 * Throws DataError that says what it is instead, such as a function or a promise of one.
 */
export function requireSource(data: unknown, who = 'data'): void {
  const { train } = Object(data) as { train?: { inputs?: unknown; targets?: unknown } }
  if (train?.inputs && train.targets) return
  const isThenable = typeof (data as PromiseLike<unknown> | undefined)?.then === 'function'
  throw new DataError({
    who,
    expected: 'a data source, with inputs and targets under "train"',
    received: isThenable ? 'a promise' : data === null ? 'null' : typeof data,
    hint:
      isThenable || typeof data === 'function'
        ? 'Give what it results in: await mnist()'
        : 'Data of your own become one by dataOf({ train: { inputs, targets } })',
  })
}

/**
 * Checks every split as `checkDataset` does, and that the splits fit together; the batch is one of `train`.
 * Throws DataError when it is no source, when a split cannot be used, or has other element types, row shapes or classes than `train`.
 */
export function checkSplits(
  source: { readonly train: Dataset } & { readonly [S in SplitName]?: Dataset },
  options: CheckOptions = {},
): void {
  requireSource(source)
  const expected = kindOf(source.train)
  for (const [split, dataset] of splitsOf(source)) {
    checkDataset(dataset, split === 'train' ? options : {})
    const received = kindOf(dataset)
    if (received !== expected)
      throw new DataError({
        who: `dataset "${dataset.name}"`,
        expected: `${expected} as in "${source.train.name}"`,
        received,
      })
  }
}

/** What the splits of a source must share. */
function kindOf({ inputs, targets, classes, more = {} }: Dataset): string {
  const row = (t: Rows) => `${t.dtype} ${formatShape(t.shape.slice(1))}`
  const suffix = classes === undefined ? '' : ` of ${classes} classes`
  const others = Object.entries(more).map(([name, t]) => `, ${name} ${row(t)}`)
  return `rows of ${row(inputs)} with targets ${row(targets)}${suffix}${others.join('')}`
}

function checkFinite(numbers: Rows, who: string): void {
  if (!isFloat(numbers.dtype)) return
  for (const { start, rows } of blocksOf(numbers)) {
    const { data, shape } = rows
    for (let i = 0; i < data.length; i++)
      if (!Number.isFinite(data[i]!))
        throw new DataError({
          who,
          expected: 'finite numbers',
          received: `${data[i]} at ${placeOf(i, shape, start)}`,
          hint: 'Drop such rows or replace such values before training',
        })
  }
}

function checkLabels(
  { data, shape }: Tensor,
  who: string,
  classes = Number.POSITIVE_INFINITY,
): void {
  const range = Number.isFinite(classes) ? `0 to ${classes - 1}` : '0 up'
  if (!sameShape(shape, [data.length]))
    throw new DataError({
      who,
      expected: 'one class index per row, [N]',
      received: `shape ${formatShape(shape)}`,
    })
  for (let i = 0; i < data.length; i++) {
    const label = data[i]!
    if (!Number.isInteger(label) || label < 0 || label >= classes)
      throw new DataError({
        who,
        expected: `class indices, integers from ${range}`,
        received: `${label} at row ${i}`,
      })
  }
}

/** `row 3, element 17`: where a flat index of a block lies, whose first row is `start`. */
function placeOf(index: number, shape: readonly number[], start: number): string {
  const rowSize = sizeOf(shape.slice(1))
  const row = `row ${start + Math.floor(index / rowSize)}`
  return rowSize === 1 ? row : `${row}, element ${index % rowSize}`
}
