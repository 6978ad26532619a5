import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toys } from '../index.ts'
import { mnist, sourceOf } from './index.ts'

test('a text names a source, with its settings behind the question mark', async () => {
  const moons = await sourceOf('toy:moons?count=50&noise=0.3&seed=4&test=10')
  assert.deepEqual(moons, await toys.moons({ count: 50, noise: 0.3, seed: 4, test: 10 }))
  assert.deepEqual(await sourceOf('toy:xor'), await toys.xor())
  const digits = await sourceOf('mnist?validation=100')
  assert.equal(digits.description.hash, (await mnist({ validation: 100 })).description.hash)
})

const refusals: readonly (readonly [string, RegExp])[] = [
  ['mnits', /^data source: expected mnist, toy:NAME.*received "mnits"\. Did you mean mnist\?/],
  ['toy:moon', /^toy: expected one of xor, .* received "moon"\. Did you mean moons\?/],
  ['toy:xor?nois=1', /^settings of source "toy:xor": .*received "nois"\. Did you mean noise\?/],
  ['toy:xor?noise=much', /^"noise" of source "toy:xor": expected a number, received "much"/],
  ['toy:xor?seed=1&seed=2', /expected one value, received "1, 2"/],
  ['', /^data source: .*received ""/],
]
for (const [text, message] of refusals)
  test(`"${text}" is refused`, async () => {
    await assert.rejects(sourceOf(text), { name: 'ConfigError', message })
  })
