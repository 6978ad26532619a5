import { DataError, didYouMean, type Tensor, tensorOf } from '../base/index.ts'
import {
  absentColumn,
  type CategoryColumn,
  type Column,
  isMissing,
  type NumberColumn,
  type Table,
} from './table.ts'

/** What is done about missing values. */
export type MissingPolicy = 'error' | 'drop' | 'impute'

/** How a column becomes features, fitted on training rows. */
export type ColumnEncoding = {
  readonly name: string
  readonly kind: 'number' | 'category'
  /** What stands for a missing number: the mean over the training rows. */
  readonly mean?: number
  /** One feature each, 1 where the row is of that category. */
  readonly categories?: readonly string[]
  /** Whether a further feature is 1 where the value is missing: when it was in training rows. */
  readonly hasIndicator: boolean
}

/** How the rows of a table become numbers; as JSON in the description of the data. */
export type TableEncoding = {
  readonly columns: readonly ColumnEncoding[]
  /** The columns of the targets; one where they are classes. */
  readonly label: { readonly names: readonly string[]; readonly classes?: readonly string[] }
  readonly missing: MissingPolicy
  /** What a category that is not known does: an error, or 0 in all features of its column. */
  readonly unknown: 'error' | 'zeros'
}

/** The encoding of a column, fitted on some of its rows. */
export function fitColumn(column: Column, rows: Uint32Array): ColumnEncoding {
  const { name, kind } = column
  let missing = 0
  if (column.kind === 'category') {
    for (const row of rows) if (column.codes[row]! < 0) missing++
    return { name, kind, categories: column.categories, hasIndicator: missing > 0 }
  }
  let sum = 0
  for (const row of rows) {
    const value = column.values[row]!
    if (Number.isNaN(value)) missing++
    else sum += value
  }
  const mean = missing === rows.length ? 0 : sum / (rows.length - missing)
  return { name, kind, mean, hasIndicator: missing > 0 }
}

/** The names of the features that columns become: `age`, `sex=female`, `age is missing`. */
export function featureNames({ columns }: Pick<TableEncoding, 'columns'>): string[] {
  return columns.flatMap(({ name, categories, hasIndicator }) => [
    ...(categories ? categories.map(category => `${name}=${category}`) : [name]),
    ...(hasIndicator ? [`${name} is missing`] : []),
  ])
}

/** The places, among all features, of those that are numbers and not 0 or 1. */
export function numberFeatures({ columns }: Pick<TableEncoding, 'columns'>): number[] {
  const numbers: number[] = []
  let next = 0
  for (const { categories, hasIndicator } of columns) {
    if (!categories) numbers.push(next)
    next += (categories?.length ?? 1) + Number(hasIndicator)
  }
  return numbers
}

/**
 * The rows of a table as features, as the encoding says.
 * Shapes: float32 [rows, features], the features in the order of `featureNames`.
 * Throws DataError when a column is absent or of another kind, a category is not known, or a value
 * is missing that may not be.
 */
export function encodeInputs(table: Table, encoding: TableEncoding, rows: Uint32Array): Tensor {
  const width = featureNames(encoding).length
  const data = new Float32Array(rows.length * width)
  let place = 0
  for (const fitted of encoding.columns) {
    const column = columnFor(table, fitted.name, fitted.kind)
    if (encoding.missing !== 'impute') requireAll(table, column, rows)
    if (column.kind === 'number') fillNumbers(column, fitted, rows, data, place, width)
    else fillCategories(table, column, encoding, fitted, rows, data, place, width)
    place += (fitted.categories?.length ?? 1) + Number(fitted.hasIndicator)
  }
  return tensorOf('float32', [rows.length, width], data)
}

/**
 * The targets of some rows: class indices int32 [rows], or numbers float32 [rows, labels].
 * Throws DataError when a label is missing, is absent, or is of a class that is not known.
 */
export function encodeTargets(
  table: Table,
  { label: { names, classes } }: TableEncoding,
  rows: Uint32Array,
): Tensor {
  const columns = names.map(name => columnFor(table, name))
  for (const column of columns) requireAll(table, column, rows)
  if (!classes) {
    const data = new Float32Array(rows.length * columns.length)
    for (const [j, column] of columns.entries()) {
      if (column.kind !== 'number') throw otherKind(table, column, 'number')
      for (const [i, row] of rows.entries()) data[i * columns.length + j] = column.values[row]!
    }
    return tensorOf('float32', [rows.length, columns.length], data)
  }
  const column = asCategories(columns[0]!)
  const codes = codesAmong(table, column, classes, 'error')
  return tensorOf(
    'int32',
    [rows.length],
    Int32Array.from(rows, row => codes[column.codes[row]!]!),
  )
}

