import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './errors.ts'
import { fillMask } from './mask.ts'
import { keyOf, splitKey } from './random.ts'

const key = keyOf(2006)

function sumOf(mask: Uint8Array): number {
  return mask.reduce((sum, kept) => sum + kept, 0)
}

test('a mask is the golden one on every platform', () => {
  // Source: a second implementation in Python, one element at a time.
  const mask = new Uint8Array(4096)
  fillMask(key, mask, 0.7)
  assert.equal(mask.subarray(0, 32).join(''), '11111010101111100100111001010110')
  assert.equal(sumOf(mask), 2914)
  fillMask(key, mask, 0.1)
  assert.equal(sumOf(mask), 396)
})

for (const probability of [0, 0.1, 0.5, 0.7, 0.9995, 1])
  test(`a mask keeps elements with probability ${probability}, within five deviations`, () => {
    const n = 2_000_000
    const mask = new Uint8Array(n)
    fillMask(key, mask, probability)
    const deviation = Math.sqrt((probability * (1 - probability)) / n)
    assert.ok(Math.abs(sumOf(mask) / n - probability) <= 5 * deviation, `${sumOf(mask) / n}`)
    assert.ok(mask.every(kept => kept === 0 || kept === 1))
  })

test('the bytes that equal the threshold are refined: 0.001 is neither 0 nor 1 / 256', () => {
  const n = 4_000_000
  const mask = new Uint8Array(n)
  fillMask(key, mask, 0.001)
  assert.ok(Math.abs(sumOf(mask) / n - 0.001) < 5 * Math.sqrt(0.001 / n), `${sumOf(mask) / n}`)
})

test('a mask does not depend on its length or its place in memory', () => {
  const long = new Uint8Array(64)
  fillMask(key, long, 0.7)
  const odd = new Uint8Array(new ArrayBuffer(64), 1, 41)
  fillMask(key, odd, 0.7)
  assert.deepEqual([...odd], [...long.subarray(0, 41)])
  assert.equal(sumOf(new Uint8Array(odd.buffer, 42)), 0)
  fillMask(key, new Uint8Array(0), 0.7)
})

test('masks of two purposes agree as often as chance has it', () => {
  const n = 1_000_000
  const [a, b] = ['a', 'b'].map(purpose => {
    const mask = new Uint8Array(n)
    fillMask(splitKey(key, purpose), mask, 0.5)
    return mask
  }) as [Uint8Array, Uint8Array]
  const agreed = a.reduce((sum, kept, i) => sum + Number(kept === b[i]), 0) / n
  assert.ok(Math.abs(agreed - 0.5) < 2.5 / Math.sqrt(n), `${agreed}`)
})

test('a probability outside 0 .. 1 is refused', () => {
  for (const probability of [-0.1, 1.1, Number.NaN])
    assert.throws(() => fillMask(key, new Uint8Array(4), probability), ConfigError)
})
