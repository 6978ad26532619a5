import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './errors.ts'
import {
  fillBits,
  fillNormal,
  fillUniform,
  keyOf,
  permutation,
  randomIndex,
  splitKey,
} from './random.ts'

// The golden numbers come from a second implementation in Python, written from the same description.
const key = keyOf(2006)

/** Draws a million elements, so a mean is within 5 / 1000 of its standard deviation with p > 1 - 1e-6. */
const n = 1_000_000
const within = 5 / Math.sqrt(n)

function meanOf(values: Iterable<number>, of: (x: number) => number = x => x): number {
  let sum = 0
  let count = 0
  for (const x of values) {
    sum += of(x)
    count++
  }
  return sum / count
}

test('keys are the golden ones on every platform', () => {
  assert.deepEqual(key, [2006, 0])
  assert.deepEqual(keyOf(2 ** 53 - 1), [0xffffffff, 0x1fffff])
  assert.deepEqual(splitKey(key), key)
  assert.deepEqual(splitKey(key, 'a'), [1980305257, 3407611657])
  assert.deepEqual(splitKey(key, 'dropout', 3), [2921577690, 3794881616])
  assert.deepEqual(splitKey(key, 2 ** 53 - 1), [239414035, 3432287875])
})

test('seeds that are not integers from 0 to 2^53 - 1 are refused', () => {
  for (const seed of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
    assert.throws(() => keyOf(seed), ConfigError)
  assert.throws(() => splitKey(key, 'step', -1), ConfigError)
})

test('different purposes have different keys, whatever way they are cut', () => {
  const purposes = [
    [],
    ['a'],
    ['b'],
    ['ab'],
    ['a', 'b'],
    ['ab', 'c'],
    ['a', 'bc'],
    ['', 'abc'],
    ['abc', ''],
    [1],
    ['1'],
    [1, 2],
    [2, 1],
    [12],
    [0],
    [0, 0],
    [2 ** 32],
    [97],
    ['\u0001'],
  ]
  const keys = new Set(purposes.map(purpose => splitKey(key, ...purpose).join()))
  assert.equal(keys.size, purposes.length)
})

test('draws for two purposes are independent, and one does not change the other', () => {
  const [a, b, again] = [1, 2, 1].map(layer => {
    const values = new Float64Array(n)
    fillNormal(splitKey(key, 'init', layer), values, 0, 1)
    return values
  }) as [Float64Array, Float64Array, Float64Array]
  const correlation = a.reduce((sum, x, i) => sum + x * b[i]!, 0) / n
  assert.ok(Math.abs(correlation) < within, `correlation ${correlation}`)
  assert.deepEqual(a.subarray(0, 1000), again.subarray(0, 1000))
})

test('bits are the golden ones and every bit is set half of the time', () => {
  const bits = new Uint32Array(n)
  fillBits([0, 0], bits)
  assert.deepEqual([...bits.subarray(0, 2)], [0x6b200159, 0x99ba4efe])
  for (let bit = 0; bit < 32; bit++) {
    const share = meanOf(bits, word => (word >>> bit) & 1)
    assert.ok(Math.abs(share - 0.5) < 0.5 * within, `bit ${bit}: ${share}`)
  }
})

test('uniform numbers are the golden ones in float64, and the same with 24 bits in float32', () => {
  const golden = [0.2133096176433832, 0.8490902467534146, 0.07002524236714536, 0.5954119056241507]
  const double = new Float64Array(4)
  fillUniform(key, double, 0, 1)
  assert.deepEqual([...double], golden)
  const single = new Float32Array(4)
  fillUniform(key, single, 0, 1)
  assert.deepEqual(
    [...single],
    golden.map(x => Math.floor(x * 2 ** 24) / 2 ** 24),
  )
})

for (const array of [new Float32Array(n), new Float64Array(n)])
  test(`uniform numbers in ${array.constructor.name} fill [-2, 3) evenly`, () => {
    fillUniform(key, array, -2, 3)
    const tenths = new Float64Array(10)
    for (const x of array) tenths[Math.floor((x + 2) * 2)]!++
    // Chi-square with 9 degrees of freedom is above 33.7 with p = 1e-4.
    const chiSquare = tenths.reduce((sum, count) => sum + (count - n / 10) ** 2 / (n / 10), 0)
    assert.ok(chiSquare < 33.7, `chi-square ${chiSquare}`)
    assert.ok(Math.abs(meanOf(array) - 0.5) < (5 / Math.sqrt(12)) * within)
    assert.ok(array.every(x => x >= -2 && x < 3))
  })

test('normal numbers are the golden ones, in float32 rounded', () => {
  const golden = [
    -0.40446082487767093, 0.49249412553715904, -0.6954008077710061, 0.15431025906562562,
  ]
  const double = new Float64Array(4)
  fillNormal(key, double, 0, 1)
  // The second implementation takes its platform's logarithm, so the last bit may differ.
  double.forEach((x, i) => {
    assert.ok(Math.abs(x / golden[i]! - 1) < 1e-15, `${x}`)
  })
  const single = new Float32Array(3)
  fillNormal(key, single, 0, 1)
  assert.deepEqual(single, Float32Array.from(double.subarray(0, 3)))
})

test('normal numbers have the moments and the tails of the normal distribution', () => {
  const values = new Float32Array(n)
  fillNormal(key, values, 3, 2)
  const standard = Float64Array.from(values, x => (x - 3) / 2)
  // [value, expected, standard deviation of one term]
  const checks = [
    [meanOf(standard), 0, 1],
    [meanOf(standard, x => x * x), 1, Math.sqrt(2)],
    [meanOf(standard, x => x ** 3), 0, Math.sqrt(15)],
    [meanOf(standard, x => x ** 4), 3, Math.sqrt(96)],
    [meanOf(standard, x => Number(Math.abs(x) < 1)), 0.6826894921, 0.4655],
    [meanOf(standard, x => Number(Math.abs(x) > 3)), 0.0026997961, 0.0519],
  ] as const
  for (const [value, expected, deviation] of checks)
    assert.ok(Math.abs(value - expected) < deviation * within, `${value} for ${expected}`)
})

test('a permutation is the golden one, holds every index once, and differs with the key', () => {
  assert.deepEqual([...permutation(key, 8)], [6, 4, 3, 5, 7, 2, 1, 0])
  assert.deepEqual([...permutation(key, 0)], [])
  const order = permutation(key, 55_000)
  assert.deepEqual(order.toSorted(), Uint32Array.from(order.keys()))
  assert.notDeepEqual(order, permutation(splitKey(key, 1), 55_000))
})

test('all 24 orders of four are equally likely', () => {
  const counts = new Map<string, number>()
  for (let i = 0; i < 24_000; i++) {
    const order = permutation(splitKey(key, i), 4).join()
    counts.set(order, (counts.get(order) ?? 0) + 1)
  }
  assert.equal(counts.size, 24)
  // Chi-square with 23 degrees of freedom is above 58.6 with p < 1e-4.
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)
  assert.ok(chiSquare < 58.6, `chi-square ${chiSquare}`)
})

test('a random index is below n, and no index is favoured when n does not divide 2^32', () => {
  const size = 3 * 2 ** 30
  const drawn = Array.from({ length: 30_000 }, (_, i) => randomIndex(splitKey(key, i), size))
  assert.ok(drawn.every(index => Number.isInteger(index) && index >= 0 && index < size))
  // With a plain remainder the lowest third would be drawn half of the time.
  const lowest = meanOf(drawn, index => Number(index < 2 ** 30))
  assert.ok(Math.abs(lowest - 1 / 3) < (5 * Math.sqrt(2 / 9)) / Math.sqrt(30_000), `${lowest}`)
  for (const bad of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
    assert.throws(() => randomIndex(key, bad), ConfigError)
  assert.throws(() => permutation(key, -1), ConfigError)
})
