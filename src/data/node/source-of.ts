import { statSync } from 'node:fs'
import { ConfigError, didYouMean, unknownName } from '../../base/index.ts'
import {
  type DataDescription,
  type DataSource,
  type Normalizations,
  type NormalizeMethod,
  normalized,
  toys,
  withNormalization,
} from '../index.ts'
import { npyData, npzData } from './array-file.ts'
import { cifar10 } from './cifar10.ts'
import type { SetDownload } from './idx-set.ts'
import { imageFolder } from './image-folder.ts'
import { fashionMnist, mnist } from './mnist.ts'
import { readParquet } from './parquet-file.ts'
import { type OnProgress, slowly } from './progress.ts'
import {
  choice,
  flag,
  number,
  type Readers,
  readSettings,
  type SettingsOf,
  text,
} from './source-settings.ts'
import { csvSettings, loadCsv, loadTable, tableSettings } from './table-source.ts'

/** What a load has besides the text. */
export interface SourceOptions {
  /** The data that a model was trained on: the new ones are encoded and normalised in the same way. */
  readonly like?: DataDescription
  /** Is told how far a load is, as a share from 0 to 1, when it takes more than two seconds. */
  readonly onProgress?: OnProgress
}

/** One kind of source: how it is written, and how it is loaded. */
export interface SourceRow<R extends Readers = Readers> {
  /** As the help writes it: `toy:NAME`. */
  readonly form: string
  /** One line for the help, without a full stop. */
  readonly doc: string
  /** Whether the part before `?` is of this kind. */
  readonly matches: (place: string) => boolean
  /** The settings that may stand behind `?`. */
  readonly settings: R
  readonly load: (
    place: string,
    settings: SettingsOf<R>,
    options: SourceOptions,
  ) => Promise<DataSource>
}

const idxSettings = {
  validation: number,
  shape: choice('flat', 'image'),
  folder: text,
  download: flag,
}

const arraySettings = {
  task: choice('classes', 'numbers'),
  scale: number,
  validation: number,
  test: number,
  stratified: flag,
  seed: number,
} as const

/** One row per kind of source; the first that matches loads it. */
export const sourceRows: readonly SourceRow[] = [
  row({
    form: 'mnist',
    doc: 'MNIST, 70,000 handwritten digits',
    matches: place => place === 'mnist',
    settings: idxSettings,
    load: (_, settings, { onProgress }) => mnist(downloading(settings, onProgress)),
  }),
  row({
    form: 'fashion-mnist',
    doc: 'Fashion-MNIST, 70,000 pictures of clothes',
    matches: place => place === 'fashion-mnist',
    settings: idxSettings,
    load: (_, settings, { onProgress }) => fashionMnist(downloading(settings, onProgress)),
  }),
  row({
    form: 'cifar10:PATH',
    doc: 'CIFAR-10: cifar-10-binary.tar.gz, its folder, or a JPEG copy',
    matches: place => /^cifar10(:|$)/.test(place),
    settings: {
      validation: number,
      seed: number,
      shape: choice('flat', 'image'),
      stream: flag,
      download: flag,
    },
    load: (place, settings, { onProgress }) => {
      const path = place.slice('cifar10:'.length)
      return cifar10({
        ...downloading(settings, onProgress),
        ...(path && { path }),
        ...(onProgress && { onProgress }),
      })
    },
  }),
  row({
    form: 'toy:NAME',
    doc: `small made-up data: ${Object.keys(toys).join(', ')}`,
    matches: place => place.startsWith('toy:'),
    settings: {
      count: number,
      noise: number,
      seed: number,
      validation: number,
      test: number,
      classes: number,
      features: number,
      turns: number,
    },
    load: (place, settings) => toyNamed(place.slice('toy:'.length))(settings),
  }),
  row({
    form: 'FILE.csv?label=COLUMN',
    doc: 'a table with commas, semicolons, tabs or bars; .tsv and .gz too',
    matches: place => /\.[ct]sv(\.gz)?$/i.test(place),
    settings: csvSettings,
    load: loadCsv,
  }),
  row({
    form: 'FILE.parquet?label=COLUMN',
    doc: 'a table in a Parquet file of any compression',
    matches: place => /\.parquet$/i.test(place),
    settings: tableSettings,
    load: (place, settings, options) =>
      loadTable(read => readParquet(place, read), settings, options),
  }),
  row({
    form: 'FILE.npz',
    doc: 'arrays x and y, or x_train, y_train, …, or inputs=NAME&targets=NAME',
    matches: place => /\.npz$/i.test(place),
    settings: { ...arraySettings, inputs: text, targets: text },
    load: (place, settings, options) => npzData(place, { ...wholeIf(options), ...settings }),
  }),
  row({
    form: 'FILE.npy?targets=FILE.npy',
    doc: 'an array of inputs and one of targets',
    matches: place => /\.npy$/i.test(place),
    settings: { ...arraySettings, targets: text },
    load: (place, { targets, ...rest }, options) =>
      npyData(place, targetsOf(place, targets), { ...wholeIf(options), ...rest }),
  }),
  row({
    form: 'FOLDER',
    doc: 'images in a folder for every class, or a .tar.gz of such folders',
    matches: place => /\.(tar|tgz|tar\.gz)$/i.test(place) || isFolder(place),
    settings: {
      validation: number,
      test: number,
      seed: number,
      size: number,
      fit: choice('cover', 'fill', 'contain'),
      grey: flag,
      skip: flag,
      stream: flag,
      shape: choice('flat', 'image'),
    },
    load: (path, settings, { onProgress }) =>
      imageFolder(path, { ...settings, ...(onProgress && { onProgress }) }),
  }),
]

