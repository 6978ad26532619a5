import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  ConfigError,
  DataError,
  dtypes,
  formatShape,
  type Shape,
  sizeOf,
  type Tensor,
} from '../../base/index.ts'
import { npzInputs, readNpy } from './array-file.ts'
import { readCsv } from './csv-file.ts'
import { imageInputs } from './image-inputs.ts'
import { imageName } from './image-items.ts'
import { type Failure, undecodable } from './image-store.ts'
import { readParquet } from './parquet-file.ts'
import { type OnProgress, slowly } from './progress.ts'
import { arrayPart, encodedBy, type Part, type RowFormat, tablePart } from './row-parts.ts'
import { readSettings, text } from './source-settings.ts'
import { dialectOf, dialectSettings, neededOf } from './table-source.ts'

/** Rows to predict for, one batch of them. */
export interface GivenRows {
  /** [N, ...row] */
  readonly inputs: Tensor
  /** Where each row is from. */
  readonly names: readonly string[]
  /** What had to be done to some rows so that they fit, by their place. */
  readonly changes: ReadonlyMap<number, string>
}

interface InputRow {
  /** As the help writes it. */
  readonly form: string
  readonly matches: (place: string) => boolean
  readonly read: (place: string, query: string, format: RowFormat) => Promise<Part>
}

/** One row per kind of file, images apart, which are decoded together. */
const inputRows: readonly InputRow[] = [
  {
    form: 'FILE.csv',
    matches: place => /\.[ct]sv(\.gz)?$/i.test(place),
    async read(place, query, format) {
      const dialect = dialectOf(settingsOf(place, query, dialectSettings) as never)
      const needed = format.table && { needed: neededOf(encodedBy(format), 'unlabelled') }
      return tablePart(await readCsv(place, { ...dialect, ...needed }), format)
    },
  },
  {
    form: 'FILE.parquet',
    matches: place => /\.parquet$/i.test(place),
    async read(place, query, format) {
      settingsOf(place, query, {})
      const needed = format.table && { needed: neededOf(encodedBy(format), 'unlabelled') }
      return tablePart(await readParquet(place, { ...needed }), format)
    },
  },
  {
    form: 'FILE.npz',
    matches: place => /\.npz$/i.test(place),
    async read(place, query, format) {
      const { inputs } = settingsOf(place, query, { inputs: text })
      return arrayPart(await npzInputs(place, inputs), place, format)
    },
  },
  {
    form: 'FILE.npy',
    matches: place => /\.npy$/i.test(place),
    async read(place, query, format) {
      settingsOf(place, query, {})
      return arrayPart(await readNpy(place), place, format)
    },
  },
]

/** How rows are given. */
export interface InputsOptions {
  /** Rows of a batch; only the last has fewer. */
  readonly batchRows: number
  /** Is told of an image that does not decode, which is left out; by default such images are an error. */
  readonly onSkip?: (name: string) => void
  readonly onProgress?: OnProgress
}

/**
 * The rows of files as the inputs of a model, batch by batch: images, or folders of them, brought to the size
 * and the channels that it takes, decoded as they are asked for; tables encoded as those of the training, whose
 * label need not be there; arrays of rows. Settings stand behind `?`, as for `sourceOf`.
 * Throws ConfigError when a file is of no such kind, DataError when it cannot be read or its rows do not
 * fit the model, FormatError when it is damaged; at the end, images that do not decode, counted and named.
 */
export async function* inputsOf(
  files: readonly string[],
  format: RowFormat,
  { batchRows, onSkip, onProgress }: InputsOptions,
): AsyncGenerator<GivenRows> {
  const readers = (await expanded(files)).map(file => readerOf(file))
  const failed: Failure[] = []
  const tell = slowly(onProgress)
  let held: Part = { data: new dtypes[format.dtype].array(0), names: [] }
  for await (const part of partsOf(readers, format, failed, tell)) {
    held = joined(held, part, format)
    const count = Math.floor(held.names.length / batchRows)
    for (let i = 0; i < count; i++) yield givenBy(held, i * batchRows, batchRows, format)
    held = rowsOfPart(held, count * batchRows, batchRows, format)
  }
  if (held.names.length > 0) yield givenBy(held, 0, batchRows, format)
  if (failed.length > 0 && !onSkip) throw undecodable('images', failed)
  for (const { name } of failed) onSkip?.(name)
}

/** A file, and how it is read; images are decoded together. */
interface Reader {
  readonly file: string
  readonly read?: (format: RowFormat) => Promise<Part>
}

