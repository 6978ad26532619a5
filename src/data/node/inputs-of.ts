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
import { readParquet } from './parquet-file.ts'
import { arrayPart, encodedBy, type Part, type RowFormat, tablePart } from './row-parts.ts'
import { readSettings, text } from './source-settings.ts'
import { dialectOf, dialectSettings, neededOf } from './table-source.ts'

/** Rows to predict for. */
export interface GivenRows {
  /** [N, ...row] */
  readonly inputs: Tensor
  /** Where each row is from. */
  readonly names: readonly string[]
  /** What had to be done to some rows so that they fit, by their place. */
  readonly changes: ReadonlyMap<number, string>
  /** Images that were left out because they do not decode. */
  readonly skipped: readonly string[]
}

interface InputRow {
  /** As the help writes it. */
  readonly form: string
  readonly matches: (place: string) => boolean
  readonly read: (place: string, query: string, format: RowFormat, skip: boolean) => Promise<Part>
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

/**
 * The rows of files as the inputs of a model: images, or folders of them, brought to the size and the
 * channels that it takes; tables encoded as those of the training, whose label need not be there; arrays of
 * rows. Settings stand behind `?`, as for `sourceOf`.
 * Throws ConfigError when a file is of no such kind, DataError when it cannot be read or its rows do not
 * fit the model, FormatError when it is damaged; of images that do not decode, it counts and names all.
 */
export async function inputsOf(
  files: readonly string[],
  format: RowFormat,
  { skip = false }: { readonly skip?: boolean } = {},
): Promise<GivenRows> {
  const parts: Part[] = []
  let images: string[] = []
  const flush = async () => {
    if (images.length > 0) parts.push(await imagePart(images, format, skip))
    images = []
  }
  for (const file of await expanded(files)) {
    if (imageName.test(file)) {
      images.push(file)
      continue
    }
    await flush()
    const [, place = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(file) ?? []
    const row = inputRows.find(({ matches }) => matches(place))
    if (!row) throw unknownKind(file)
    parts.push(await row.read(place, query, format, skip))
  }
  await flush()
  return joined(parts, format)
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

function joined(parts: readonly Part[], { dtype, shape }: RowFormat): GivenRows {
  const names = parts.flatMap(part => part.names)
  const changes = parts.flatMap(part => part.changes ?? part.names.map(() => undefined))
  const data = new dtypes[dtype].array(names.length * sizeOf(shape))
  let place = 0
  for (const part of parts) {
    data.set(part.data, place)
    place += part.data.length
  }
  return {
    inputs: { dtype, shape: [names.length, ...shape], data },
    names,
    changes: new Map(changes.flatMap((change, i) => (change ? [[i, change]] : []))),
    skipped: parts.flatMap(part => part.skipped ?? []),
  }
}

async function imagePart(
  files: readonly string[],
  format: RowFormat,
  skip: boolean,
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
  const { rows, skipped } = await imageInputs(files, { shape: imageShape, ...fit }, { skip })
  const size = sizeOf(shape)
  const data = new Uint8Array(rows.length * size)
  for (const [i, row] of rows.entries()) data.set(row.data, i * size)
  return {
    data,
    names: rows.map(({ name }) => name),
    changes: rows.map(({ change }) => change),
    skipped,
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
