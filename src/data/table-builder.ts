import { DataError, FormatError } from '../base/index.ts'
import {
  absentColumn,
  type Column,
  type ColumnRef,
  columnIndex,
  compareCategories,
  type Missing,
  numberIn,
  type Table,
} from './table.ts'

/** What a column is read as. */
export type ColumnKind = 'number' | 'category' | 'skip'

/** How a table is read; what is said of columns here goes before what their values look like. */
export interface ReadOptions {
  /** What columns are, by name; by default numbers where the first 10,000 rows hold only such. */
  readonly columns?: { readonly [name: string]: ColumnKind }
  /** The only columns to read; by default all. */
  readonly only?: readonly ColumnRef[]
  /** As `only` and `columns` at once: what a model was trained with, undefined to go by the values. */
  readonly needed?: { readonly [name: string]: ColumnKind | undefined }
  /** How many categories a column may have; default 256. */
  readonly maxCategories?: number
}

/** A value of a row: a text that may be a number, a number, or null where it is missing. */
export type Cell = string | number | null

/** What a format tells of its rows. */
export interface RowFormat {
  /** Which values make a column one of numbers. */
  readonly isNumber: (cell: string | number) => boolean
  /** What errors count: lines of a text, from 1, or rows, from 0. */
  readonly unit: Table['unit']
}

/** Rows looked at before it is settled what the columns are. */
const sampleRows = 10_000

/** Takes a table row by row, into typed arrays that grow: a number takes 8 bytes, a category 4. */
export class TableBuilder {
  readonly #name: string
  readonly #names: readonly string[]
  readonly #options: ReadOptions
  readonly #format: RowFormat
  #sample: { readonly cells: readonly Cell[]; readonly at: number }[] = []
  #columns: (ColumnBuilder | undefined)[] | undefined
  #rows = 0

  /**
   * Throws FormatError when two columns have one name, DataError when an option names no column.
   */
  constructor(name: string, names: readonly string[], options: ReadOptions, format: RowFormat) {
    this.#name = name
    this.#names = names
    this.#options = options
    this.#format = format
    const twice = names.find((column, i) => names.indexOf(column) < i)
    if (twice !== undefined)
      throw new FormatError({
        who: name,
        expected: 'columns of different names',
        received: `"${twice}" twice`,
      })
    for (const column of Object.keys(options.needed ?? {}))
      if (!names.includes(column)) throw absentColumn(name, column, names)
    for (const column of Object.keys(options.columns ?? {}))
      if (!names.includes(column)) columnIndex(names, column, `columns of "${name}"`)
  }

