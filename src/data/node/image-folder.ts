import { statSync } from 'node:fs'
import { basename } from 'node:path'
import { DataError, type Json, sizeOf } from '../../base/index.ts'
import {
  checkSplits,
  contentHash,
  type DataSource,
  type Dataset,
  type PartOptions,
  type Parts,
  type Rows,
  rowCounts,
  rowsAt,
  type SplitName,
  splitParts,
} from '../index.ts'
import { type ImageShape, requireShape } from './idx-set.ts'
import { archiveTree, folderTree } from './image-items.ts'
import { type StoredSplit, type StoreOptions, storeImages } from './image-store.ts'

/** How images by class become data. */
export interface ImageFolderOptions extends StoreOptions {
  /** The name in errors and in the description; that of the folder when left out. */
  readonly name?: string
  /** Rows of the training images for validation, as a share below 1 or a number; default 0. */
  readonly validation?: number
  /** As `validation`, where there is no folder `test`. */
  readonly test?: number
  /** Decides which rows go where; default 0. */
  readonly seed?: number
  /** Default `image`. */
  readonly shape?: ImageShape
  /** Whether rows are read from the disk batch by batch; by default those of more than 1 GiB. */
  readonly stream?: boolean
}

const mostInMemory = 2 ** 30

/**
 * Images by class, PNG, JPEG or WebP, from a folder or a `.tar.gz` of it: `CLASS/*.png`, cut by
 * `validation` and `test`, or `train/CLASS/*.png` with `validation` and `test` beside it. They are
 * decoded once, into the cache; sets over 1 GiB are read from there batch by batch.
 * Shapes: inputs uint8 [N, C, H, W], C = 3 or 1 if grey; targets class indices in the order of the
 * folders' names. `scale` is 1/255.
 * Throws DataError when there are no classes, one is empty or unknown in training, or sizes differ;
 * FormatError when images do not decode.
 */
export async function imageFolder(
  path: string,
  options: ImageFolderOptions = {},
): Promise<DataSource> {
  const { validation = 0, test = 0, seed = 0, stream, ...rest } = options
  const { name = basename(path), shape = 'image', ...decode } = rest
  requireShape('images', shape)
  const tree = isFile(path) ? await archiveTree(path) : await folderTree(path)
  const { splits, classNames, skipped } = await storeImages(path, tree, decode)
  if (!splits.train)
    throw new DataError({
      who: path,
      expected: 'images to train on',
      received: `only a folder ${Object.keys(splits).join(' and ')}`,
    })
  checkClasses(path, splits, classNames)
  const bytes = Object.values(splits).reduce((sum, { inputs }) => sum + sizeOf(inputs.shape), 0)
  const isStreamed = stream ?? bytes > mostInMemory
  const dataset = (split: SplitName, title: string): Dataset | undefined => {
    const stored = splits[split]
    return stored && datasetOf(title, stored, classNames.length, shape, isStreamed)
  }
  const given = {
    train: dataset('train', name)!,
    validation: dataset('validation', `${name} validation`),
    test: dataset('test', `${name} test`),
  }
  const source = cut(path, given, { validation, test, seed, stratified: true })
  checkSplits(source)
  return describeImages(name, source, {
    classes: classNames.length,
    classNames,
    imageShape: splits.train.inputs.shape.slice(1),
    ...(decode.size !== undefined && { imageFit: decode.fit ?? 'cover' }),
    ...(skipped.length > 0 && { skipped }),
  })
}

/** Images with what a run writes down about them. */
export async function describeImages(
  name: string,
  splits: Omit<DataSource, 'description'>,
  details: { readonly [detail: string]: Json },
): Promise<DataSource> {
  const hash = await contentHash(splits)
  return {
    ...splits,
    scale: 1 / 255,
    description: { source: name, rows: rowCounts(splits), ...details, hash },
  }
}

/** Rows as images or flat, in memory unless streamed. */
export function shapedRows(rows: Rows, shape: ImageShape, isStreamed: boolean): Rows {
  const held = isStreamed ? rows : rowsAt(rows, 0, rows.shape[0]!)
  if (shape === 'image') return held
  const [count = 0, ...image] = held.shape
  const flat = [count, sizeOf(image)]
  return 'data' in held
    ? { ...held, shape: flat }
    : { dtype: held.dtype, shape: flat, readRows: held.readRows.bind(held) }
}

function datasetOf(
  name: string,
  { inputs, labels }: StoredSplit,
  classes: number,
  shape: ImageShape,
  isStreamed: boolean,
): Dataset {
  const targets = {
    dtype: labels instanceof Uint8Array ? ('uint8' as const) : ('int32' as const),
    shape: [labels.length],
    data: labels as Uint8Array<ArrayBuffer>,
  }
  return { name, inputs: shapedRows(inputs, shape, isStreamed), targets, classes }
}

/** Throws DataError when a class is never trained on. */
function checkClasses(
  path: string,
  splits: Readonly<Record<string, StoredSplit>>,
  classNames: readonly string[],
): void {
  const trained = new Set<number>(splits.train!.labels)
  const missing = classNames.filter((_, label) => !trained.has(label))
  if (missing.length === 0) return
  throw new DataError({
    who: path,
    expected: `training images of every class, ${classNames.length} of them`,
    received: `none of ${missing.join(', ')}`,
  })
}

/** The splits that there are, and those that are cut from the training rows. */
function cut(
  path: string,
  given: { readonly train: Dataset } & {
    readonly [S in 'validation' | 'test']: Dataset | undefined
  },
  parts: Required<PartOptions>,
): Omit<DataSource, 'description'> {
  for (const split of ['validation', 'test'] as const)
    if (given[split] && parts[split] > 0)
      throw new DataError({
        who: path,
        expected: `no ${split} rows cut from training, since there is a folder ${split}`,
        received: `${split}: ${parts[split]}`,
      })
  const isWhole = parts.validation === 0 && parts.test === 0
  const { train, validation, test }: Parts = isWhole
    ? { train: { ...given.train, name: `${given.train.name} train` } }
    : splitParts(given.train, parts)
  const held = given.validation ?? validation
  const tested = given.test ?? test
  return { train, ...(held && { validation: held }), ...(tested && { test: tested }) }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
