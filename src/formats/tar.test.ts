import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { tarOf } from '../../test/tar.ts'
import { readTar, type TarEntry } from './tar.ts'

/** The files of an archive that arrives in pieces of so many bytes. */
async function filesOf(archive: Uint8Array, pieceBytes = 10_000): Promise<TarEntry[]> {
  const pieces = async function* () {
    for (let at = 0; at < archive.length; at += pieceBytes)
      yield archive.subarray(at, at + pieceBytes)
  }
  const files: TarEntry[] = []
  for await (const file of readTar(pieces(), 'a.tar')) files.push(file)
  return files
}

const long = `sub/${'long-'.repeat(30)}.txt`

// Source: GNU tar 1.34, `tar --format=F --sort=name --mtime=@0 --owner=0 --group=0 -cf - . | gzip -9n` of a
// folder with a.txt, sub/b.bin, a file of a long name, an empty folder and a link.
const archives = {
  gnu: 'H4sIAAAAAAACA+3WQQ6CMBAF0Ko7T8EFbEtb2q0H4BKQECUiGoFEb29xJxoJi45G/lvQ7j+/M1yw4KTnkuRxesPzzd1Ko1iUMAJd02aXKGIzxUXG22sbPH9rzIf87SB/J2PHIon8g9sXVXVaM5ht/4vjub2J0P2f9v475Q+8/yT5V2V9IJj/zk3J3/X5q/CjCfmLpssFQf7T9j+rNfpPl3/O87L+4v6nh/1PNPY/EovlCkvQrPc/Lrbpqd6l4daAsf4rE7/Mf+fnf4r+E73/lf8BNj/3Idj+0H+C/Mfnv3nuv5ZaxZj/FPp80AIAAAAAAAAAgP91BxIFqBcAKAAA',
  pax: 'H4sIAAAAAAACA+3XTW6DMBQEYCfd9RRcILaff/Aq+yx7BaOiJColUXAkcvtCu2lQlAgJu6KZb4HZITSM/eCCRSc7ztrvtTNcb9w7bRTLLEvg3AR/6h45xUv+frmZ4MLz0Ibo+efG3Mk/v86fpCbHMon8o9uVVXV4ZfCkuCg/j+EiYvd/1P5P0nYL9v8k+Vf7+iPB+e/ciPxJ9fmr+EcT8hfNuRAJ8h/Xf9Ia/U+Xf8GLff2H858e9l9qzH9JLJYvGIKeev7r+//m203p38tTI6pDvV1Ne3nUf2XVdf+1NDmxrJ1T/2eKnMyOPuzWPx9ChPQnuPRjIP5RI/Y/bn6Pz38z6D/linD+p9DngxYAAAAAAAAAAPxfX494h1EAKAAA',
} as const

for (const [format, base64] of Object.entries(archives))
  test(`an archive that GNU tar wrote in its ${format} format holds its files, long names too`, async () => {
    const archive = gunzipSync(Buffer.from(base64, 'base64'))
    for (const pieceBytes of [100_000, 512, 77]) {
      const files = await filesOf(archive, pieceBytes)
      const found = Object.fromEntries(files.map(({ name, bytes }) => [name, [...bytes]]))
      assert.deepEqual(found, {
        './a.txt': [...Buffer.from('hello\n')],
        './sub/b.bin': [1, 2, 3],
        [`./${long}`]: [...Buffer.from('long')],
      })
    }
  })

test('names up to 255 bytes stand in the header of ustar, in two parts', async () => {
  const name = `${'folder/'.repeat(20)}${'n'.repeat(90)}`
  const [file] = await filesOf(tarOf({ [name]: Uint8Array.of(7) }))
  assert.deepEqual(file, { name, bytes: Uint8Array.of(7) })
})

const whole = tarOf({ 'a/0.bin': new Uint8Array(600).fill(5), 'a/1.bin': Uint8Array.of(1) })

test('an archive without its end is read as far as it goes, a file cut short is refused', async () => {
  assert.equal((await filesOf(whole)).length, 2)
  assert.equal((await filesOf(whole.subarray(0, 512 + 1024))).length, 1)
  assert.deepEqual(await filesOf(new Uint8Array()), [])
  for (const [length, message] of [
    [
      900,
      /a\.tar: expected 1024 bytes more, received 388 \(a\/0\.bin\)\. The archive was cut short/,
    ],
    [512, /a\.tar: expected 1024 bytes more, received 0 \(a\/0\.bin\)/],
    [100, /a\.tar: expected 512 bytes more, received 100/],
  ] as const)
    await assert.rejects(filesOf(whole.subarray(0, length)), { name: 'FormatError', message })
})

test('a damaged header and another format are refused', async () => {
  await assert.rejects(filesOf(whole.with(3, 65)), {
    name: 'FormatError',
    message:
      /expected a tar archive, received a header whose bytes sum up to \d+ where it says \d+ \(a\/0Abin\)/,
  })
  await assert.rejects(filesOf(new Uint8Array(2000).fill(80)), {
    name: 'FormatError',
    message: /expected a tar archive/,
  })
})
