import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { ConfigError, DataError, FormatError, type Tensor, tensorOf } from '../../base/index.ts'
import {
  checkSplits,
  type DataSource,
  type Dataset,
  joinRows,
  type Rows,
  rowsAt,
  splitParts,
} from '../index.ts'
import { readArchive } from './archive.ts'
import { cacheFolder } from './cache-folder.ts'
import { download as fetchFile, type RemoteFile } from './download.ts'
import type { ImageShape, SetDownload } from './idx-set.ts'
import { requireShape } from './idx-set.ts'
import { describeImages, imageFolder, shapedRows } from './image-folder.ts'
import { type OnProgress, slowly } from './progress.ts'
import { tensorFile } from './tensor-file.ts'

/** Where CIFAR-10 lies and how it is cut. */
export interface Cifar10Options {
  /**
   * The original `cifar-10-binary.tar.gz` or its folder, or JPEG images as `train/CLASS/*.jpg` and
   * `test/CLASS/*.jpg` in a folder or a `.tar.gz`; the cache when left out.
   */
  readonly path?: string
  /** Downloads the original into the cache when it is not there; default false. */
  readonly download?: boolean | SetDownload
  /** Rows of the training images for validation, as many of every class; default 5000, 0 for none. */
  readonly validation?: number
  /** Decides which rows are validation; default 0. */
  readonly seed?: number
  /** Default `image`. */
  readonly shape?: ImageShape
  /** Whether rows are read from the disk batch by batch; not from the original's archive. Default false. */
  readonly stream?: boolean
  /** Images in each of the six original files; default 10,000. Smaller sets in the same layout say so. */
  readonly imagesPerFile?: number
  readonly onProgress?: OnProgress
}

/** In the order of their labels, which is also that of the alphabet. Source: `batches.meta.txt`. */
const classNames = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]

const trainFiles = [1, 2, 3, 4, 5].map(i => `data_batch_${i}.bin`)
const testFile = 'test_batch.bin'
/** A label, then the red, the green and the blue plane. */
const recordBytes = 1 + 3 * 32 * 32

const original: RemoteFile = {
  mirrors: [
    'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
    'https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz',
    'https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/cifar-10-binary.tar.gz',
  ],
  sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
}

/**
 * CIFAR-10, 60,000 photographs in ten classes: 45,000 to train, 5,000 to validate, 10,000 to test. JPEG
 * images are a lossy copy: the source is then called `cifar10 (JPEG copy)`, in every place where it is.
 * Shapes: inputs uint8 [N, 3, 32, 32], or [N, 3072]; targets uint8 [N]. `scale` is 1/255.
 * Throws DataError when files are missing, FormatError when one is cut short or an image does not decode.
 * Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images" (2009), binary version.
 */
export async function cifar10(options: Cifar10Options = {}): Promise<DataSource> {
  const { shape = 'image', validation = 5000, seed = 0, stream = false } = options
  requireShape('cifar10', shape)
  const path = await placeOf(options)
  const files = await recordsIn(path, options)
  if (!files) return jpegCopy(path, options)
  const all = datasetOf('cifar10', files.train, shape, stream)
  const isWhole = validation === 0
  const splits = {
    ...(isWhole
      ? { train: { ...all, name: 'cifar10 train' } }
      : splitParts(all, { validation, seed, stratified: true })),
    test: datasetOf('cifar10 test', [files.test], shape, stream),
  }
  checkSplits(splits)
  return describeImages('cifar10', splits, { classes: 10, classNames, imageShape: [3, 32, 32] })
}

/** Where to read from: the path that was given, or the archive in the cache, downloaded if asked for. */
async function placeOf({ path, download = false }: Cifar10Options): Promise<string> {
  if (path !== undefined) return path
  const archive = join(cacheFolder(), 'cifar10', 'cifar-10-binary.tar.gz')
  if (existsSync(archive)) return archive
  if (!download)
    throw new DataError({
      who: 'cifar10',
      expected: archive,
      received: 'no such file',
      hint: 'Name the path of cifar-10-binary.tar.gz, its folder or JPEG folders, or ask for a download',
    })
  const { mirrors, ...settings }: SetDownload = download === true ? {} : download
  const places = mirrors?.map(base => `${base.replace(/\/?$/, '/')}cifar-10-binary.tar.gz`)
  await fetchFile({ ...original, ...(places && { mirrors: places }) }, archive, settings)
  return archive
}

/** The images and the labels of one original file. */
interface Records {
  readonly images: Rows
  readonly labels: Tensor
}

interface RecordFiles {
  readonly train: readonly Records[]
  readonly test: Records
}

