import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difference, estimate, tQuantile } from './statistics.ts'

// Source: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, critical values of Student's t.
const criticalValues: readonly (readonly [probability: number, freedom: number, t: number])[] = [
  [0.9, 1, 3.078],
  [0.95, 2, 2.92],
  [0.975, 1, 12.706],
  [0.975, 2, 4.303],
  [0.975, 3, 3.182],
  [0.975, 4, 2.776],
  [0.975, 9, 2.262],
  [0.975, 10, 2.228],
  [0.975, 30, 2.042],
  [0.975, 100, 1.984],
  [0.995, 5, 4.032],
  [0.999, 8, 4.501],
]

for (const [probability, freedom, t] of criticalValues)
  test(`t of ${probability} at ${freedom} degrees of freedom is ${t}`, () => {
    assert.ok(Math.abs(tQuantile(probability, freedom) - t) < 6e-4)
  })

test('t of one half is 0', () => {
  assert.ok(tQuantile(0.5, 7) < 1e-12)
})

for (const [probability, freedom] of [
  [0.4, 3],
  [1, 3],
  [0.9, 0],
  [0.9, 1.5],
] as const)
  test(`t of ${probability} at ${freedom} degrees of freedom is refused`, () => {
    assert.throws(() => tQuantile(probability, freedom), { name: 'ConfigError' })
  })

test('the interval of 1, 2, 3, 4, 5 is 3 +- 2.776 sqrt(2.5 / 5)', () => {
  const { n, mean, sd, halfWidth } = estimate([1, 2, 3, 4, 5])
  assert.equal(n, 5)
  assert.equal(mean, 3)
  assert.equal(sd, Math.sqrt(2.5))
  assert.ok(Math.abs(halfWidth! - 1.96324) < 1e-4)
})

test('one number has a mean and no interval', () => {
  assert.deepEqual(estimate([0.9]), { n: 1, mean: 0.9 })
})

test('no numbers are refused', () => {
  assert.throws(() => estimate([]), { name: 'ConfigError' })
})

test("the difference of two means has Welch's interval", () => {
  // va = 2.5 / 5 = 0.5, vb = 10 / 5 = 2, freedom = 6.25 / (0.0625 + 1) = 5.88, t(5) = 2.5706.
  const { mean, halfWidth } = difference(estimate([1, 2, 3, 4, 5]), estimate([2, 4, 6, 8, 10]))
  assert.equal(mean, 3)
  assert.ok(Math.abs(halfWidth! - 2.57058 * Math.sqrt(2.5)) < 1e-4)
})

test('the difference of equal samples without spread is exactly 0', () => {
  assert.deepEqual(difference(estimate([1, 1]), estimate([1, 1])), { mean: 0, halfWidth: 0 })
})

test('a difference from one number has no interval', () => {
  assert.deepEqual(difference(estimate([1]), estimate([1, 3])), { mean: 1 })
})
