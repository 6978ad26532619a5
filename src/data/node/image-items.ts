import type { Dirent } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../../base/index.ts'
import type { SplitName } from '../index.ts'
import { readArchive } from './archive.ts'
import { unreadable } from './read-file.ts'

/** An encoded image that belongs to a class. */
export interface ImageItem {
  /** Its path from the root. */
  readonly name: string
  readonly split: SplitName
  readonly className: string
  readonly read: () => Promise<Uint8Array>
}

/** Images by class: in folders or in an archive of folders. */
export interface ImageTree {
  /** In the order of their names; those of an archive in its own. */
  readonly items: () => AsyncIterable<ImageItem>
  /** How far `items` is, from 0 to 1. */
  readonly share: () => number
  /** Changes when a file does: paths, sizes and times of change. */
  readonly identity: string
}

/** What image files are called. */
export const imageName = /\.(png|jpe?g|webp)$/i

/** The folders that are splits and not classes. */
const splitFolders: Readonly<Record<string, SplitName>> = {
  train: 'train',
  validation: 'validation',
  val: 'validation',
  test: 'test',
}

/** What a path from the root means, `train/cat/1.png` or `cat/1.png`; undefined for no image of a class. */
function placeOf(name: string): Pick<ImageItem, 'name' | 'split' | 'className'> | undefined {
  if (!imageName.test(name)) return undefined
  const parts = name.split('/').filter(part => part !== '' && part !== '.')
  const split = parts.length > 2 ? splitFolders[parts.at(-3)!] : undefined
  const className = parts.at(-2)
  // A split without classes would be one itself.
  if (className === undefined || (!split && className in splitFolders)) return undefined
  return { name, split: split ?? 'train', className }
}

/** An archive's images; nothing is unpacked on disk. */
export async function archiveTree(path: string): Promise<ImageTree> {
  const { size, mtimeMs } = await stat(path)
  let done = 0
  return {
    identity: JSON.stringify([path, size, mtimeMs]),
    share: () => done,
    async *items() {
      const entries = readArchive(path, share => {
        done = share
      })
      for await (const { name, bytes } of entries) {
        const place = placeOf(name)
        if (place) yield { ...place, read: async () => bytes }
      }
    },
  }
}

/**
 * A folder's images: `CLASS/*.png`, or `train/CLASS/*.png` with `validation` and `test` beside it.
 * Throws DataError when it cannot be read, has no folders of classes, or one of them is empty.
 */
export async function folderTree(root: string): Promise<ImageTree> {
  const top = await list(root, root)
  const folders = top.filter(entry => entry.isDirectory()).map(({ name }) => name)
  const splits = folders.filter(name => Object.hasOwn(splitFolders, name))
  const names: string[] = []
  for (const parent of splits.length > 0 ? splits : ['']) {
    const entries = parent === '' ? top : await list(join(root, parent), root)
    const classes = entries.filter(entry => entry.isDirectory()).map(({ name }) => name)
    if (classes.length === 0) throw withoutClasses(join(root, parent), entries)
    for (const className of classes.sort()) names.push(...(await imagesIn(root, parent, className)))
  }
  const stats = await inGroups(names, name => stat(join(root, name)))
  const identity = names.map((name, i) => [name, stats[i]!.size, stats[i]!.mtimeMs])
  let done = 0
  return {
    identity: JSON.stringify([root, identity]),
    share: () => done / names.length,
    async *items() {
      for (const name of names) {
        done++
        const place = placeOf(name)
        if (place) yield { ...place, read: () => readFile(join(root, name)) }
      }
    },
  }
}

async function imagesIn(root: string, parent: string, className: string): Promise<string[]> {
  const folder = join(root, parent, className)
  const entries = await list(folder, root)
  const images = entries.map(({ name }) => name).filter(name => imageName.test(name))
  if (images.length === 0)
    throw new DataError({
      who: folder,
      expected: 'PNG, JPEG or WebP images in every folder of a class',
      received: entries.length === 0 ? 'an empty folder' : `${entries.length} other files`,
      hint: 'Remove the folder, or put images into it',
    })
  const place = parent ? `${parent}/${className}` : className
  return images.sort().map(name => `${place}/${name}`)
}

function withoutClasses(folder: string, entries: readonly Dirent[]): DataError {
  const images = entries.filter(({ name }) => imageName.test(name)).length
  return new DataError({
    who: folder,
    expected: 'a folder for every class, with its images in it',
    received: `no folders and ${images} images`,
    hint: 'A class is called as its folder: cats/1.png, dogs/1.png',
  })
}

async function list(folder: string, root: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter(({ name }) => !name.startsWith('.'))
  } catch (cause) {
    throw unreadable(root, cause, 'folder')
  }
}

/** The results of some work for each item, a few hundred at a time. */
async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let start = 0; start < items.length; start += 256)
    results.push(...(await Promise.all(items.slice(start, start + 256).map(work))))
  return results
}
