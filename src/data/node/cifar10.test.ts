import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { pictureOf, pixelsOf, writeTree } from '../../../test/pictures.ts'
import { tarOf } from '../../../test/tar.ts'
import { rowsAt } from '../index.ts'
import { cifar10 } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'cifar10-'))
process.env.JUSTRIGHT_CACHE = join(folder, 'cache')
after(() => rmSync(folder, { recursive: true }))

const imagesPerFile = 20
const recordBytes = 3073
const names = [1, 2, 3, 4, 5].map(i => `data_batch_${i}.bin`)

/** Files in the layout of the original, of random pixels; labels count up. */
const files: Record<string, Uint8Array> = {}
for (const [i, name] of [...names, 'test_batch.bin'].entries()) {
  const bytes = pixelsOf(i, imagesPerFile, recordBytes, 1)
  for (let image = 0; image < imagesPerFile; image++) bytes[image * recordBytes] = image % 10
  files[name] = bytes
}

const tree = writeTree(join(folder, 'bin'), files)
const inner = Object.fromEntries(
  Object.entries(files).map(([name, bytes]) => [`cifar-10-batches-bin/${name}`, bytes]),
)
const archive = join(folder, 'cifar-10-binary.tar.gz')
writeFileSync(
  archive,
  gzipSync(tarOf({ ...inner, 'cifar-10-batches-bin/readme.html': Uint8Array.of(60) }), {
    level: 1,
  }),
)
const small = { imagesPerFile, validation: 20 }

test('the original files hold a label and three planes an image, in a folder and in an archive', async () => {
  const source = await cifar10({ path: tree, ...small })
  const { train, validation, test, scale, description } = source
  assert.ok(validation && test)
  assert.deepEqual(
    [train, validation, test].map(({ inputs }) => inputs.shape),
    [
      [80, 3, 32, 32],
      [20, 3, 32, 32],
      [20, 3, 32, 32],
    ],
  )
  assert.equal(scale, 1 / 255)
  assert.deepEqual(
    [...test.targets.data],
    Array.from({ length: 20 }, (_, i) => i % 10),
  )
  assert.deepEqual(
    rowsAt(test.inputs, 7, 1).data,
    files['test_batch.bin']!.slice(7 * recordBytes + 1, 8 * recordBytes),
  )
  const labels = [...validation.targets.data].toSorted((a, b) => a - b)
  assert.deepEqual(
    labels,
    Array.from({ length: 20 }, (_, i) => i >> 1),
  )
  assert.equal((description.classNames as string[])[6], 'frog')
  for (const path of [archive, join(folder, 'unpacked')]) {
    writeTree(join(folder, 'unpacked'), inner)
    assert.deepEqual((await cifar10({ path, ...small })).description, description, path)
  }
})

test('the files are read in place, and all 100 images train without validation', async () => {
  const held = await cifar10({ path: tree, ...small })
  const streamed = await cifar10({ path: tree, ...small, stream: true })
  assert.ok('readRows' in streamed.train.inputs)
  assert.deepEqual(streamed.description, held.description)
  const flat = await cifar10({ path: tree, imagesPerFile, validation: 0, shape: 'flat' })
  assert.deepEqual(flat.train.inputs.shape, [100, 3072])
  assert.equal(flat.validation, undefined)
  assert.deepEqual([...flat.train.targets.data.subarray(18, 22)], [8, 9, 0, 1])
  assert.deepEqual(
    rowsAt(flat.train.inputs, 20, 1).data,
    files['data_batch_2.bin']!.slice(1, recordBytes),
  )
})

const broken = (name: string, bytes: Uint8Array | undefined): string => {
  const { [name]: _, ...others } = files
  return writeTree(mkdtempSync(join(folder, 'broken-')), {
    ...others,
    ...(bytes && { [name]: bytes }),
  })
}
const cutFile = files['data_batch_3.bin']!.subarray(0, 50_000)
const wrongLabel = files['data_batch_4.bin']!.slice()
wrongLabel[3 * recordBytes] = 10