/**
 * The data that a text names: `mnist`, `toy:moons?noise=0.2`, `flowers.csv?label=species`. Behind `?`
 * stand settings, as in an address.
 * Throws ConfigError when no kind of source is written so or a setting is unknown, and what the load throws.
 */
export async function sourceOf(source: string, options: SourceOptions = {}): Promise<DataSource> {
  const [, place = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(source) ?? []
  const found = sourceRows.find(({ matches }) => matches(place))
  if (!found) throw unknownSource(place)
  const settings = readSettings(query, { ...common, ...found.settings }, `source "${place}"`)
  if ('normalize' in found.settings) return found.load(place, settings, options)
  const { normalize, ...own } = settings
  return normalizedBy(await found.load(place, own, options), normalize ?? 'none', options)
}

/** What may stand behind `?` of any source, unless its row reads it by itself. */
const common = { normalize: choice('none', 'standard', 'minMax') } as const

function normalizedBy(
  source: DataSource,
  normalize: NormalizeMethod | 'none',
  { like }: SourceOptions,
): DataSource | Promise<DataSource> {
  const { normalization, targetNormalization } = (like ?? {}) as Normalizations
  if (normalization || targetNormalization)
    return withNormalization(source, {
      ...(normalization && { normalization }),
      ...(targetNormalization && { targetNormalization }),
    })
  return normalize === 'none' || like ? source : normalized(source, { method: normalize })
}

function row<R extends Readers>(typed: SourceRow<R>): SourceRow {
  return typed as unknown as SourceRow
}

const isFolder = (path: string): boolean =>
  statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** Settings with a download that tells its progress. */
function downloading<S extends { readonly download?: boolean }>(
  { download = false, ...settings }: S,
  onProgress: OnProgress | undefined,
): Omit<S, 'download'> & { readonly download: boolean | SetDownload } {
  const tell = slowly(onProgress)
  const onBytes: SetDownload['onBytes'] = (received, total, file) =>
    tell(total === undefined ? 0 : received / total, `downloading ${file}`)
  return { ...settings, download: download && { onBytes } }
}

/** Data like others are for scoring: no rows are held back. */
const wholeIf = ({ like }: SourceOptions) => (like ? { validation: 0 } : {})

function targetsOf(place: string, targets: string | undefined): string {
  if (targets !== undefined) return targets
  throw new ConfigError({
    who: `source "${place}"`,
    expected: 'a file of targets',
    received: 'none',
    hint: `Name it: ${place}?targets=y.npy`,
  })
}

function toyNamed(name: string) {
  if (Object.hasOwn(toys, name)) return toys[name as keyof typeof toys]
  throw unknownName('toy', name, Object.keys(toys))
}

function unknownSource(place: string): ConfigError {
  const words = sourceRows.map(({ form }) => form).filter(form => /^[a-z0-9-]+$/.test(form))
  const hint = didYouMean(place, [...words, ...Object.keys(toys).map(name => `toy:${name}`)])
  return new ConfigError({
    who: 'data source',
    expected: sourceRows.map(({ form }) => form).join(', '),
    received: `"${place}"`,
    ...(hint === undefined ? {} : { hint }),
  })
}