  /** Takes a row, which stands at this line or row of the file. */
  add(cells: readonly Cell[], at: number): void {
    if (!this.#columns) {
      this.#sample.push({ cells, at })
      if (this.#sample.length === sampleRows) this.#settle()
    } else this.#append(cells, at)
  }

  /**
   * The table of all rows taken.
   * Throws DataError when there are none.
   */
  finish(badRows = 0): Table {
    const columns = this.#columns ?? this.#settle()
    if (this.#rows === 0)
      throw new DataError({
        who: this.#name,
        expected: 'at least one row below the names of the columns',
        received: badRows > 0 ? `none but ${badRows} that cannot be read` : 'none',
      })
    return {
      name: this.#name,
      rows: this.#rows,
      columns: columns.flatMap(column => (column ? [column.finish()] : [])),
      badRows,
      unit: this.#format.unit,
    }
  }

  /** Settles what the columns are, and takes the rows that waited for it. */
  #settle(): (ColumnBuilder | undefined)[] {
    const { only: asked, needed, maxCategories = 256 } = this.#options
    const only = needed ? Object.keys(needed) : asked
    const given = needed ?? this.#options.columns ?? {}
    const wanted = only?.map(ref => columnIndex(this.#names, ref, `columns of "${this.#name}"`))
    const { unit } = this.#format
    const columns = this.#names.map((name, i) => {
      if (wanted && !wanted.includes(i)) return undefined
      const kind = given[name] ?? this.#guess(i)
      const who = `${this.#name}, column "${name}"`
      const most = name in given ? Number.POSITIVE_INFINITY : maxCategories
      if (kind === 'skip') return undefined
      const make = (isNumber: boolean): ColumnBuilder =>
        isNumber ? new NumberBuilder(name, who, unit) : new CategoryBuilder(name, who, unit, most)
      return kind ? make(kind === 'number') : new OpenBuilder(make, this.#format.isNumber)
    })
    this.#columns = columns
    for (const { cells, at } of this.#sample) this.#append(cells, at)
    this.#sample = []
    return columns
  }

  /** Undefined where the sample holds no value. */
  #guess(column: number): ColumnKind | undefined {
    const values = this.#sample.flatMap(({ cells }) => cells[column] ?? [])
    if (values.length === 0) return undefined
    return values.every(this.#format.isNumber) ? 'number' : 'category'
  }

  #append(cells: readonly Cell[], at: number): void {
    for (const [i, column] of this.#columns!.entries()) column?.add(cells[i] ?? null, at)
    this.#rows++
  }
}

interface ColumnBuilder {
  add(cell: Cell, at: number): void
  finish(): Column
}

/** A column without a value so far: the first one settles what it is. */
class OpenBuilder implements ColumnBuilder {
  readonly #make: (isNumber: boolean) => ColumnBuilder
  readonly #isNumber: RowFormat['isNumber']
  readonly #missing: number[] = []
  #made: ColumnBuilder | undefined

  constructor(make: (isNumber: boolean) => ColumnBuilder, isNumber: RowFormat['isNumber']) {
    this.#make = make
    this.#isNumber = isNumber
  }

  add(cell: Cell, at: number): void {
    if (this.#made) this.#made.add(cell, at)
    else if (cell === null) this.#missing.push(at)
    else {
      this.#made = this.#settle(this.#isNumber(cell))
      this.#made.add(cell, at)
    }
  }

  finish(): Column {
    return (this.#made ?? this.#settle(true)).finish()
  }

  #settle(isNumber: boolean): ColumnBuilder {
    const made = this.#make(isNumber)
    for (const at of this.#missing) made.add(null, at)
    return made
  }
}

class NumberBuilder implements ColumnBuilder {
  readonly #name: string
  readonly #who: string
  readonly #unit: string
  #values = new Float64Array(1024)
  #length = 0
  #missing: Missing = { count: 0, first: 0 }

  constructor(name: string, who: string, unit: string) {
    this.#name = name
    this.#who = who
    this.#unit = unit
  }

  add(cell: Cell, at: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values)
    const value = typeof cell === 'string' ? numberIn(cell) : (cell ?? Number.NaN)
    if (cell === null) this.#missing = oneMore(this.#missing, at)
    else if (!Number.isFinite(value))
      throw new DataError({
        who: this.#who,
        expected: 'a number as in the rows before',
        received: typeof cell === 'string' ? `"${cell}"` : String(cell),
        from: `${this.#unit} ${at}`,
        hint: 'Name such texts as missing, or the column as a category or one to skip',
      })
    this.#values[this.#length++] = value
  }

  finish(): Column {
    const values = this.#values.subarray(0, this.#length)
    return { kind: 'number', name: this.#name, values, missing: this.#missing }
  }
}

class CategoryBuilder implements ColumnBuilder {
  readonly #name: string
  readonly #who: string
  readonly #unit: string
  readonly #most: number
  readonly #codeOf = new Map<string, number>()
  readonly #places: number[] = []
  #codes = new Int32Array(1024)
  #length = 0
  #missing: Missing = { count: 0, first: 0 }

  constructor(name: string, who: string, unit: string, most: number) {
    this.#name = name
    this.#who = who
    this.#unit = unit
    this.#most = most
  }

  add(cell: Cell, at: number): void {
    if (this.#length === this.#codes.length) this.#codes = grown(this.#codes)
    if (cell === null) this.#missing = oneMore(this.#missing, at)
    this.#codes[this.#length++] = cell === null ? -1 : this.#code(String(cell), at)
  }

  /** Codes are put in the order of the categories. */
  finish(): Column {
    const met = [...this.#codeOf.keys()]
    const order = [...met.keys()].sort((i, j) => compareCategories(met[i]!, met[j]!))
    const rank = new Int32Array(met.length)
    for (const [sorted, code] of order.entries()) rank[code] = sorted
    return {
      kind: 'category',
      name: this.#name,
      codes: this.#codes.subarray(0, this.#length).map(code => (code < 0 ? -1 : rank[code]!)),
      categories: order.map(i => met[i]!),
      places: order.map(i => this.#places[i]!),
      missing: this.#missing,
    }
  }

  #code(text: string, at: number): number {
    const known = this.#codeOf.get(text)
    if (known !== undefined) return known
    const code = this.#codeOf.size
    if (code >= this.#most) throw this.#tooMany(text, at)
    // A copy: the text may be a slice of a large chunk of the file, which would stay in memory.
    this.#codeOf.set(text.split('').join(''), code)
    this.#places.push(at)
    return code
  }

  #tooMany(text: string, at: number): DataError {
    const words = [...this.#codeOf.keys()].filter(known => Number.isNaN(numberIn(known)))
    return new DataError({
      who: this.#who,
      expected: `numbers, or at most ${this.#most} categories`,
      received: `one more, "${text}", after such as "${words[0] ?? [...this.#codeOf.keys()][0]}"`,
      from: `${this.#unit} ${at}`,
      hint: 'Skip the column, name texts that mean a missing value, or name it as a category',
    })
  }
}

function oneMore({ count, first }: Missing, at: number): Missing {
  return { count: count + 1, first: count === 0 ? at : first }
}

function grown<A extends Float64Array | Int32Array>(array: A): A {
  const larger = new (array.constructor as new (length: number) => A)(array.length * 2)
  larger.set(array)
  return larger
}
