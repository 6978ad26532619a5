import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cifar10 } from '../src/data/node/index.ts'

/** It lies beside the checkout on some machines only. */
const path = fileURLToPath(new URL('../../shared/data/cifar10-jpeg.tar.gz', import.meta.url))
const skip = existsSync(path) ? false : 'there is no JPEG copy of CIFAR-10 beside the checkout'

const cache = mkdtempSync(join(tmpdir(), 'cifar10-'))
process.env.JUSTRIGHT_CACHE = cache
after(() => rmSync(cache, { recursive: true }))

test('the JPEG copy of CIFAR-10 is 60,000 images, decoded once', { skip }, async () => {
  const start = performance.now()
  const { train, validation, test, description } = await cifar10({ path })
  const decodedMs = performance.now() - start
  assert.deepEqual(description.rows, { train: 45_000, validation: 5000, test: 10_000 })
  assert.equal(description.source, 'cifar10 (JPEG copy)')
  assert.deepEqual(train.inputs.shape, [45_000, 3, 32, 32])
  for (const [dataset, expected] of [
    [train, 4500],
    [validation!, 500],
    [test!, 1000],
  ] as const)
    for (let label = 0; label < 10; label++)
      assert.equal(dataset.targets.data.filter((value: number) => value === label).length, expected)
  const again = performance.now()
  assert.deepEqual((await cifar10({ path })).description, description)
  const openedMs = performance.now() - again
  console.log(
    `decoded in ${(decodedMs / 1000).toFixed(1)} s, opened in ${(openedMs / 1000).toFixed(1)} s`,
  )
  assert.ok(openedMs < decodedMs / 5)
})
