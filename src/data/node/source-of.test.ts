import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Tensor } from '../../base/index.ts'
import { normalized, toys } from '../index.ts'
import { mnist, sourceOf } from './index.ts'

test('a text names a source, with its settings behind the question mark', async () => {
  const moons = await sourceOf('toy:moons?count=50&noise=0.3&seed=4&test=10')
  assert.deepEqual(moons, await toys.moons({ count: 50, noise: 0.3, seed: 4, test: 10 }))
  assert.deepEqual(await sourceOf('toy:xor'), await toys.xor())
  const digits = await sourceOf('mnist?validation=100')
  assert.equal(digits.description.hash, (await mnist({ validation: 100 })).description.hash)
})

const folder = mkdtempSync(join(tmpdir(), 'source-'))
after(() => rmSync(folder, { recursive: true }))
const flowers = join(folder, 'flowers.csv')
writeFileSync(flowers, 'id,width,colour,kind\n1,2.5,red,rose\n2,,blue,iris\n3,3.5,red,rose\n')

test('a CSV file is a source, and a file like it is encoded in the same way', async () => {
  const text = `${flowers}?label=kind&skip=id&missing=impute&validation=0`
  const source = await sourceOf(text)
  assert.deepEqual(source.description.features, [
    'width',
    'width is missing',
    'colour=blue',
    'colour=red',
  ])
  assert.deepEqual(source.description.classNames, ['iris', 'rose'])
  assert.deepEqual(source.normalization?.center, [3, 0, 0, 0])
  const path = join(folder, 'more.csv')
  writeFileSync(path, 'kind,colour,width,note\niris,blue,4,x\n')
  const more = await sourceOf(path, { like: source.description })
  assert.deepEqual([...(more.train.inputs as Tensor).data], [4, 0, 1, 0])
  assert.deepEqual(more.normalization, source.normalization)
})

test('of a file like the training only the columns of the training are read, and they have to be there', async () => {
  const { description } = await sourceOf(`${flowers}?label=kind&skip=id&missing=impute`)
  const path = join(folder, 'notes.csv')
  const rows = Array.from({ length: 300 }, (_, i) => `text ${i},red,1.5,rose`)
  writeFileSync(path, `note,colour,width,kind\n${rows.join('\n')}\n`)
  const { train } = await sourceOf(path, { like: description })
  assert.deepEqual(train.inputs.shape, [300, 4])
  writeFileSync(path, 'note,colour,widht,kind\nx,red,1.5,rose\n')
  await assert.rejects(sourceOf(path, { like: description }), {
    name: 'DataError',
    message:
      /notes\.csv: expected a column "width", which the model was trained with, received note, colour, widht, kind\. Did you mean widht\?/,
  })
})

test('settings that contradict the training are refused for new rows, the same ones are no matter', async () => {
  const { description } = await sourceOf(`${flowers}?label=kind&skip=id&missing=impute`)
  const like = { like: description }
  const same = await sourceOf(`${flowers}?label=-1&missing=impute`, like)
  assert.equal(same.train.inputs.shape[0], 3)
  for (const [setting, message] of [
    ['label=colour', /^"label" of source ".*flowers\.csv": expected "kind", .* received "colour"/],
    ['label=kond', /^label of .*received "kond"\. Did you mean kind\?/],
    ['missing=drop', /^"missing" of .*: expected "impute", .* received "drop"\. Leave it out/],
    ['unknown=zeros', /^"unknown" of .*: expected "error", .* received "zeros"/],
  ] as const)
    await assert.rejects(sourceOf(`${flowers}?${setting}`, like), {
      name: /^(Config|Data)Error$/,
      message,
    })
})

test('any source can be normalised, and one like it takes the numbers fitted there', async () => {
  const moons = await sourceOf('toy:moons?normalize=standard')
  assert.deepEqual(moons, await normalized(await toys.moons()))
  const other = await sourceOf('toy:moons?seed=1', { like: moons.description })
  assert.deepEqual(other.normalization, moons.normalization)
  await assert.rejects(sourceOf(flowers, { like: moons.description }), {
    name: 'ConfigError',
    message: /data "toy:moons": expected data that were a table/,
  })
})

const refusals: readonly (readonly [string, RegExp])[] = [
  ['mnits', /^data source: expected mnist, .*toy:NAME.*received "mnits"\. Did you mean mnist\?/],
  ['toy:moon', /^toy: expected one of xor, .* received "moon"\. Did you mean moons\?/],
  ['toy:xor?nois=1', /^settings of source "toy:xor": .*received "nois"\. Did you mean noise\?/],
  ['toy:xor?noise=much', /^"noise" of source "toy:xor": expected a number, received "much"/],
  ['toy:xor?seed=1&seed=2', /expected one value, received "1, 2"/],
  [
    flowers,
    /flowers\.csv: expected a label, one of its columns id, width, colour, kind, received none\. Name it: .*\?label=kind/,
  ],
  [`${flowers}?label=kin&missing=drop`, /^label of .*received "kin"\. Did you mean kind\?/],
  [`${flowers}?label=kind&missing=mean`, /expected one of error, drop, impute, received "mean"/],
  [`${flowers}?label=kind&header=maybe`, /expected true or false, received "maybe"/],
  ['', /^data source: .*received ""/],
]
for (const [text, message] of refusals)
  test(`"${text.replace(folder, '')}" is refused`, async () => {
    await assert.rejects(sourceOf(text), { name: /^(Config|Data)Error$/, message })
  })
