import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import {
  DataError,
  FormatError,
  formatShape,
  messageOf,
  type Shape,
  sameShape,
} from '../../base/index.ts'
import { decodeNpy, encodeNpy, encodeNpyHeader } from '../../formats/index.ts'
import { type RowSource, type SplitName, splitNames } from '../index.ts'
import { cacheFolder } from './cache-folder.ts'
import { type DecodedImage, type DecodeOptions, decodeImage } from './decode-image.ts'
import type { ImageItem, ImageTree } from './image-items.ts'
import { type OnProgress, slowly } from './progress.ts'
import { tensorFile } from './tensor-file.ts'

/** How images are decoded into the cache. */
export interface StoreOptions extends DecodeOptions {
  /** Leaves images out that do not decode; by default they are an error. */
  readonly skip?: boolean
  readonly onProgress?: OnProgress
}

/** One split of decoded images. */
export interface StoredSplit {
  /** uint8 [N, C, H, W] */
  readonly inputs: RowSource
  /** Class indices. */
  readonly labels: Uint8Array | Int32Array
}

/** Decoded images. */
export interface ImageStore {
  readonly splits: { readonly [S in SplitName]?: StoredSplit }
  /** In alphabetical order; a label is a place in it. */
  readonly classNames: readonly string[]
  /** The images that were left out, by their names. */
  readonly skipped: readonly string[]
}

/** Images that are decoded at once: more than there are threads to do it. */
const atOnce = 64
const format = 1
const aboutFile = 'about.json'

/**
 * The images of a tree, decoded in parallel into a file of the cache; the second time they are only
 * opened. A change of any file or option decodes them anew.
 * Throws DataError when an image does not decode, or is not as large as the others.
 */
export async function storeImages(
  who: string,
  tree: ImageTree,
  options: StoreOptions,
): Promise<ImageStore> {
  const { onProgress: _, ...settings } = options
  const digest = createHash('sha256').update(JSON.stringify([format, tree.identity, settings]))
  const folder = join(cacheFolder(), 'images', digest.digest('hex').slice(0, 32))
  if (!existsSync(folder)) {
    mkdirSync(dirname(folder), { recursive: true })
    const unfinished = mkdtempSync(`${folder}.`)
    try {
      await decodeInto(unfinished, who, tree, options)
      putInPlace(unfinished, folder)
    } finally {
      rmSync(unfinished, { recursive: true, force: true })
    }
  }
  return openStore(folder)
}

/** Names a finished store, unless another process, or another call of this one, was first: theirs is the same. */
function putInPlace(finished: string, folder: string): void {
  try {
    renameSync(finished, folder)
  } catch (error) {
    if (!existsSync(join(folder, aboutFile))) throw error
  }
}

function openStore(folder: string): ImageStore {
  const about = JSON.parse(readFileSync(join(folder, aboutFile), 'utf8'))
  const splits: { [S in SplitName]?: StoredSplit } = {}
  for (const split of splitNames) {
    const path = join(folder, `${split}.npy`)
    if (!existsSync(path)) continue
    const labels = join(folder, `${split}-labels.npy`)
    splits[split] = {
      inputs: tensorFile(path),
      labels: decodeNpy(readFileSync(labels), labels).data as Uint8Array | Int32Array,
    }
  }
  return { splits, ...about }
}

