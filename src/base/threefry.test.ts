import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillBlocks, type Key, threefry } from './threefry.ts'

/** Source: Random123, kat_vectors, `threefry2x32 20`: counter, key, result. */
const knownAnswers: readonly (readonly [counter: Key, key: Key, result: Key])[] = [
  [
    [0, 0],
    [0, 0],
    [0x6b200159, 0x99ba4efe],
  ],
  [
    [0xffffffff, 0xffffffff],
    [0xffffffff, 0xffffffff],
    [0x1cb996fc, 0xbb002be7],
  ],
  [
    [0x243f6a88, 0x85a308d3],
    [0x13198a2e, 0x03707344],
    [0xc4923a9c, 0x483df7a0],
  ],
]

for (const [counter, key, result] of knownAnswers)
  test(`threefry of counter ${counter} and key ${key} is the published block`, () => {
    assert.deepEqual(threefry(key, ...counter), result)
    const filled = new Uint32Array(2)
    fillBlocks(key, filled, ...counter)
    assert.deepEqual([...filled], result)
  })

test('the unrolled fill gives the blocks of successive counters, and half of the last one', () => {
  const key: Key = [0x9e3779b9, 0xdeadbeef]
  const filled = new Uint32Array(1001)
  fillBlocks(key, filled, 0xfffffff0, 7)
  const expected = Array.from({ length: 501 }, (_, i) => threefry(key, 0xfffffff0 + i, 7)).flat()
  assert.deepEqual([...filled], expected.slice(0, 1001))
})