for (const [what, path, name, message] of [
  [
    'a file cut short',
    broken('data_batch_3.bin', cutFile),
    'FormatError',
    /data_batch_3\.bin: expected 61460 bytes for uint8 \[20, 3, 32, 32\], received 50000/,
  ],
  [
    'a missing file',
    broken('data_batch_5.bin', undefined),
    'DataError',
    /data_batch_5\.bin: expected a file that can be read/,
  ],
  [
    'a label of 10',
    broken('data_batch_4.bin', wrongLabel),
    'FormatError',
    /data_batch_4\.bin: expected labels from 0 to 9, received 10 before image 3/,
  ],
  [
    'nothing',
    join(folder, 'nowhere'),
    'DataError',
    /nowhere: expected a file that can be read, received ENOENT/,
  ],
] as const)
  test(`${what} is refused by name`, () =>
    assert.rejects(cifar10({ path, ...small }), { name, message }))

test('an archive that lacks a file, or holds one cut short, is refused by name', async () => {
  const path = join(folder, 'bad.tar')
  for (const [entries, name, message] of [
    [
      { ...files, 'data_batch_3.bin': cutFile },
      'FormatError',
      /data_batch_3\.bin in .*bad\.tar: expected 61460 bytes, 20 images of 3073, received 50000/,
    ],
    [
      { 'data_batch_1.bin': files['data_batch_1.bin']! },
      'DataError',
      /bad\.tar: expected data_batch_1\.bin, .*received no data_batch_2\.bin/,
    ],
  ] as const) {
    writeFileSync(path, tarOf(entries))
    await assert.rejects(cifar10({ path, ...small }), { name, message })
  }
  await assert.rejects(cifar10({ path: archive, ...small, stream: true }), {
    name: 'ConfigError',
    message: /Unpack the archive/,
  })
  await assert.rejects(cifar10(), {
    name: 'DataError',
    message: /cifar-10-binary\.tar\.gz, received no such file.*download/,
  })
})

test('JPEG images by class are a copy, and say so everywhere', async () => {
  const classes = [
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
  const pictures: Record<string, Uint8Array> = {}
  for (const [i, name] of classes.entries())
    for (const [split, count] of [
      ['train', 3],
      ['test', 1],
    ] as const)
      for (let j = 0; j < count; j++)
        pictures[`${split}/${name}/000${j}.jpg`] = await pictureOf(
          new Uint8Array(32 * 32 * 3).fill(20 * i + j),
          [32, 32, 3],
          'jpeg',
        )
  const inFolder = writeTree(join(folder, 'jpeg'), pictures)
  const inArchive = join(folder, 'jpeg.tar.gz')
  writeFileSync(inArchive, gzipSync(tarOf(pictures)))
  for (const path of [inFolder, inArchive]) {
    const { train, validation, test, description } = await cifar10({ path, validation: 10 })
    assert.equal(description.source, 'cifar10 (JPEG copy)')
    for (const { name } of [train, validation!, test!])
      assert.match(name, /^cifar10 \(JPEG copy\) /)
    assert.deepEqual(train.inputs.shape, [20, 3, 32, 32])
    assert.deepEqual([...test!.targets.data], [...classes.keys()])
    // Even pixels survive JPEG within a step of its scale.
    for (const [i, label] of test!.targets.data.entries())
      assert.ok(Math.abs(rowsAt(test!.inputs, i, 1).data[0]! - 20 * label) <= 2)
  }
  const other = writeTree(join(folder, 'cats'), {
    'train/cat/1.jpg': pictures['train/cat/0000.jpg']!,
    'test/cat/1.jpg': pictures['train/cat/0000.jpg']!,
  })
  await assert.rejects(cifar10({ path: other, validation: 0 }), {
    name: 'DataError',
    message: /expected the classes of CIFAR-10, .*received cat/,
  })
})
