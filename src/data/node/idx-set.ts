import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, DataError, type Tensor, tensorOf } from '../../base/index.ts'
import { type DataSource, type Dataset, rowCounts, splitFirst } from '../index.ts'
import { cacheFolder } from './cache-folder.ts'
import { type DownloadOptions, download } from './download.ts'
import { readIdxFile } from './idx-file.ts'

/** The layout of images: rows of pixels [N, C * H * W] for linear layers, or images [N, C, H, W]. */
export type ImageShape = 'flat' | 'image'

/** How a set is downloaded. */
export interface SetDownload extends DownloadOptions {
  /** Where the set lies, tried in order, instead of its public places. */
  readonly mirrors?: readonly string[]
}

/** Where a set in MNIST's format lies and how it is cut. */
export interface MnistOptions {
  /** How many of the 60,000 training images, the first ones, are validation; default 5000, 0 for none. */
  readonly validation?: number
  /** The folder of the four IDX files, plain or `.gz`, instead of the usual places. */
  readonly folder?: string
  /** Downloads what is missing, into the folder or else the cache; default false. */
  readonly download?: boolean | SetDownload
  /** Default `flat`. */
  readonly shape?: ImageShape
}

/** Images of 28 x 28 in MNIST's format: all in memory, with a test part. */
export type MnistSource = DataSource<Tensor> & { readonly test: Dataset<Tensor> }

const names = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const

/** A set in MNIST's format. */
export interface IdxSet {
  readonly name: string
  readonly classNames: readonly string[]
  /** The SHA-256 of the four files, unzipped. */
  readonly files: { readonly [K in (typeof names)[number]]: string }
  readonly mirrors: readonly string[]
  /** Where it may lie already, beside the cache. */
  readonly folders: () => readonly string[]
  /** How one gets it. */
  readonly hint: string
}

/**
 * The data of a set in MNIST's format.
 * Throws DataError when a file is missing or is not the original one, FormatError when it is cut
 * short, too long or no IDX file.
 */
export async function loadIdxSet(set: IdxSet, options: MnistOptions): Promise<MnistSource> {
  const { validation = 5000, shape = 'flat' } = options
  requireShape(set.name, shape)
  const { name, files, classNames } = set
  const folder = await folderOf(set, options)
  const [trainImages, trainLabels, testImages, testLabels] = (await Promise.all(
    names.map(file => readIdxFile(pathOf(folder, file, set), { sha256: files[file] })),
  )) as [Tensor, Tensor, Tensor, Tensor]
  const all = datasetOf(name, shape, trainImages, trainLabels)
  const splits = {
    ...(validation === 0
      ? { train: { ...all, name: `${name} train` } }
      : splitFirst(all, validation)),
    test: datasetOf(`${name} test`, shape, testImages, testLabels),
  }
  const details = {
    source: name,
    rows: rowCounts(splits),
    classes: 10,
    imageShape: [28, 28],
    files,
    ...(shape === 'flat' ? {} : { shape }),
  }
  // The files' own digests stand for their bytes.
  const hash = createHash('sha256').update(JSON.stringify(details)).digest('hex')
  return { ...splits, scale: 1 / 255, description: { ...details, classNames, hash } }
}

/** Throws ConfigError when a layout is not one. */
export function requireShape(who: string, shape: string): void {
  if (shape === 'flat' || shape === 'image') return
  throw new ConfigError({
    who: `${who} shape`,
    expected: '"flat" or "image"',
    received: `"${shape}"`,
  })
}

function datasetOf(
  name: string,
  shape: ImageShape,
  images: Tensor,
  labels: Tensor,
): Dataset<Tensor> {
  const rows = images.shape[0]!
  const inputs = tensorOf('uint8', shape === 'flat' ? [rows, 784] : [rows, 1, 28, 28], images.data)
  return { name, inputs, targets: labels, classes: 10 }
}

/** The folder that was asked for, or the first that has all files; what is missing is downloaded if asked for. */
async function folderOf(set: IdxSet, { folder, download: wanted = false }: MnistOptions) {
  const cache = join(cacheFolder(), set.name)
  const usual = [...set.folders(), cache]
  const chosen = folder ?? usual.find(place => names.every(file => pathIn(place, file)))
  if (chosen !== undefined && !wanted) return chosen
  if (!wanted)
    throw new DataError({
      who: set.name,
      expected: `its files in ${usual.join(' or ')}`,
      received: 'none of these',
      hint: set.hint,
    })
  const into = chosen ?? cache
  const settings = wanted === true ? {} : wanted
  const { mirrors = set.mirrors } = settings
  for (const file of names)
    if (!pathIn(into, file))
      await download(
        {
          mirrors: mirrors.map(base => `${base.replace(/\/?$/, '/')}${file}.gz`),
          sha256: set.files[file],
          isGzipped: true,
        },
        join(into, `${file}.gz`),
        settings,
      )
  return into
}

/** The plain file if there, else the gzipped one. */
function pathIn(folder: string, file: string): string | undefined {
  const path = join(folder, file)
  return [path, `${path}.gz`].find(existsSync)
}

function pathOf(folder: string, file: string, { name, hint }: IdxSet): string {
  const path = pathIn(folder, file)
  if (path !== undefined) return path
  throw new DataError({
    who: name,
    expected: `${file} or ${file}.gz in ${folder}`,
    received: 'no such file',
    hint: `The folder holds ${names.join(', ')}; or name no folder: ${hint}`,
  })
}
