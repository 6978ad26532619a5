import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { bytesOf, tensor } from '../../base/index.ts'
import { encodeIdx, encodeNpy } from '../../formats/index.ts'
import { gatherRows, rowsAt } from '../index.ts'
import { type RawLayout, tensorFile } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'tensor-file-'))
after(() => rmSync(folder, { recursive: true }))

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

const rows = tensor([
  [1, 2, 3],
  [4, 5, 6],
  [7, 8, -9],
  [10, 11, 12.5],
])
const order = Uint32Array.of(2, 3, 0)

/** Every row with a byte before it, as CIFAR's records. */
const records = Uint8Array.from({ length: 4 * 4 }, (_, i) => (i % 4 === 0 ? 200 + i / 4 : i))
const recordLayout = { dtype: 'uint8', shape: [4, 3], offsetBytes: 1, strideBytes: 4 } as const
const inRecords = tensor(
  [
    [1, 2, 3],
    [5, 6, 7],
    [9, 10, 11],
    [13, 14, 15],
  ],
  'uint8',
)
const labelLayout = { dtype: 'uint8', shape: [4], strideBytes: 4 } as const

for (const [what, bytes, layout, expected] of [
  ['raw numbers', bytesOf(rows), { dtype: 'float32', shape: [4, 3] }, rows],
  [
    'raw numbers behind a header',
    Uint8Array.of(1, 2, 3, 4, 5, ...bytesOf(rows)),
    { dtype: 'float32', shape: [4, 3], offsetBytes: 5 },
    rows,
  ],
  ['.npy', encodeNpy(rows), undefined, rows],
  ['IDX of floats, which are big-endian', encodeIdx(rows), undefined, rows],
  ['IDX of bytes', encodeIdx(inRecords), undefined, inRecords],
  ['rows in records', records, recordLayout, inRecords],
  ['labels in records', records, labelLayout, tensor([200, 201, 202, 203], 'uint8')],
] as const satisfies readonly (readonly [string, Uint8Array, RawLayout | undefined, object])[])
  test(`${what}: the rows of the file are those in memory`, () => {
    const source = tensorFile(write(what, bytes), layout)
    assert.deepEqual(rowsAt(source, 0, 4), expected)
    assert.deepEqual(gatherRows(source, order, 0, 3), gatherRows(expected, order, 0, 3))
  })

for (const [what, bytes, layout, name, message] of [
  [
    'a raw file cut short',
    bytesOf(rows).subarray(1),
    { dtype: 'float32', shape: [4, 3] },
    'FormatError',
    /expected 48 bytes for float32 \[4, 3\], received 47/,
  ],
  [
    'a raw file too long',
    new Uint8Array(49),
    { dtype: 'float32', shape: [4, 3] },
    'FormatError',
    /expected 48 bytes .* received 49/,
  ],
  [
    'records cut short',
    records.subarray(2),
    recordLayout,
    'FormatError',
    /expected 16 bytes .* received 14/,
  ],
  [
    'a .npy file cut short',
    encodeNpy(rows).subarray(0, 150),
    undefined,
    'FormatError',
    /expected 176 bytes .* received 150/,
  ],
  [
    'an IDX file cut short',
    encodeIdx(rows).subarray(0, 50),
    undefined,
    'FormatError',
    /expected 60 bytes .* received 50/,
  ],
  [
    'a file of another format',
    Buffer.from('P6 32 32 255'),
    undefined,
    'FormatError',
    /expected an IDX file/,
  ],
] as const)
  test(`${what} is refused by name`, () => {
    const path = write(what, bytes)
    assert.throws(
      () => tensorFile(path, layout),
      (error: Error) => {
        assert.equal(error.name, name)
        assert.match(error.message, message)
        return error.message.startsWith(path)
      },
    )
  })

test('a file that is not there, and one that shrinks while in use, are refused by name', () => {
  const path = join(folder, 'nowhere')
  assert.throws(() => tensorFile(path), {
    name: 'DataError',
    message: /nowhere: expected a file that can be read, received ENOENT/,
  })
  const shrinking = write('shrinking', bytesOf(rows))
  const source = tensorFile(shrinking, { dtype: 'float32', shape: [4, 3] })
  truncateSync(shrinking, 20)
  assert.throws(() => rowsAt(source, 0, 4), {
    name: 'DataError',
    message: /expected 48 bytes from byte 0 on, received 20\. The file was changed/,
  })
})