async function decodeInto(folder: string, who: string, tree: ImageTree, options: StoreOptions) {
  const writers = new Map<SplitName, SplitWriter>()
  const classes = new Map<string, number>()
  const failed: Failure[] = []
  const tell = slowly(options.onProgress)
  let first: { readonly name: string; readonly shape: Shape } | undefined
  try {
    for await (const { item, image, reason } of decoded(tree, options)) {
      tell(tree.share(), 'decoding images')
      if (!image) {
        failed.push({ name: item.name, reason })
        continue
      }
      first ??= { name: item.name, shape: image.shape }
      if (!sameShape(first.shape, image.shape)) throw otherSize(who, first, item.name, image.shape)
      const writer = writers.get(item.split) ?? new SplitWriter(folder, item.split)
      writers.set(item.split, writer)
      if (!classes.has(item.className)) classes.set(item.className, classes.size)
      writer.add(image, classes.get(item.className)!)
    }
    if (failed.length > 0 && !options.skip) throw undecodable(who, failed)
    if (!first)
      throw new DataError({
        who,
        expected: 'PNG, JPEG or WebP images in folders of classes',
        received: 'none',
      })
    const classNames = [...classes.keys()].sort()
    const places = [...classes.keys()].map(name => classNames.indexOf(name))
    for (const writer of writers.values()) writer.finish(first.shape, places)
    const about = { classNames, skipped: failed.map(({ name }) => name) }
    writeFileSync(join(folder, aboutFile), JSON.stringify(about))
  } finally {
    for (const writer of writers.values()) writer.close()
  }
}

/** What became of an item. */
type Outcome =
  | { readonly item: ImageItem; readonly image: DecodedImage; readonly reason?: undefined }
  | { readonly item: ImageItem; readonly image?: undefined; readonly reason: string }

/** Every item in its order, decoded or not, many at once. */
async function* decoded(tree: ImageTree, options: DecodeOptions): AsyncGenerator<Outcome> {
  const pending: Promise<Outcome>[] = []
  for await (const item of tree.items()) {
    pending.push(outcomeOf(item, options))
    if (pending.length === atOnce) yield await pending.shift()!
  }
  for (const outcome of pending) yield await outcome
}

async function outcomeOf(item: ImageItem, options: DecodeOptions): Promise<Outcome> {
  try {
    return { item, image: await decodeImage(await item.read(), options) }
  } catch (error) {
    if (error instanceof DataError) throw error
    return { item, reason: messageOf(error).trim() }
  }
}

/** An image that does not decode, and why. */
export interface Failure {
  readonly name: string
  readonly reason: string
}

/** The error that counts images that do not decode, and names the first. */
export function undecodable(who: string, failed: readonly Failure[]): FormatError {
  const named = failed.slice(0, 5).map(({ name, reason }) => `${name} (${reason})`)
  const more = failed.length > named.length ? ` and ${failed.length - named.length} more` : ''
  return new FormatError({
    who,
    expected: 'images that decode',
    received: `${failed.length} that ${failed.length === 1 ? 'does' : 'do'} not: ${named.join(', ')}${more}`,
    hint: 'The option skip leaves them out',
  })
}

function otherSize(who: string, first: { name: string; shape: Shape }, name: string, shape: Shape) {
  return new DataError({
    who,
    expected: `images of one size, ${formatShape(first.shape)} as ${first.name}`,
    received: `${formatShape(shape)} in ${name}`,
    hint: 'The option size brings all to one',
  })
}

/** Writes the rows of a split to a `.npy` file, whose header comes last, when their number is known. */
class SplitWriter {
  readonly #folder: string
  readonly #split: SplitName
  readonly #file: number
  readonly #labels: number[] = []

  constructor(folder: string, split: SplitName) {
    this.#folder = folder
    this.#split = split
    this.#file = openSync(join(folder, `${split}.npy`), 'w')
    // Headers of four axes all have the same length.
    writeSync(this.#file, encodeNpyHeader('uint8', [0, 0, 0, 0]))
  }

  add({ data }: DecodedImage, label: number): void {
    writeSync(this.#file, data)
    this.#labels.push(label)
  }

  /** `places`: where the class that was met as the i-th stands in the order of names. */
  finish(imageShape: Shape, places: readonly number[]): void {
    const count = this.#labels.length
    writeSync(this.#file, encodeNpyHeader('uint8', [count, ...imageShape]), 0, null, 0)
    const labels = this.#labels.map(label => places[label])
    const isSmall = places.length <= 256
    const data = isSmall ? Uint8Array.from(labels) : Int32Array.from(labels)
    const bytes = encodeNpy({ dtype: isSmall ? 'uint8' : 'int32', shape: [count], data })
    writeFileSync(join(this.#folder, `${this.#split}-labels.npy`), bytes)
  }

  close(): void {
    closeSync(this.#file)
  }
}