/** A column of numbers as one of categories. */
export function asCategories(column: Column): CategoryColumn {
  if (column.kind === 'category') return column
  const { name, values, missing } = column
  const numbers = [...new Set(values)].filter(x => !Number.isNaN(x)).sort((a, b) => a - b)
  const codeOf = new Map(numbers.map((x, code) => [x, code]))
  return {
    kind: 'category',
    name,
    codes: Int32Array.from(values, x => codeOf.get(x) ?? -1),
    categories: numbers.map(String),
    missing,
  }
}

/**
 * A column of a table by its name.
 * Throws DataError when there is none, or one of another kind.
 */
export function columnFor(table: Table, name: string, kind?: Column['kind']): Column {
  const column = table.columns.find(candidate => candidate.name === name)
  if (column && (kind === undefined || column.kind === kind)) return column
  if (column) throw otherKind(table, column, kind!)
  throw absentColumn(
    table.name,
    name,
    table.columns.map(candidate => candidate.name),
  )
}

function otherKind(table: Table, { name, kind }: Column, expected: Column['kind']): DataError {
  const words = { number: 'numbers', category: 'categories' }
  return new DataError({
    who: `${table.name}, column "${name}"`,
    expected: words[expected],
    received: words[kind],
  })
}

/** Throws DataError when one of the rows has no value in the column. */
function requireAll(table: Table, column: Column, rows: Uint32Array): void {
  const { missing, name } = column
  if (missing.count === 0 || !rows.some(row => isMissing(column, row))) return
  throw new DataError({
    who: `${table.name}, column "${name}"`,
    expected: 'a value in every row',
    received: `${missing.count} missing of ${table.rows}, the first at ${table.unit} ${missing.first}`,
    hint: 'Leave such rows out (missing: drop), or train with what stands for them (missing: impute)',
  })
}

function fillNumbers(
  { values }: NumberColumn,
  { mean = 0, hasIndicator }: ColumnEncoding,
  rows: Uint32Array,
  data: Float32Array,
  place: number,
  width: number,
): void {
  for (let i = 0, at = place; i < rows.length; i++, at += width) {
    const value = values[rows[i]!]!
    data[at] = Number.isNaN(value) ? mean : value
    if (hasIndicator && Number.isNaN(value)) data[at + 1] = 1
  }
}

function fillCategories(
  table: Table,
  column: CategoryColumn,
  { unknown }: TableEncoding,
  { categories = [], hasIndicator }: ColumnEncoding,
  rows: Uint32Array,
  data: Float32Array,
  place: number,
  width: number,
): void {
  const codes = codesAmong(table, column, categories, unknown)
  for (let i = 0, at = place; i < rows.length; i++, at += width) {
    const met = column.codes[rows[i]!]!
    const code = met < 0 ? -1 : codes[met]!
    if (code >= 0) data[at + code] = 1
    else if (met < 0 && hasIndicator) data[at + categories.length] = 1
  }
}

/** The code that each category of a column has among the known ones; -1 where it is not known. */
function codesAmong(
  table: Table,
  { name, categories, places }: CategoryColumn,
  known: readonly string[],
  unknown: TableEncoding['unknown'],
): Int32Array {
  const codeOf = new Map(known.map((category, code) => [category, code]))
  return Int32Array.from(categories, (category, i) => {
    const code = codeOf.get(category)
    if (code !== undefined) return code
    if (unknown === 'zeros') return -1
    const hint = didYouMean(category, known)
    throw new DataError({
      who: `${table.name}, column "${name}"`,
      expected: `one of the categories of training, ${listed(known)}`,
      received: `"${category}"`,
      ...(places ? { from: `${table.unit} ${places[i]}` } : {}),
      ...(hint ? { hint } : {}),
    })
  })
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 20).join(', ')
  return names.length > 20 ? `${shown} and ${names.length - 20} more` : shown
}
