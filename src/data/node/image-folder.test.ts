import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { pictureOf, pixelsOf, writeTree } from '../../../test/pictures.ts'
import { tarOf } from '../../../test/tar.ts'
import { type Dataset, rowsAt } from '../index.ts'
import { imageFolder } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'images-'))
process.env.JUSTRIGHT_CACHE = join(folder, 'cache')
after(() => rmSync(folder, { recursive: true }))

const height = 6
const width = 5
/** Pixels by name, and the files that hold them. */
const pixels: Record<string, Uint8Array> = {}
const files: Record<string, Uint8Array> = {}
let seed = 0
for (const [name, format] of [
  ['train/cat/1.png', 'png'],
  ['train/cat/2.webp', 'webp'],
  ['train/dog/1.PNG', 'png'],
  ['train/dog/2.png', 'png'],
  ['test/cat/9.png', 'png'],
  ['val/dog/9.png', 'png'],
] as const) {
  pixels[name] = pixelsOf(seed++, height, width)
  files[name] = await pictureOf(pixels[name], [height, width, 3], format)
}

/** [3, H, W] of pixels whose channels are together. */
function planes(data: Uint8Array): number[] {
  const size = height * width
  return Array.from({ length: 3 * size }, (_, i) => data[(i % size) * 3 + Math.floor(i / size)]!)
}

const row = ({ inputs }: Dataset, i: number): number[] => [...rowsAt(inputs, i, 1).data]

const tree = writeTree(join(folder, 'tree'), {
  ...files,
  'train/notes.txt': Uint8Array.of(1),
  'train/cat/.hidden.png': Uint8Array.of(1),
})

test('a folder of folders becomes images by class, split as its folders say', async () => {
  const { train, validation, test, scale, description } = await imageFolder(tree)
  assert.ok(validation && test)
  assert.deepEqual(train.inputs.shape, [4, 3, height, width])
  assert.equal(train.inputs.dtype, 'uint8')
  assert.equal(scale, 1 / 255)
  const names = ['train/cat/1.png', 'train/cat/2.webp', 'train/dog/1.PNG', 'train/dog/2.png']
  for (const [i, name] of names.entries())
    assert.deepEqual(row(train, i), planes(pixels[name]!), name)
  assert.deepEqual([...train.targets.data], [0, 0, 1, 1])
  assert.deepEqual(row(test, 0), planes(pixels['test/cat/9.png']!))
  assert.deepEqual(row(validation, 0), planes(pixels['val/dog/9.png']!))
  assert.deepEqual([...test.targets.data, ...validation.targets.data], [0, 1])
  assert.deepEqual(description.classNames, ['cat', 'dog'])
  assert.deepEqual(description.rows, { train: 4, validation: 1, test: 1 })
  assert.equal(description.source, 'tree')
})

test('an archive holds what its folder holds, whatever the order of its files', async () => {
  const there = await imageFolder(tree)
  const turned = Object.fromEntries(
    Object.entries(files)
      .map(([name, bytes]) => [`./set/${name}`, bytes])
      .toReversed(),
  )
  const path = join(folder, 'tree.tar.gz')
  writeFileSync(path, gzipSync(tarOf(turned as Record<string, Uint8Array>)))
  const { train, description } = await imageFolder(path)
  assert.deepEqual(description.classNames, ['cat', 'dog'])
  assert.deepEqual([...train.targets.data], [1, 1, 0, 0])
  assert.deepEqual(row(train, 0), row(there.train, 3))
})

test('images are decoded once; a changed file or option decodes them anew', async () => {
  const stores = () => readdirSync(join(folder, 'cache', 'images')).length
  const own = writeTree(join(folder, 'own'), {
    'a/1.png': files['train/cat/1.png']!,
    'b/1.png': files['train/dog/2.png']!,
  })
  const before = stores()
  const first = await imageFolder(own)
  const again = await imageFolder(own)
  assert.equal(stores(), before + 1)
  assert.deepEqual(again.description, first.description)
  await imageFolder(own, { grey: true })
  assert.equal(stores(), before + 2)
  writeTree(own, { 'a/1.png': files['train/dog/1.PNG']! })
  utimesSync(join(own, 'a', '1.png'), 1, 1)
  const changed = await imageFolder(own)
  assert.equal(stores(), before + 3)
  assert.notEqual(changed.description.hash, first.description.hash)
})

