import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import { DataError, FormatError } from '../../base/index.ts'
import { type Cell, numberIn, type ReadOptions, type Table, TableBuilder } from '../index.ts'
import { CsvRows, guessDelimiter } from './csv-rows.ts'
import { type OnProgress, slowly } from './progress.ts'

/** How a CSV or TSV file is read. */
export interface CsvOptions extends ReadOptions {
  /** What stands between fields; by default told from the first lines: comma, semicolon, tab or bar. */
  readonly delimiter?: string
  /**
   * Whether the first row names the columns; by default where none of its fields is a number. Without
   * names columns are called `0`, `1`, …
   */
  readonly header?: boolean
  /** Texts that mean a missing value; by default those of pandas, and `?`. */
  readonly missingTexts?: readonly string[]
  /** Whether double quotes hold fields together; default true. */
  readonly quotes?: boolean
  /** What stands before the decimals of numbers; default `.` */
  readonly decimal?: '.' | ','
  /** Whether rows with too few or too many fields are counted and left out; else they are errors. */
  readonly skipBadRows?: boolean
  readonly onProgress?: OnProgress
}

/** Source: pandas, `read_csv`, the default of `na_values`; and `?` as in the UCI repository. */
const usualMissing =
  '|#N/A|#N/A N/A|#NA|-1.#IND|-1.#QNAN|-NaN|-nan|1.#IND|1.#QNAN|<NA>|N/A|NA|NULL|NaN|None|n/a|nan|null|?'.split(
    '|',
  )

/** Characters looked at to tell the delimiter. */
const headLength = 2 ** 16

/**
 * The table in a CSV or TSV file, plain or gzipped, which is read as a stream into typed arrays.
 * Throws DataError when the file cannot be read, is empty or has no rows; FormatError that names
 * the line when rows differ in length or quotes do not match.
 * Source: RFC 4180; delimiters and line ends as they come.
 */
export async function readCsv(path: string, options: CsvOptions = {}): Promise<Table> {
  const taker = new RowTaker(path, options)
  let rows: CsvRows | undefined
  let head = ''
  const begin = () => {
    const delimiter = options.delimiter ?? guessDelimiter(head)
    const dialect = { delimiter, quotes: options.quotes ?? true }
    rows = new CsvRows(path, dialect, (fields, line) => taker.take(fields, line))
    rows.write(head.startsWith('\ufeff') ? head.slice(1) : head)
  }
  for await (const chunk of textOf(path, options.onProgress)) {
    if (rows) rows.write(chunk)
    else {
      head += chunk
      if (head.length >= headLength) begin()
    }
  }
  if (!rows) begin()
  await rows!.end()
  return taker.finish()
}

/** The text of a file, chunk by chunk. */
async function* textOf(path: string, onProgress?: OnProgress): AsyncGenerator<string> {
  try {
    const { size } = await stat(path)
    const tell = slowly(onProgress)
    const file = createReadStream(path, { highWaterMark: 2 ** 18 })
    const unzipped = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
    if (unzipped !== file) file.on('error', error => unzipped.destroy(error))
    for await (const chunk of unzipped.setEncoding('utf8')) {
      yield chunk as string
      tell(file.bytesRead / Math.max(1, size), path)
    }
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause)) throw cause
    const isZip = String(cause.code).startsWith('Z_')
    throw new (isZip ? FormatError : DataError)({
      who: path,
      expected: isZip ? 'a whole gzip file' : 'a file that can be read',
      received: cause.message,
      cause,
    })
  }
}

/** Takes rows as they come: the names of the columns first, where there are any. */
class RowTaker {
  readonly #path: string
  readonly #options: CsvOptions
  readonly #missing: ReadonlySet<string>
  #builder: TableBuilder | undefined
  #first = { fields: 0, line: 0 }
  #badRows = 0

  constructor(path: string, options: CsvOptions) {
    this.#path = path
    this.#options = options
    this.#missing = new Set(options.missingTexts ?? usualMissing)
  }

  take(fields: readonly string[], line: number): void {
    if (!this.#builder) this.#begin(fields, line)
    else if (fields.length === this.#first.fields) this.#add(fields, line)
    else if (this.#options.skipBadRows) this.#badRows++
    else
      throw new FormatError({
        who: `${this.#path}, line ${line}`,
        expected: `${this.#first.fields} fields as in line ${this.#first.line}`,
        received: `${fields.length}`,
        hint: 'Mend the line, or have such rows left out and counted (skipBadRows)',
      })
  }

  finish(): Table {
    if (this.#builder) return this.#builder.finish(this.#badRows)
    throw new DataError({
      who: this.#path,
      expected: 'a table',
      received: 'an empty file',
    })
  }

  #begin(fields: readonly string[], line: number): void {
    this.#first = { fields: fields.length, line }
    const isHeader = this.#options.header ?? !fields.some(field => this.#isNumber(field))
    const names = fields.map((field, i) => (isHeader && field.trim()) || String(i))
    this.#builder = new TableBuilder(this.#path, names, this.#options, {
      isNumber: cell => this.#isNumber(String(cell)),
      unit: 'line',
    })
    if (!isHeader) this.#add(fields, line)
  }

  #add(fields: readonly string[], line: number): void {
    this.#builder!.add(
      fields.map(field => this.#cell(field)),
      line,
    )
  }

  #cell(field: string): Cell {
    const text = field.trim()
    if (this.#missing.has(text)) return null
    return this.#options.decimal === ',' && this.#isNumber(text) ? text.replace(',', '.') : text
  }

  #isNumber(text: string): boolean {
    const written = this.#options.decimal === ',' ? text.replace(',', '.') : text
    return !Number.isNaN(numberIn(written))
  }
}
