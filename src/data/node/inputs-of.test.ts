import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pictureOf, pixelsOf } from '../../../test/pictures.ts'
import { encodeNpy } from '../../formats/index.ts'
import { type GivenRows, inputsOf } from './inputs-of.ts'

const folder = mkdtempSync(join(tmpdir(), 'inputs-'))
after(() => rmSync(folder, { recursive: true }))
const path = (name: string) => join(folder, name)

const format = { dtype: 'uint8', shape: [3, 2, 2] } as const
const images: string[] = []
for (let i = 0; i < 70; i++) {
  images.push(path(`${i}.png`))
  writeFileSync(images[i]!, await pictureOf(pixelsOf(i, 2, 2), [2, 2, 3], 'png'))
}
const data = Uint8Array.from({ length: 36 }, (_, i) => i)
writeFileSync(path('three.npy'), encodeNpy({ dtype: 'uint8', shape: [3, 3, 2, 2], data }))
writeFileSync(path('broken.png'), 'no image')

async function batchesOf(
  files: readonly string[],
  batchRows: number,
  onSkip?: (name: string) => void,
): Promise<GivenRows[]> {
  const batches: GivenRows[] = []
  const given = inputsOf(files, format, { batchRows, ...(onSkip && { onSkip }) })
  for await (const batch of given) batches.push(batch)
  return batches
}

test('rows come in batches of one size, across files and kinds of files, the same as all at once', async () => {
  const files = [...images, path('three.npy'), ...images.slice(0, 4)]
  const [all] = await batchesOf(files, 100)
  const parts = await batchesOf(files, 9)
  assert.deepEqual(
    parts.map(({ inputs }) => inputs.shape[0]),
    [...Array(8).fill(9), 5],
  )
  assert.deepEqual(
    parts.flatMap(({ inputs }) => [...inputs.data]),
    [...all!.inputs.data],
  )
  assert.deepEqual(
    parts.flatMap(({ names }) => names),
    all!.names,
  )
})

test('a batch is there before the images behind it are read; those that do not decode are an error at the end', async () => {
  const files = [...images, path('broken.png'), path('absent.png')]
  const given = inputsOf(files, format, { batchRows: 10 })
  const { value } = await given.next()
  assert.equal((value as GivenRows).names.length, 10)
  const rest = inputsOf([...images, path('broken.png')], format, { batchRows: 10 })
  let rows = 0
  await assert.rejects(
    async () => {
      for await (const { names } of rest) rows += names.length
    },
    { name: 'FormatError', message: /1 that does not: .*broken\.png/ },
  )
  assert.equal(rows, 70)
})

test('images that do not decode are left out and told of where that is asked for', async () => {
  const skipped: string[] = []
  const onSkip = (name: string) => void skipped.push(name)
  const files = [path('broken.png'), ...images.slice(0, 3)]
  const [given] = await batchesOf(files, 10, onSkip)
  assert.deepEqual([given!.names.length, skipped], [3, [path('broken.png')]])
})
