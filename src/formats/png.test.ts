import assert from 'node:assert/strict'
import { test } from 'node:test'
import sharp from 'sharp'
import { encodePng } from './png.ts'

for (const channels of [1, 3] as const)
  test(`sharp reads a PNG of ${channels} channels as it was`, async () => {
    const data = Uint8Array.from({ length: 5 * 7 * channels }, (_, i) => (i * 37) % 256)
    const png = encodePng({ width: 5, height: 7, channels, data })
    const read = await sharp(png)
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    assert.deepEqual([read.info.width, read.info.height, read.info.channels], [5, 7, channels])
    assert.deepEqual(new Uint8Array(read.data), data)
  })

test('data of another size are refused', () => {
  assert.throws(() => encodePng({ width: 2, height: 2, channels: 3, data: new Uint8Array(4) }), {
    name: 'FormatError',
    message: /encodePng: expected 2 x 2 x 3 bytes, at least one, received 4/,
  })
})
