import { asyncBufferFromFile, type ParquetScan, parquetScan, parquetSchema } from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { DataError, FormatError, JustrightError } from '../../base/index.ts'
import {
  absentColumn,
  type Cell,
  columnIndex,
  type ReadOptions,
  type Table,
  TableBuilder,
} from '../index.ts'
import { type OnProgress, slowly } from './progress.ts'

/** How a Parquet file is read. */
export interface ParquetOptions extends ReadOptions {
  readonly onProgress?: OnProgress
}

/**
 * The table in a Parquet file, with any of its compressions, read one group of rows at a time.
 * Columns of texts, dates and truth values are categories, whatever the texts look like; null and NaN
 * are missing values.
 * Throws DataError when the file cannot be read or has no rows, FormatError when it is cut short or no
 * Parquet file, or when a column is nested or holds bytes or integers beyond 2^53.
 */
export async function readParquet(path: string, options: ParquetOptions = {}): Promise<Table> {
  try {
    return await readTable(path, options)
  } catch (cause) {
    if (cause instanceof JustrightError) throw cause
    const { message } = cause as Error
    const isAbsent = cause instanceof Error && 'code' in cause
    throw new (isAbsent ? DataError : FormatError)({
      who: path,
      expected: isAbsent ? 'a file that can be read' : 'a whole Parquet file',
      received: message,
      cause,
    })
  }
}

async function readTable(path: string, options: ParquetOptions): Promise<Table> {
  const scan = await parquetScan({ file: await asyncBufferFromFile(path), compressors })
  const all = parquetSchema(scan.metadata).children.map(({ element }) => element.name)
  const { columns = {}, only, needed } = options
  for (const name of Object.keys(columns))
    if (!all.includes(name)) columnIndex(all, name, `columns of "${path}"`)
  const wanted = only?.map(ref => all[columnIndex(all, ref, `columns of "${path}"`)]) ?? all
  const names = all.filter(
    name =>
      wanted.includes(name) && columns[name] !== 'skip' && (!needed || Object.hasOwn(needed, name)),
  )
  for (const name of Object.keys(needed ?? {}))
    if (!all.includes(name)) throw absentColumn(path, name, all)
  const { only: _, ...rest } = options
  const given = Object.fromEntries(Object.entries(columns).filter(([name]) => names.includes(name)))
  const builder = new TableBuilder(
    path,
    names,
    { ...rest, columns: given },
    {
      isNumber: cell => typeof cell === 'number',
      unit: 'row',
    },
  )
  await addRows(path, scan, names, builder, options.onProgress)
  return builder.finish()
}

async function addRows(
  path: string,
  scan: ParquetScan,
  names: readonly string[],
  builder: TableBuilder,
  onProgress: OnProgress | undefined,
): Promise<void> {
  const tell = slowly(onProgress)
  const total = Number(scan.metadata.num_rows)
  for (const range of scan.ranges) {
    const columns: ArrayLike<unknown>[] = []
    for (const column of names) columns.push(await scan.readColumn({ column, ...range }))
    const count = range.rowEnd - range.rowStart
    for (const [i, column] of columns.entries())
      if (column.length !== count)
        throw new FormatError({
          who: `${path}, column "${names[i]}"`,
          expected: `${count} values in rows ${range.rowStart} to ${range.rowEnd - 1}`,
          received: `${column.length}`,
        })
    for (let i = 0; i < count; i++) {
      const row = range.rowStart + i
      builder.add(
        columns.map((column, j) => cellOf(column[i], path, names[j]!, row)),
        row,
      )
    }
    tell(range.rowEnd / total, path)
  }
}

function cellOf(value: unknown, path: string, column: string, row: number): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isNaN(value) ? null : value
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return String(value)
  if (value instanceof Date) return value.toISOString()
  const number = typeof value === 'bigint' ? Number(value) : Number.NaN
  if (Number.isSafeInteger(number)) return number
  throw new FormatError({
    who: `${path}, column "${column}"`,
    expected: 'numbers up to 2^53, texts, dates or truth values',
    received: typeof value === 'bigint' ? String(value) : 'lists, structures or bytes',
    from: `row ${row}`,
    hint: 'Skip the column',
  })
}