/** The original files in a folder or an archive; undefined when there are none. */
async function recordsIn(path: string, options: Cifar10Options): Promise<RecordFiles | undefined> {
  const { imagesPerFile = 10_000, stream = false } = options
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory()) {
    const folder = [path, join(path, 'cifar-10-batches-bin')].find(
      place => existsSync(join(place, testFile)) || existsSync(join(place, trainFiles[0]!)),
    )
    return folder === undefined
      ? undefined
      : filesBy(path, file => recordsOfFile(join(folder, file), imagesPerFile))
  }
  const found = new Map<string, Records>()
  const tell = slowly(options.onProgress)
  const entries = readArchive(path, share => tell(share, 'reading CIFAR-10'))
  for await (const { name, bytes } of entries) {
    const file = name.slice(name.lastIndexOf('/') + 1)
    // The first image tells that this is the other layout.
    if (/\.jpe?g$/i.test(file)) return undefined
    if (file === testFile || trainFiles.includes(file))
      found.set(file, recordsOfBytes(`${file} in ${path}`, bytes, imagesPerFile))
  }
  if (stream)
    throw new ConfigError({
      who: 'cifar10 stream',
      expected: 'a folder, whose files can be read in any order',
      received: path,
      hint: 'Unpack the archive, and name the folder',
    })
  return filesBy(path, file => found.get(file))
}

function filesBy(path: string, recordsOf: (file: string) => Records | undefined): RecordFiles {
  const needed = (file: string): Records => {
    const records = recordsOf(file)
    if (records) return records
    throw new DataError({
      who: path,
      expected: [...trainFiles, testFile].join(', '),
      received: `no ${file}`,
    })
  }
  return { train: trainFiles.map(needed), test: needed(testFile) }
}

function recordsOfFile(path: string, count: number): Records {
  const strideBytes = recordBytes
  const images = tensorFile(path, {
    dtype: 'uint8',
    shape: [count, 3, 32, 32],
    offsetBytes: 1,
    strideBytes,
  })
  const labels = tensorFile(path, { dtype: 'uint8', shape: [count], strideBytes })
  return { images, labels: checkedLabels(path, rowsAt(labels, 0, count)) }
}

function recordsOfBytes(who: string, bytes: Uint8Array, count: number): Records {
  if (bytes.length !== count * recordBytes)
    throw new FormatError({
      who,
      expected: `${count * recordBytes} bytes, ${count} images of ${recordBytes}`,
      received: `${bytes.length}`,
    })
  const images = new Uint8Array(count * (recordBytes - 1))
  const labels = new Uint8Array(count)
  for (let i = 0; i < count; i++) {
    const start = i * recordBytes
    labels[i] = bytes[start]!
    images.set(bytes.subarray(start + 1, start + recordBytes), i * (recordBytes - 1))
  }
  return {
    images: tensorOf('uint8', [count, 3, 32, 32], images),
    labels: checkedLabels(who, tensorOf('uint8', [count], labels)),
  }
}

function checkedLabels(who: string, labels: Tensor): Tensor {
  const wrong = labels.data.findIndex((label: number) => label > 9)
  if (wrong < 0) return labels
  throw new FormatError({
    who,
    expected: 'labels from 0 to 9',
    received: `${labels.data[wrong]} before image ${wrong}`,
  })
}

function datasetOf(
  name: string,
  files: readonly Records[],
  shape: ImageShape,
  isStreamed: boolean,
): Dataset {
  const join = (parts: readonly Rows[]) => joinRows(parts as readonly [Rows, ...Rows[]])
  const labels = join(files.map(file => file.labels))
  const inputs = shapedRows(join(files.map(file => file.images)), shape, isStreamed)
  return { name, inputs, targets: rowsAt(labels, 0, labels.shape[0]!), classes: 10 }
}

/** The JPEG layout. Its classes are sorted by name, which gives them the original labels. */
async function jpegCopy(path: string, options: Cifar10Options): Promise<DataSource> {
  const { validation = 5000, seed = 0, shape = 'image', stream, onProgress } = options
  const source = await imageFolder(path, {
    name: 'cifar10 (JPEG copy)',
    validation,
    seed,
    shape,
    ...(stream === undefined ? {} : { stream }),
    ...(onProgress && { onProgress }),
  })
  const found = source.description.classNames as readonly string[]
  if (found.join() === classNames.join()) return source
  throw new DataError({
    who: path,
    expected: `the classes of CIFAR-10, ${classNames.join(', ')}`,
    received: found.join(', '),
    hint: 'Other images by class are read by imageFolder()',
  })
}
