import { ConfigError, DataError, type Json, type Tensor } from '../base/index.ts'
import { contentHash, sha256 } from './content-hash.ts'
import { type DataDescription, type DataSource, type Dataset, rowCounts } from './dataset.ts'
import {
  type Normalizations,
  type NormalizeMethod,
  normalized,
  withNormalization,
} from './normalize.ts'
import { type PartOptions, partRows } from './parts.ts'
import { type Column, type ColumnRef, columnIndex, isMissing, type Table } from './table.ts'
import {
  asCategories,
  columnFor,
  encodeInputs,
  encodeTargets,
  featureNames,
  fitColumn,
  type MissingPolicy,
  numberFeatures,
  type TableEncoding,
} from './table-encoding.ts'

/** How a table becomes data to train on. */
export interface TableOptions extends PartOptions {
  /** The column of the targets, by name or place; several for several numbers. */
  readonly label: ColumnRef | readonly ColumnRef[]
  /**
   * Whether the targets are `classes` or `numbers`; by default classes where the label is a column
   * of texts. Labels that are numbers, such as 0 and 1, are classes only when said so.
   */
  readonly task?: 'classes' | 'numbers'
  /**
   * What becomes of rows with missing values: an `error` (default), `drop` the row, or `impute`: the mean over
   * training rows for a number, no category for a category, and a further feature that is 1.
   * Rows without a label are dropped in both cases.
   */
  readonly missing?: MissingPolicy
  /** What a category does at prediction that was not there before; default `error`. */
  readonly unknown?: TableEncoding['unknown']
  /** How numbers are normalised, in the graph; default `standard`. Categories stay 0 and 1. */
  readonly normalize?: NormalizeMethod | 'none'
  /**
   * Whether targets that are numbers are normalised too; default false. Worth it where they are far
   * from 0 and 1, as prices are: the loss is then in units of their spread, predictions and metrics
   * in their own.
   */
  readonly normalizeTargets?: boolean
}

/**
 * A table as data: numbers as they are, categories one-hot (a feature for each), the label as
 * targets. All that is fitted is fitted on the training rows, but for the names of the categories.
 * A fifth of the rows are for validation unless said otherwise. The description has the encoding.
 * Shapes: inputs float32 [N, features]; targets int32 [N] classes, or float32 [N, labels].
 * Throws DataError when a column does not exist, is empty or lacks values, ConfigError when options
 * do not fit together.
 */
export async function tableData(table: Table, options: TableOptions): Promise<DataSource<Tensor>> {
  const { missing = 'error', unknown = 'error', validation = 0.2 } = options
  const { normalize = 'standard', normalizeTargets = false } = options
  const { label, inputs } = columnsOf(table, options)
  const classes = classesOf(table, label, options.task)
  const labels = classes ? asCategories(label[0]!) : undefined
  const kept = rowsToKeep(table, label, missing === 'drop' ? [...label, ...inputs] : label, missing)
  const parts = partRows(
    kept.length,
    { ...options, validation },
    table.name,
    options.stratified ? strata(table, kept, labels?.codes) : undefined,
  )
  const rows = (part: Uint32Array) => part.map(i => kept[i]!)
  const encoding: TableEncoding = {
    columns: inputs.map(column => fitColumn(column, rows(parts.train))),
    label: { names: label.map(({ name }) => name), ...(classes && { classes }) },
    missing,
    unknown,
  }
  const dataset = (part: Uint32Array, name: string) =>
    encoded(table, encoding, rows(part), `${table.name} ${name}`)
  const splits = {
    train: dataset(parts.train, 'train'),
    ...(parts.validation.length > 0 && { validation: dataset(parts.validation, 'validation') }),
    ...(parts.test.length > 0 && { test: dataset(parts.test, 'test') }),
  }
  const source = await described(table, splits, encoding, table.rows - kept.length)
  const features = normalize === 'none' ? [] : numberFeatures(encoding)
  if (features.length === 0 && !normalizeTargets) return source
  const method = normalize === 'none' ? 'standard' : normalize
  return normalized(source, { method, features, targets: normalizeTargets })
}

/**
 * All rows of a table as training data of a source like another: encoded and normalised by what was
 * fitted there, whose description is given, with rows dropped where they were dropped there.
 * Throws DataError as `encodeInputs` and `encodeTargets`, ConfigError when that source was no table.
 */
export async function tableLike(
  table: Table,
  description: DataDescription,
): Promise<DataSource<Tensor>> {
  const encoding = encodingOf(description)
  const { missing, columns } = encoding
  const label = encoding.label.names.map(name => columnFor(table, name))
  const inputs = columns.map(({ name, kind }) => columnFor(table, name, kind))
  const rows = rowsToKeep(table, label, missing === 'drop' ? [...label, ...inputs] : label, missing)
  const train = encoded(table, encoding, rows, table.name)
  const { normalization, targetNormalization } = description as Normalizations
  return withNormalization(await described(table, { train }, encoding, table.rows - rows.length), {
    ...(normalization && { normalization }),
    ...(targetNormalization && { targetNormalization }),
  })
}

