import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '../../base/index.ts'
import { readParquet, sourceOf } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'parquet-'))
after(() => rmSync(folder, { recursive: true }))

const people = (compression: string) =>
  fileURLToPath(new URL(`../../../test/fixtures/people-${compression}.parquet`, import.meta.url))
const columns = { parts: 'skip', big: 'skip' } as const

// Source: test/fixtures/make.py, PyArrow 26, two groups of rows.
for (const compression of ['snappy', 'zstd'])
  test(`a file of compression ${compression} holds what PyArrow wrote`, async () => {
    const table = await readParquet(people(compression), { columns })
    assert.deepEqual([table.rows, table.badRows, table.unit], [5, 0, 'row'])
    const found = table.columns.map(column => [
      column.name,
      column.kind === 'number'
        ? [...column.values].map(x => (Number.isNaN(x) ? null : x))
        : [...column.codes].map(code => column.categories[code] ?? null),
    ])
    const [first, later] = ['2020-01-01T00:00:00.000Z', '2021-02-03T00:00:00.000Z']
    assert.deepEqual(found, [
      ['age', [31, null, 7, 40, 12]],
      ['height', [1.5, null, null, 1.75, 2]],
      ['city', ['Bern', 'Ulm', null, 'Bern', '7']],
      ['zip', ['01234', '1234', '01234', '1234', '01234']],
      ['member', ['true', 'false', null, 'true', 'true']],
      ['since', [first, later, null, first, first]],
      ['price', [1.25, null, 2.5, 0.75, 3]],
    ])
    assert.deepEqual(
      table.columns.map(({ missing }) => missing.first),
      [1, 1, 2, 0, 2, 2, 1],
    )
  })

test('a Parquet file is a source as a CSV file is', async () => {
  const path = people('zstd')
  const skipped = ['parts', 'big', 'since', 'city', 'height', 'member'].map(name => `&skip=${name}`)
  const source = await sourceOf(`${path}?label=price&missing=drop&validation=0${skipped.join('')}`)
  assert.deepEqual(source.description.features, ['age', 'zip=01234', 'zip=1234'])
  assert.deepEqual(
    [...(source.train.inputs as Tensor).data],
    [31, 1, 0, 7, 1, 0, 40, 0, 1, 12, 1, 0],
  )
  assert.deepEqual([...source.train.targets.data], [1.25, 2.5, 0.75, 3])
})

const whole = readFileSync(people('snappy'))
const refusals: readonly (readonly [string, () => Promise<unknown>, string, RegExp])[] = [
  [
    'lists',
    () => readParquet(people('snappy'), { only: ['parts'] }),
    'FormatError',
    /column "parts": expected numbers up to 2\^53.*, received lists, .* \(row 0\)\. Skip the column/,
  ],
  [
    'integers beyond 2^53',
    () => readParquet(people('snappy'), { only: ['big'] }),
    'FormatError',
    /column "big": .*received 1152921504606846976 \(row 3\)/,
  ],
  [
    'a column that is not there',
    () => readParquet(people('snappy'), { columns: { zipp: 'skip' } }),
    'DataError',
    /expected a column among age, .*received "zipp"\. Did you mean zip\?/,
  ],
  [
    'a file cut short',
    () => readParquet(written(whole.subarray(0, 1000))),
    'FormatError',
    /cut\.parquet: expected a whole Parquet file, received /,
  ],
  [
    'a file with its middle lost',
    () => readParquet(written(Buffer.concat([whole.subarray(0, 100), whole.subarray(400)]))),
    'FormatError',
    /cut\.parquet/,
  ],
  ['an empty file', () => readParquet(written(Buffer.alloc(0))), 'FormatError', /cut\.parquet/],
  [
    'a file that is not there',
    () => readParquet(join(folder, 'nowhere.parquet')),
    'DataError',
    /nowhere\.parquet: expected a file that can be read, received ENOENT/,
  ],
]
for (const [what, attempt, name, message] of refusals)
  test(`${what}: refused`, async () => {
    await assert.rejects(attempt(), { name, message })
  })

function written(bytes: Uint8Array): string {
  const path = join(folder, 'cut.parquet')
  writeFileSync(path, bytes)
  return path
}
