import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, type Tensor, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant, type Value } from '../ir/index.ts'
import { type BinRange, countsOf, placesOf, rangeOf } from './histograms.ts'
import { meanOf, medianOf, plainSpreadOf, rmsOf, silentUnits, spreadOf } from './statistics.ts'

const shape = [7, 3, 5]
const x = new Float64Array(105)
fillNormal(keyOf(1), x, 0.3, 2)
const magnitudes = x.map(Math.abs)

const doubles = (data: Float64Array<ArrayBuffer>, of = shape): Value =>
  constant(tensorOf('float64', of, data))
const numberOf = (value: Value): number => evaluate([value])[0]!.data[0]!
const near = (actual: number, expected: number, tolerance = 1e-12): void =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.abs(expected),
    `${actual} instead of ${expected}`,
  )

const mean = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b) / data.length
const average = mean(x)
const variance = mean(x.map(v => (v - average) ** 2))
const sorted = [...magnitudes].sort((a, b) => a - b)

const figures: Readonly<Record<string, readonly [Value, number]>> = {
  mean: [spreadOf(doubles(x)).mean, average],
  'standard deviation': [spreadOf(doubles(x)).std, Math.sqrt(variance)],
  'standard deviation, plain': [plainSpreadOf(doubles(x)).std, Math.sqrt(variance)],
  'root mean square, plain': [plainSpreadOf(doubles(x)).rms, Math.sqrt(mean(x.map(v => v * v)))],
  'root mean square': [spreadOf(doubles(x)).rms, Math.sqrt(mean(x.map(v => v * v)))],
  'root mean square alone': [rmsOf(doubles(x)), Math.sqrt(mean(x.map(v => v * v)))],
  'mean by columns': [meanOf(doubles(x)), average],
  'mean of a vector': [meanOf(doubles(x, [105])), average],
  'median of an odd number': [medianOf(doubles(magnitudes)), sorted[52]!],
}

for (const [name, [value, expected]] of Object.entries(figures))
  test(`${name} is that of a plain loop`, () => near(numberOf(value), expected))

test('magnitudes whose squares leave float32 are measured', () => {
  for (const size of [1e-30, 1e30]) {
    const value = constant([3 * size, -4 * size])
    near(numberOf(rmsOf(value)), Math.sqrt(12.5) * size, 1e-6)
    near(numberOf(spreadOf(value).std), 3.5 * size, 1e-6)
  }
})

test('zeros have no spread, and what is no number stays none', () => {
  const zeros = spreadOf(constant([0, 0, 0]))
  assert.deepEqual([zeros.mean, zeros.std, zeros.rms].map(numberOf), [0, 0, 0])
  assert.ok(Number.isNaN(numberOf(rmsOf(constant([1, Number.NaN])))))
})

test('a median of two values alone is the lower one that half of the elements reach', () => {
  assert.equal(numberOf(medianOf(constant([0, 1, 1, 0, 0]))), 0)
  assert.equal(numberOf(medianOf(constant([0, 1, 1, 1, 0]))), 1)
  assert.equal(numberOf(medianOf(constant([0, 0]))), 0)
})

test('a unit is silent when it is 0 for every example', () => {
  const outputs = constant([
    [0, 1, 0, 0],
    [0, 0, 0, 2],
  ])
  assert.equal(numberOf(silentUnits(outputs)), 0.5)
})

test('a histogram counts as a loop does, with the rest in the outer bins', () => {
  const [low, high, bins] = [-2, 3, 8]
  const expected = new Array(bins).fill(0)
  for (const v of x) {
    const place = Math.floor(((v - low) / (high - low)) * bins)
    expected[Math.min(bins - 1, Math.max(0, place))]++
  }
  const counts = histogramOf(doubles(x), [low, high], bins)
  assert.deepEqual([...counts], expected)
})

test('a histogram of what is no number counts all the same', () => {
  const odd = constant([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0])
  const counts = histogramOf(odd, [-1, 1], 4)
  assert.deepEqual([...counts], [1, 0, 1, 2])
})

test('zeros are in the middle of the range that they get', () => {
  const zeros = constant([0, 0, 0])
  const counts = histogramOf(zeros, rangeOf(rmsOf(zeros)), 4)
  assert.deepEqual([...counts], [0, 0, 3, 0])
})

test('tensors that are counted together are counted as each alone', () => {
  const parts = [doubles(x), doubles(magnitudes), doubles(x.slice(0, 35), [7, 5])]
  const ranges: BinRange[] = [[-2, 3], rangeOf(rmsOf(parts[1]!)), [-5, 3]]
  const together = countsOf(
    parts.map((part, i) => placesOf(part, ranges[i]!, 6, 50).counts),
    6,
  )
  assert.deepEqual(
    evaluate(together).map(({ data }) => data),
    parts.map(
      (part, i) => evaluate(countsOf([placesOf(part, ranges[i]!, 6, 50).counts], 6))[0]!.data,
    ),
  )
})

test('of a large tensor whole rows are counted', () => {
  const rows = constant({ dtype: 'float32', shape: [300, 1000], data: new Float32Array(300_000) })
  const counts = histogramOf(rows, [-1, 1], 2)
  assert.deepEqual([...counts], [0, 262_000])
})

function histogramOf(x: Value, range: BinRange, bins: number): Tensor['data'] {
  const { counts } = placesOf(x, range, bins)
  return evaluate(countsOf([counts], bins))[0]!.data
}
