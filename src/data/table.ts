import { DataError, didYouMean } from '../base/index.ts'

/** A column of numbers; NaN where the value is missing. */
export interface NumberColumn {
  readonly kind: 'number'
  readonly name: string
  readonly values: Float64Array
  readonly missing: Missing
}

/** A column of texts; row i holds `categories[codes[i]]`, or nothing where the code is -1. */
export interface CategoryColumn {
  readonly kind: 'category'
  readonly name: string
  readonly codes: Int32Array<ArrayBuffer>
  /** Sorted: numbers by size, then texts by their code units. */
  readonly categories: readonly string[]
  /** The line or row where each category was met first. */
  readonly places?: readonly number[]
  readonly missing: Missing
}

/** How many values a column lacks. */
export interface Missing {
  readonly count: number
  /** The line or row where the first is missing; 0 when none is. */
  readonly first: number
}

/** A column of a table. */
export type Column = NumberColumn | CategoryColumn

/** Whether a row has no value in a column. */
export const isMissing = (column: Column, row: number): boolean =>
  column.kind === 'number' ? Number.isNaN(column.values[row]) : column.codes[row]! < 0

/** Columns of equal length, as a CSV or Parquet file holds them. */
export interface Table {
  /** The name that errors give: the path of the file. */
  readonly name: string
  readonly rows: number
  readonly columns: readonly Column[]
  /** Rows of the file that could not be read and were left out. */
  readonly badRows: number
  /** What the places of values count: lines of a text, from 1, or rows, from 0. */
  readonly unit: 'line' | 'row'
}

/** A column by its name, or by its place: 0 is the first, -1 the last. */
export type ColumnRef = string | number

/**
 * The place of a column.
 * Throws DataError that lists the columns when there is none of this name or place.
 */
export function columnIndex(names: readonly string[], wanted: ColumnRef, who: string): number {
  const named = names.indexOf(String(wanted))
  if (named >= 0) return named
  const place = Number(wanted)
  const index = place < 0 ? place + names.length : place
  if (String(wanted).trim() !== '' && Number.isInteger(index) && index in names) return index
  const hint = typeof wanted === 'string' ? didYouMean(wanted, names) : undefined
  throw new DataError({
    who,
    expected: `a column among ${names.join(', ')}`,
    received: typeof wanted === 'string' ? `"${wanted}"` : String(wanted),
    ...(hint ? { hint } : {}),
  })
}

/** The error for a table that lacks a column of the training. */
export function absentColumn(who: string, name: string, names: readonly string[]): DataError {
  const hint = didYouMean(name, names)
  return new DataError({
    who,
    expected: `a column "${name}", which the model was trained with`,
    received: names.join(', '),
    ...(hint ? { hint } : {}),
  })
}

/** The order of categories: numbers by size before texts by their code units. */
export function compareCategories(a: string, b: string): number {
  const [x, y] = [numberIn(a), numberIn(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y) && x !== y) return x - y
  if (Number.isNaN(x) !== Number.isNaN(y)) return Number.isNaN(x) ? 1 : -1
  return a < b ? -1 : a > b ? 1 : 0
}

/**
 * The finite decimal number that a text is, blanks around it aside, else NaN: no other base, no
 * empty text, no infinity.
 */
export function numberIn(text: string): number {
  const value = Number(text)
  if (!Number.isFinite(value)) return Number.NaN
  // Number reads blanks as 0, and 0x, 0o and 0b as other bases.
  const bare = text.trim()
  return bare === '' || (bare.charCodeAt(1) > nine && /^0[xob]/i.test(bare)) ? Number.NaN : value
}

const nine = '9'.charCodeAt(0)