function readerOf(file: string): Reader {
  if (imageName.test(file)) return { file }
  const [, place = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(file) ?? []
  const row = inputRows.find(({ matches }) => matches(place))
  if (!row) throw unknownKind(file)
  return { file, read: format => row.read(place, query, format) }
}

/** Images decoded at once: more than there are threads to do it. */
const imagesAtOnce = 64

async function* partsOf(
  readers: readonly Reader[],
  format: RowFormat,
  failed: Failure[],
  tell: OnProgress,
): AsyncGenerator<Part> {
  for (let start = 0; start < readers.length; ) {
    const { read } = readers[start]!
    const end = read ? start + 1 : start + imagesFrom(readers, start)
    const images = readers.slice(start, end).map(({ file }) => file)
    yield read ? await read(format) : await imagePart(images, format, failed)
    start = end
    tell(start / readers.length, 'predicting')
  }
}

/** How many of the next files are images, up to as many as are decoded at once. */
function imagesFrom(readers: readonly Reader[], start: number): number {
  const next = readers.slice(start, start + imagesAtOnce)
  const other = next.findIndex(({ read }) => read)
  return other < 0 ? next.length : other
}

/** Files, with folders replaced by the images in them. */
async function expanded(files: readonly string[]): Promise<string[]> {
  const all: string[] = []
  for (const file of files) {
    const isFolder = (await stat(file).catch(() => undefined))?.isDirectory()
    if (!isFolder) {
      all.push(file)
      continue
    }
    const images = (await readdir(file)).filter(name => imageName.test(name)).sort()
    if (images.length === 0)
      throw new DataError({
        who: file,
        expected: 'a folder with PNG, JPEG or WebP images in it',
        received: 'none',
      })
    all.push(...images.map(name => join(file, name)))
  }
  return all
}

function joined(a: Part, b: Part, { dtype }: RowFormat): Part {
  if (a.names.length === 0 && b.data instanceof dtypes[dtype].array) return b
  const data = new dtypes[dtype].array(a.data.length + b.data.length)
  data.set(a.data)
  data.set(b.data, a.data.length)
  return { data, names: [...a.names, ...b.names], changes: [...changesOf(a), ...changesOf(b)] }
}

const changesOf = ({ names, changes }: Part) => changes ?? names.map(() => undefined)

function rowsOfPart(part: Part, start: number, count: number, { shape }: RowFormat): Part {
  const size = sizeOf(shape)
  return {
    data: part.data.subarray(start * size, (start + count) * size),
    names: part.names.slice(start, start + count),
    changes: changesOf(part).slice(start, start + count),
  }
}

function givenBy(part: Part, start: number, count: number, format: RowFormat): GivenRows {
  const { data, names, changes = [] } = rowsOfPart(part, start, count, format)
  return {
    inputs: { dtype: format.dtype, shape: [names.length, ...format.shape], data },
    names,
    changes: new Map(changes.flatMap((change, i) => (change ? [[i, change]] : []))),
  }
}

async function imagePart(
  files: readonly string[],
  format: RowFormat,
  failed: Failure[],
): Promise<Part> {
  const { dtype, shape, imageFit } = format
  const imageShape = format.imageShape ?? (isImage(shape) ? shape : undefined)
  if (!imageShape || dtype !== 'uint8')
    throw new DataError({
      who: files[0]!,
      expected: imageShape
        ? `${dtype} ${formatShape(shape)}, whose range of numbers a model does not tell, as a .npy file`
        : `rows of ${formatShape(shape)}, which the model takes`,
      received: 'an image',
    })
  const fit = imageFit === undefined ? {} : { fit: imageFit }
  const outcomes = await imageInputs(files, { shape: imageShape, ...fit })
  const rows = outcomes.filter(outcome => 'data' in outcome)
  failed.push(...outcomes.filter(outcome => 'reason' in outcome))
  const size = sizeOf(shape)
  const data = new Uint8Array(rows.length * size)
  for (const [i, row] of rows.entries()) data.set(row.data, i * size)
  return {
    data,
    names: rows.map(({ name }) => name),
    changes: rows.map(({ change }) => change),
  }
}

const isImage = (shape: Shape): boolean => shape.length === 3 && (shape[0] === 1 || shape[0] === 3)

function settingsOf<R extends Parameters<typeof readSettings>[1]>(
  place: string,
  query: string,
  readers: R,
) {
  return readSettings(query, readers, `"${place}"`)
}

function unknownKind(file: string): ConfigError {
  const forms = inputRows.map(({ form }) => form)
  return new ConfigError({
    who: 'input',
    expected: `an image as PNG, JPEG or WebP, a folder of images, ${forms.join(', ')}`,
    received: `"${file}"`,
  })
}
