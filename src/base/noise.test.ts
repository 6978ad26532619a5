import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNoise, noiseLevels, upperQuantile } from './noise.ts'
import { keyOf, splitKey } from './random.ts'

const key = keyOf(2015)

function noise(length: number, from = key): Float32Array {
  const drawn = new Float32Array(length)
  fillNoise(from, drawn)
  return drawn
}

const momentOf = (values: Float32Array, power: number) =>
  values.reduce((sum, x) => sum + x ** power, 0) / values.length

test('quantiles are those of the normal distribution', () => {
  // Source: NormalDist().inv_cdf of Python 3.
  const golden = [
    [0, 0],
    [0.1, 0.2533471031357998],
    [0.25, 0.6744897501960817],
    [0.425, 1.439531470938456],
    [0.43, 1.4757910281791697],
    [0.475, 1.9599639845400536],
    [0.499, 3.090232306167813],
    [0.5 - 2 ** -17, 4.324919040826044],
    [0.499999999, 5.9978070015678275],
    [0.499999999999, 7.0344869100478356],
  ] as const
  for (const [q, expected] of golden)
    assert.ok(Math.abs(upperQuantile(q) - expected) <= 2e-7 * expected, `${q}`)
})

test('the levels have mean 0, variance 1 and the kurtosis 3 of the normal distribution', () => {
  const levels = noiseLevels()
  assert.ok(levels.every((x, i) => i === 0 || x > levels[i - 1]!))
  assert.equal(momentOf(levels, 1), 0)
  assert.ok(Math.abs(momentOf(levels, 2) - 1) < 1e-6)
  assert.ok(Math.abs(momentOf(levels, 4) - 3) < 5e-3, `${momentOf(levels, 4)}`)
})

test('drawn noise has the moments of N(0, 1), within five deviations', () => {
  const n = 1_000_000
  const drawn = noise(n)
  // The variances of x, x^2, x^3 and x^4 are 1, 2, 15 and 96.
  for (const [power, expected, variance] of [
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ] as const) {
    const found = momentOf(drawn, power)
    const deviation = Math.sqrt(variance / n)
    assert.ok(Math.abs(found - expected) < 5 * deviation, `moment ${power}: ${found}`)
  }
})

test('neighbours, and two purposes, do not go together', () => {
  const n = 500_000
  const a = noise(n, splitKey(key, 'a'))
  const b = noise(n, splitKey(key, 'b'))
  const product = (shift: number, other: Float32Array) =>
    a.reduce((sum, x, i) => sum + x * other[(i + shift) % n]!, 0) / n
  for (const found of [product(1, a), product(2, a), product(0, b)])
    assert.ok(Math.abs(found) < 5 / Math.sqrt(n), `${found}`)
})

test('noise does not depend on its length', () => {
  assert.deepEqual([...noise(41)], [...noise(64).subarray(0, 41)])
  assert.equal(noise(0).length, 0)
})
