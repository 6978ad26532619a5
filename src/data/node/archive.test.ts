import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { tarOf } from '../../../test/tar.ts'
import { readArchive } from './archive.ts'

const folder = mkdtempSync(join(tmpdir(), 'archive-'))
after(() => rmSync(folder, { recursive: true }))

const files = Object.fromEntries(
  Array.from({ length: 40 }, (_, i) => [`a/${i}.bin`, new Uint8Array(20_000).map((_, j) => i ^ j)]),
)

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

for (const [name, bytes] of [
  ['plain.tar', tarOf(files)],
  ['zipped.tar.gz', gzipSync(tarOf(files))],
] as const)
  test(`${name} is read file by file, and a reader may stop early`, async () => {
    const path = write(name, bytes)
    const shares: number[] = []
    const found: Record<string, Uint8Array> = {}
    for await (const entry of readArchive(path, share => shares.push(share)))
      found[entry.name] = entry.bytes
    assert.deepEqual(found, files)
    assert.ok(shares.every((share, i) => share > 0 && share <= 1 && share >= (shares[i - 1] ?? 0)))
    for await (const { name } of readArchive(path)) {
      assert.equal(name, 'a/0.bin')
      break
    }
  })

test('an archive that is cut short, or is not there, is refused by name', async () => {
  const zipped = gzipSync(tarOf(files))
  for (const [path, name, message] of [
    [
      write('cut.tar.gz', zipped.subarray(0, zipped.length / 2)),
      'FormatError',
      /cut\.tar\.gz: expected a whole gzip file, received unexpected end of file/,
    ],
    [
      write('cut.tar', tarOf(files).subarray(0, 30_000)),
      'FormatError',
      /cut\.tar: expected 20480 bytes more, received \d+ \(a\/1\.bin\)/,
    ],
    [
      join(folder, 'nowhere.tar'),
      'DataError',
      /nowhere\.tar: expected a file that can be read, received ENOENT/,
    ],
  ] as const)
    await assert.rejects(
      async () => {
        for await (const _ of readArchive(path));
      },
      { name, message },
    )
})
