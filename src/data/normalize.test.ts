import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Tensor, tensor, tensorOf } from '../base/index.ts'
import { type DataSource, dataOf, type Normalization, normalized, type Rows } from './index.ts'

const table = tensor([
  [1, 10, 5],
  [2, 20, 5],
  [4, 60, 5],
  [9, -10, 5],
])
const targets = [1, 2, 3, 6]

/** The squares of 0 .. 15 as two images of two channels, pixels of 1/255. */
const images = tensorOf(
  'uint8',
  [2, 2, 2, 2],
  Uint8Array.from({ length: 16 }, (_, i) => i ** 2),
)

function assertClose({ center, spread, ...rest }: Normalization, expected: Normalization): void {
  const { center: centers, spread: spreads, ...others } = expected
  assert.deepEqual(rest, others)
  for (const [found, wanted] of [
    [center, centers],
    [spread, spreads],
  ] as const) {
    assert.equal(found.length, wanted.length)
    for (const [i, x] of found.entries()) assert.ok(Math.abs(x - wanted[i]!) < 1e-12, `${found}`)
  }
}

// Source of the numbers: NumPy's mean and std (ddof 0), which scikit-learn's scalers agree with.
test('features are centered on their mean, and one that does not vary is divided by 1', async () => {
  const { normalization } = await dataOf({
    train: { inputs: table, targets },
    validation: { inputs: tensor([[1000, 1000, 1000]]), targets: [0] },
    normalize: 'standard',
  })
  assertClose(normalization!, {
    method: 'standard',
    shape: [3],
    center: [4, 20, 5],
    spread: [3.082207001484488, 25.495097567963924, 1],
  })
})

test('channels share their numbers, and so do all pixels, in units after the scale', async () => {
  const source = { train: { inputs: images, targets: [0, 1] }, scale: 1 / 255 }
  const { normalization } = await dataOf({ ...source, normalize: {} })
  assertClose(normalization!, {
    method: 'standard',
    shape: [2, 1, 1],
    center: [0.18627450980392155, 0.4215686274509804],
    spread: [0.18260577033245196, 0.3114685978199284],
  })
  const { normalization: one } = await dataOf({ ...source, normalize: { per: 'all' } })
  assertClose(one!, {
    method: 'standard',
    shape: [],
    center: [0.303921568627451],
    spread: [0.28110426507461117],
  })
})

test('minMax takes the smallest and the range, and features not named are left alone', async () => {
  const { normalization } = await dataOf({
    train: { inputs: table, targets },
    normalize: { method: 'minMax', features: [1, 2] },
  })
  assertClose(normalization!, {
    method: 'minMax',
    shape: [3],
    center: [0, -10, 5],
    spread: [1, 70, 1],
  })
})

test('rows that are read when asked for give the numbers of rows in memory', async () => {
  const read: Rows = {
    dtype: 'float32',
    shape: table.shape,
    readRows(start, count, out, place) {
      out.set(table.data.subarray(start * 3, (start + count) * 3), place)
    },
  }
  const [file, memory] = await Promise.all(
    [read, table].map(inputs => dataOf({ train: { inputs, targets }, normalize: 'standard' })),
  )
  assert.deepEqual(file!.normalization, memory!.normalization)
  assert.equal(file!.description.hash, memory!.description.hash)
})

test('a column of millions that hardly varies keeps its spread', async () => {
  const column = tensorOf(
    'float64',
    [1000, 1],
    Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2)),
  )
  const { normalization } = await dataOf({
    train: { inputs: column, targets: new Float32Array(1000) },
    normalize: 'standard',
  })
  assert.deepEqual(normalization?.spread, [0.5])
})

test('the description tells what was fitted, survives JSON, and the hash changes with it', async () => {
  const raw = await dataOf({ train: { inputs: table, targets } })
  const both = await normalized(raw, { targets: true })
  assert.deepEqual(both.targetNormalization?.center, [3])
  assert.deepEqual(both.description.normalization, both.normalization)
  assert.deepEqual(both.description.targetNormalization, both.targetNormalization)
  assert.deepEqual(JSON.parse(JSON.stringify(both.description)), both.description)
  const hashes = await Promise.all(
    [{}, { method: 'minMax' as const }].map(
      async options => (await normalized(raw, options)).description.hash,
    ),
  )
  assert.equal(new Set([raw.description.hash, both.description.hash, ...hashes]).size, 4)
  assert.equal(both.train.inputs, raw.train.inputs)
})

const labelled = await dataOf({ train: { inputs: table, targets: [0, 1, 1, 0] }, classes: 2 })
const refusals: readonly (readonly [string, () => Promise<DataSource<Tensor>>, RegExp])[] = [
  [
    'twice',
    async () => normalized(await normalized(labelled)),
    /normalisation of "arrays": expected a source without one/,
  ],
  [
    'classes',
    () => normalized(labelled, { targets: true }),
    /numbers, received int32 class.*targets: true/,
  ],
  ['channels of rows without any', () => normalized(labelled, { per: 'channel' }), /rows of \[3\]/],
  [
    'a feature that is not there',
    () => normalized(labelled, { features: [3] }),
    /0 to 2, received 3/,
  ],
]
for (const [what, attempt, message] of refusals)
  test(`normalising ${what} is refused`, async () => {
    await assert.rejects(attempt(), message)
  })
