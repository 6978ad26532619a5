import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fillBits, keyOf, splitKey } from '../src/base/index.ts'
import { dataOf } from '../src/data/index.ts'
import { tensorFile } from '../src/data/node/index.ts'
import { crossEntropy, linear, relu, sequential } from '../src/nn/index.ts'
import { adam } from '../src/optim/index.ts'
import { fit } from '../src/train/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'streamed-'))
after(() => rmSync(folder, { recursive: true }))

const rowBytes = 3 * 32 * 32
const rows = 350_000
const mebibyte = 2 ** 20

/** A file of 1.08 GB: random bytes, written in blocks. */
function writeRows(path: string): void {
  const file = openSync(path, 'w')
  const block = new Uint32Array((1000 * rowBytes) / 4)
  for (let start = 0; start < rows; start += 1000) {
    fillBits(splitKey(keyOf(2006), start), block)
    writeSync(file, new Uint8Array(block.buffer))
  }
  closeSync(file)
}

test('an epoch over a file of 1 GB takes less than 250 MiB of memory more', async () => {
  const path = join(folder, 'rows')
  writeRows(path)
  globalThis.gc?.()
  const before = process.memoryUsage.rss()
  let peak = before
  const watch = () => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }
  const timer = setInterval(watch, 50)
  const start = performance.now()
  const data = await dataOf({
    train: {
      inputs: tensorFile(path, { dtype: 'uint8', shape: [rows, rowBytes] }),
      targets: new Uint8Array(rows).map((_, i) => i % 10),
    },
    classes: 10,
    scale: 1 / 255,
  })
  const readMs = performance.now() - start
  const run = await fit({
    model: sequential(linear(16), relu(), linear(10)),
    loss: crossEntropy(),
    optimizer: adam(),
    data,
    epochs: 1,
    batchSize: 500,
    recorders: [{ steps: watch }],
  })
  clearInterval(timer)
  const more = (peak - before) / mebibyte
  console.log(
    `${((rows * rowBytes) / 1e9).toFixed(2)} GB: checked and hashed in ${(readMs / 1000).toFixed(1)} s, ` +
      `trained in ${run.seconds.toFixed(1)} s; ${(before / mebibyte).toFixed(0)} MiB before, ` +
      `${more.toFixed(0)} MiB more at the peak`,
  )
  assert.ok(more < 250, `${more.toFixed(0)} MiB more`)
})