/**
 * The rows of a table as the inputs of a model that was trained on the data so described; the label
 * need not be there.
 * Throws DataError as `encodeInputs`, ConfigError when those data were no table.
 */
export function tableInputs(table: Table, description: EncodedData): Tensor {
  const rows = Uint32Array.from({ length: table.rows }, (_, i) => i)
  return encodeInputs(table, encodingOf(description), rows)
}

/** Data by their name, with the encoding of their columns where they were a table. */
export interface EncodedData {
  readonly source: string
  readonly [detail: string]: Json
}

/**
 * The encoding that a description of data holds.
 * Throws ConfigError when it holds none.
 */
export function encodingOf({ source, table }: EncodedData): TableEncoding {
  if (typeof table === 'object' && table !== null && 'columns' in table)
    return table as unknown as TableEncoding
  throw new ConfigError({
    who: `data "${source}"`,
    expected: 'data that were a table, with an encoding of its columns',
    received: 'data of another kind',
  })
}

function encoded(table: Table, encoding: TableEncoding, rows: Uint32Array, name: string) {
  const { classes } = encoding.label
  return {
    name,
    inputs: encodeInputs(table, encoding, rows),
    targets: encodeTargets(table, encoding, rows),
    ...(classes && { classes: classes.length }),
  }
}

async function described(
  { name, badRows }: Table,
  splits: { readonly train: Dataset<Tensor> },
  encoding: TableEncoding,
  droppedRows: number,
): Promise<DataSource<Tensor>> {
  const { classes } = encoding.label
  const hashed = `${await contentHash(splits)} ${JSON.stringify(encoding)}`
  return {
    ...splits,
    description: {
      source: name,
      rows: rowCounts(splits),
      ...(classes && { classes: classes.length, classNames: classes }),
      features: featureNames(encoding),
      ...(badRows > 0 && { badRows }),
      ...(droppedRows > 0 && { droppedRows }),
      table: encoding,
      hash: await sha256(new TextEncoder().encode(hashed)),
    },
  }
}

function columnsOf(table: Table, { label }: TableOptions): { label: Column[]; inputs: Column[] } {
  const names = table.columns.map(({ name }) => name)
  const wanted = typeof label === 'object' ? label : [label]
  const places = wanted.map(ref => columnIndex(names, ref, `label of "${table.name}"`))
  const inputs = table.columns.filter((_, i) => !places.includes(i))
  if (places.length === 0 || inputs.length === 0)
    throw new DataError({
      who: table.name,
      expected: 'at least one column for the label and one for the inputs',
      received: `${places.length} of ${names.length} columns for the label`,
    })
  for (const { name, missing } of table.columns)
    if (missing.count === table.rows)
      throw new DataError({
        who: `${table.name}, column "${name}"`,
        expected: 'at least one value',
        received: `${table.rows} rows without any`,
        hint: 'Skip the column',
      })
  return { label: places.map(place => table.columns[place]!), inputs }
}

function classesOf(
  table: Table,
  label: readonly Column[],
  task: TableOptions['task'],
): readonly string[] | undefined {
  const [first] = label
  const isClasses = task ? task === 'classes' : label.some(({ kind }) => kind === 'category')
  if (!isClasses || !first) return undefined
  if (label.length > 1)
    throw new ConfigError({
      who: `label of "${table.name}"`,
      expected: 'one column where the targets are classes',
      received: label.map(({ name }) => name).join(', '),
    })
  return asCategories(first).categories
}

/** The rows that are used: those with a label, and with all values where others are dropped. */
function rowsToKeep(
  table: Table,
  label: readonly Column[],
  needed: readonly Column[],
  missing: MissingPolicy,
): Uint32Array {
  const all = Uint32Array.from({ length: table.rows }, (_, i) => i)
  if (missing === 'error') return all
  const kept = all.filter(row => !needed.some(column => isMissing(column, row)))
  if (kept.length > 0) return kept
  throw new DataError({
    who: table.name,
    expected: `a row with ${label.map(({ name }) => name).join(', ')} and without missing values`,
    received: `${table.rows} rows that are dropped`,
    hint: 'Skip the columns that are mostly empty, or let values be imputed',
  })
}

function strata(table: Table, kept: Uint32Array, codes: Int32Array | undefined): ArrayLike<number> {
  if (codes) return Int32Array.from(kept, row => codes[row]!)
  throw new ConfigError({
    who: `parts of "${table.name}"`,
    expected: 'targets that are classes, to draw every class alike',
    received: 'numbers',
    from: 'stratified: true',
  })
}
