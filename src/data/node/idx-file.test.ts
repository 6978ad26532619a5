import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { tensor } from '../../base/index.ts'
import { readIdxFile } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'idx-'))
after(() => rmSync(folder, { recursive: true }))

/** Two images of 2 x 3 pixels, header and all. */
const whole = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, ...Array(12).keys())
const images = tensor(
  [
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [
      [6, 7, 8],
      [9, 10, 11],
    ],
  ],
  'uint8',
)

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

test('a plain and a gzipped file hold the same tensor, whatever their names', async () => {
  const sha256 = createHash('sha256').update(whole).digest('hex')
  for (const [name, bytes] of [
    ['plain', whole],
    ['zipped.gz', gzipSync(whole)],
    ['zipped', gzipSync(whole)],
  ] as const)
    assert.deepEqual(await readIdxFile(write(name, bytes), { sha256 }), images)
})

const refusals: readonly (readonly [string, Uint8Array, string, RegExp])[] = [
  [
    'truncated',
    whole.subarray(0, 20),
    'FormatError',
    /expected 28 bytes for uint8 \[2, 2, 3\], received 20/,
  ],
  ['oversized', Uint8Array.of(...whole, 0), 'FormatError', /expected 28 bytes .* received 29/],
  ['truncated-header', whole.subarray(0, 9), 'FormatError', /16 bytes of header.*, received 9/],
  ['empty', new Uint8Array(), 'FormatError', /expected an IDX file.*, received 0 bytes/],
  ['wrong-magic', whole.with(0, 7), 'FormatError', /received bytes 07 00 08 03/],
  ['truncated-zip', gzipSync(whole).subarray(0, 30), 'FormatError', /expected a whole gzip file/],
  [
    'changed',
    whole.with(20, 99),
    'DataError',
    /expected SHA-256 [0-9a-f]{64}, received [0-9a-f]{64}/,
  ],
]
for (const [name, bytes, error, message] of refusals)
  test(`a file that is ${name} is refused by name`, async () => {
    const path = write(name, bytes)
    const sha256 = createHash('sha256').update(whole).digest('hex')
    await assert.rejects(readIdxFile(path, { sha256 }), (raised: Error) => {
      assert.equal(raised.name, error)
      assert.match(raised.message, message)
      assert.ok(raised.message.startsWith(path))
      return true
    })
  })

test('a file that is not there is refused by name', async () => {
  const path = join(folder, 'nowhere')
  await assert.rejects(readIdxFile(path), {
    name: 'DataError',
    message: /nowhere: expected a file that can be read, received ENOENT/,
  })
})
