import { ConfigError, DataError } from '../../base/index.ts'
import {
  type ColumnKind,
  columnIndex,
  type DataDescription,
  type DataSource,
  type EncodedData,
  encodingOf,
  type ReadOptions,
  type Table,
  tableData,
  tableLike,
} from '../index.ts'
import { type CsvOptions, readCsv } from './csv-file.ts'
import type { OnProgress } from './progress.ts'
import type { SourceOptions } from './source-of.ts'
import { choice, flag, number, type SettingsOf, text, texts } from './source-settings.ts'

/** The settings of a source that is a table; see `TableOptions` and `ReadOptions`. */
export const tableSettings = {
  label: texts,
  task: choice('classes', 'numbers'),
  missing: choice('error', 'drop', 'impute'),
  unknown: choice('error', 'zeros'),
  normalize: choice('none', 'standard', 'minMax'),
  normalizeTargets: flag,
  validation: number,
  test: number,
  stratified: flag,
  seed: number,
  /** Columns to leave out, and those to read as numbers or as categories, by name. */
  skip: texts,
  number: texts,
  category: texts,
} as const

/** How a CSV file is written. */
export const dialectSettings = {
  delimiter: text,
  header: flag,
  /** A text that means a missing value, instead of the usual ones. */
  missingText: texts,
  decimal: choice('.', ','),
  quotes: flag,
  skipBadRows: flag,
} as const

/** The settings of a CSV file. */
export const csvSettings = { ...tableSettings, ...dialectSettings } as const

/** Loads a CSV file as a source. */
export function loadCsv(
  path: string,
  settings: SettingsOf<typeof csvSettings>,
  options: SourceOptions,
): Promise<DataSource> {
  const { delimiter, header, missingText, decimal, quotes, skipBadRows, ...rest } = settings
  const dialect = dialectOf({ delimiter, header, missingText, decimal, quotes, skipBadRows })
  return loadTable(read => readCsv(path, { ...read, ...dialect }), rest, options)
}

/** How a CSV file is to be read, by the settings behind its name. */
export function dialectOf({
  missingText,
  ...settings
}: {
  readonly [K in keyof typeof dialectSettings]: SettingsOf<typeof dialectSettings>[K] | undefined
}): CsvOptions {
  const given = { ...settings, missingTexts: missingText }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

/** Loads a table as a source: with settings, or like the data of a trained model. */
export async function loadTable(
  read: (options: ReadOptions & { readonly onProgress?: OnProgress }) => Promise<Table>,
  settings: SettingsOf<typeof tableSettings>,
  { like, onProgress }: SourceOptions,
): Promise<DataSource> {
  const progress = onProgress ? { onProgress } : {}
  if (like) {
    const table = await read({ ...progress, needed: neededOf(like, 'labelled') })
    requireTrained(table, settings, like)
    return tableLike(table, like)
  }
  const { label, skip = [], number = [], category = [], ...options } = settings
  const kinds = (names: readonly string[], kind: ColumnKind) => names.map(name => [name, kind])
  const columns = Object.fromEntries([
    ...kinds(skip, 'skip'),
    ...kinds(number, 'number'),
    ...kinds(category, 'category'),
  ])
  const table = await read({ ...progress, columns })
  if (label) return tableData(table, { ...options, label })
  const names = table.columns.map(({ name }) => name)
  throw new DataError({
    who: table.name,
    expected: `a label, one of its columns ${names.join(', ')}`,
    received: 'none',
    hint: `Name it: ${table.name}?label=${encodeURIComponent(names.at(-1) ?? '')}`,
  })
}

/** Throws ConfigError when a setting contradicts what the model was trained with. */
function requireTrained(
  table: Table,
  { label, missing, unknown }: SettingsOf<typeof tableSettings>,
  like: DataDescription,
): void {
  const trained = encodingOf(like)
  const columns = table.columns.map(({ name }) => name)
  const nameOf = (ref: string) => columns[columnIndex(columns, ref, `label of "${table.name}"`)]
  const pairs = {
    label: [label?.map(nameOf).join(', '), trained.label.names.join(', ')],
    missing: [missing, trained.missing],
    unknown: [unknown, trained.unknown],
  }
  for (const [setting, [given, expected]] of Object.entries(pairs))
    if (given !== undefined && given !== expected)
      throw new ConfigError({
        who: `"${setting}" of source "${table.name}"`,
        expected: `"${expected}", which the model was trained with`,
        received: `"${given}"`,
        hint: 'Leave it out: new rows are read as those of the training',
      })
}

/** The columns that data so described were trained with, those of the label only for `labelled` rows. */
export function neededOf(
  like: EncodedData,
  rows: 'labelled' | 'unlabelled',
): NonNullable<ReadOptions['needed']> {
  const { columns, label } = encodingOf(like)
  return Object.fromEntries([
    ...(rows === 'labelled' ? label.names.map(name => [name, undefined]) : []),
    ...columns.map(({ name, kind }) => [name, kind]),
  ])
}