test('rows read from the disk are those in memory, as images and flat', async () => {
  const held = await imageFolder(tree, { validation: 0 })
  const streamed = await imageFolder(tree, { stream: true })
  assert.ok('readRows' in streamed.train.inputs)
  assert.equal(streamed.description.hash, held.description.hash)
  const flat = await imageFolder(tree, { stream: true, shape: 'flat' })
  assert.deepEqual(flat.train.inputs.shape, [4, 3 * height * width])
  assert.deepEqual(row(flat.train, 2), row(held.train, 2))
})

test('grey has one channel; another size crops, stretches or puts black around', async () => {
  const white = await pictureOf(new Uint8Array(4 * 8 * 3).fill(255), [4, 8, 3])
  const wide = writeTree(join(folder, 'wide'), { 'a/1.png': white, 'b/1.png': white })
  const grey = await imageFolder(wide, { grey: true })
  assert.deepEqual(grey.train.inputs.shape, [2, 1, 4, 8])
  assert.deepEqual(new Set(row(grey.train, 0)), new Set([255]))
  for (const [fit, dark] of [
    ['cover', 0],
    ['fill', 0],
    ['contain', 8],
  ] as const) {
    const { train } = await imageFolder(wide, { size: 4, fit, grey: true })
    assert.deepEqual(train.inputs.shape, [2, 1, 4, 4])
    assert.equal(row(train, 0).filter(value => value === 0).length, dark, fit)
  }
  const { train } = await imageFolder(wide, { size: [2, 3] })
  assert.deepEqual(train.inputs.shape, [2, 3, 2, 3])
})

test('grey and see-through files become RGB; a photograph is turned upright', async () => {
  const grey = pixelsOf(50, 2, 3, 1)
  const clear = pixelsOf(51, 2, 3, 4)
  const mixed = writeTree(join(folder, 'mixed'), {
    'a/1.png': await pictureOf(grey, [2, 3, 1]),
    'a/2.png': await pictureOf(clear, [2, 3, 4]),
  })
  const { train } = await imageFolder(mixed)
  assert.deepEqual(row(train, 0), [...grey, ...grey, ...grey])
  assert.deepEqual(
    row(train, 1).slice(0, 6),
    [0, 4, 8, 12, 16, 20].map(i => clear[i]),
  )
  const { default: sharp } = await import('sharp')
  const turned = await sharp(grey, { raw: { height: 2, width: 3, channels: 1 } })
    .withMetadata({ orientation: 6 })
    .png()
    .toBuffer()
  const upright = await imageFolder(writeTree(join(folder, 'turned'), { 'a/1.png': turned }), {
    grey: true,
  })
  assert.deepEqual(upright.train.inputs.shape, [1, 1, 3, 2])
  // A quarter to the right: the first column comes from the last row.
  assert.deepEqual(
    row(upright.train, 0),
    [3, 0, 4, 1, 5, 2].map(i => grey[i]),
  )
})

test('without folders for the splits they are cut, as many of every class', async () => {
  const many: Record<string, Uint8Array> = {}
  for (let i = 0; i < 10; i++)
    for (const name of ['x', 'y']) many[`${name}/${i}.png`] = files['train/cat/1.png']!
  const path = writeTree(join(folder, 'many'), many)
  const { train, validation, test } = await imageFolder(path, { validation: 0.2, test: 4 })
  const counts = [train, validation!, test!].map(
    ({ targets }) => [...targets.data].filter(label => label === 1).length,
  )
  assert.deepEqual(counts, [6, 2, 2])
  const repeated = await imageFolder(path, { validation: 0.2, test: 4 })
  assert.equal(repeated.description.source, 'many')
  await assert.rejects(imageFolder(tree, { test: 1 }), {
    name: 'DataError',
    message: /no test rows cut from training, since there is a folder test/,
  })
})

