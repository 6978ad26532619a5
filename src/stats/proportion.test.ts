import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proportion } from './proportion.ts'

// Source: Newcombe, "Two-sided confidence intervals for the single proportion" (1998), table I, method 3.
const published = [
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
] as const

for (const [successes, n, low, high] of published)
  test(`${successes} of ${n} is a share between ${low} and ${high}`, () => {
    const found = proportion(successes, n)
    assert.equal(found.share, successes / n)
    assert.ok(Math.abs(found.low - low) < 5e-5, `${found.low}`)
    assert.ok(Math.abs(found.high - high) < 5e-5, `${found.high}`)
  })

test('failures are the mirror of successes', () => {
  const [a, b] = [proportion(3, 17), proportion(14, 17)]
  assert.ok(Math.abs(a.low - (1 - b.high)) < 1e-12)
  assert.equal(proportion(17, 17).high, 1)
})

for (const [successes, n] of [
  [1, 0],
  [3, 2],
  [-1, 2],
  [0.5, 2],
] as const)
  test(`${successes} of ${n} is refused`, () => {
    assert.throws(() => proportion(successes, n), { name: 'ConfigError' })
  })