test('images that do not decode are named and counted, and left out only when asked', async () => {
  const jpeg = await pictureOf(pixelsOf(60, height, width), [height, width, 3], 'jpeg')
  const broken = writeTree(join(folder, 'broken'), {
    'a/1.png': files['train/cat/1.png']!,
    'a/2.png': files['train/cat/1.png']!.subarray(0, 60),
    'b/3.jpg': jpeg.subarray(0, jpeg.length - 30),
    'b/4.png': new Uint8Array(0),
    'b/5.png': files['train/dog/1.PNG']!,
  })
  await assert.rejects(imageFolder(broken), {
    name: 'FormatError',
    message:
      /broken: expected images that decode, received 3 that do not: a\/2\.png \(.+\), b\/3\.jpg \(.+\), b\/4\.png \(.+\)\. The option skip leaves them out/,
  })
  const { train, description } = await imageFolder(broken, { skip: true })
  assert.deepEqual(train.inputs.shape[0], 2)
  assert.deepEqual([...train.targets.data], [0, 1])
  assert.deepEqual(description.skipped, ['a/2.png', 'b/3.jpg', 'b/4.png'])
})

test('images of different sizes are refused with both names', async () => {
  const path = writeTree(join(folder, 'sizes'), {
    'a/1.png': files['train/cat/1.png']!,
    'b/1.png': await pictureOf(pixelsOf(70, 4, 4), [4, 4, 3]),
  })
  await assert.rejects(imageFolder(path), {
    name: 'DataError',
    message:
      /expected images of one size, \[3, 6, 5\] as a\/1\.png, received \[3, 4, 4\] in b\/1\.png\. The option size/,
  })
})

test('an empty class, no classes, a class without training and no folder are refused by name', async () => {
  const one = files['train/cat/1.png']!
  const empty = writeTree(join(folder, 'empty'), { 'a/1.png': one })
  mkdirSync(join(empty, 'b'))
  const flat = writeTree(join(folder, 'flat'), { '1.png': one, '2.png': one })
  const untrained = writeTree(join(folder, 'untrained'), {
    'train/a/1.png': one,
    'test/b/1.png': one,
  })
  const tested = writeTree(join(folder, 'tested'), { 'test/b/1.png': one })
  const texts = join(folder, 'texts.tar')
  writeFileSync(texts, tarOf({ 'a/readme.txt': Uint8Array.of(1) }))
  for (const [path, message] of [
    [
      empty,
      /empty.b: expected PNG, JPEG or WebP images in every folder of a class, received an empty folder/,
    ],
    [
      flat,
      /flat: expected a folder for every class, .*received no folders and 2 images\. A class is called as its folder/,
    ],
    [
      untrained,
      /untrained: expected training images of every class, 2 of them, received none of b/,
    ],
    [tested, /tested: expected images to train on, received only a folder test/],
    [texts, /texts\.tar: expected PNG, JPEG or WebP images in folders of classes, received none/],
    [join(folder, 'nowhere'), /nowhere: expected a folder that can be read, received ENOENT/],
  ] as const)
    await assert.rejects(imageFolder(path), { name: 'DataError', message })
})

test('processes, and calls of one, that decode the same images at the same time all get them', async () => {
  const shared = writeTree(join(folder, 'shared'), files)
  const door = new URL('index.ts', import.meta.url).href
  const script = `
    import { imageFolder } from ${JSON.stringify(door)}
    const { train } = await imageFolder(${JSON.stringify(shared)})
    console.log(train.inputs.shape[0])`
  const others = [1, 2].map(() =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]),
  )
  const own = await Promise.all([imageFolder(shared), imageFolder(shared)])
  for (const { stdout } of await Promise.all(others)) assert.equal(stdout, '4\n')
  for (const { train } of own) assert.deepEqual(train.inputs.shape, [4, 3, height, width])
  const stores = readdirSync(join(folder, 'cache', 'images'))
  assert.deepEqual(
    stores.filter(name => name.includes('.')),
    [],
  )
})
