import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant, less, type Value } from '../ir/index.ts'
import { type BinRange, histogramOf, sampleOf } from './histograms.ts'
import { thriftyMeasures } from './measures.ts'
import { packed } from './pack.ts'
import type { Distribution, Spread } from './signals.ts'
import { meanOf, medianOf, rmsOf, shareOf, silentUnits, spreadOf } from './statistics.ts'

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

const loopMean = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b) / data.length
const meanOfSquares = (data: Float64Array) => loopMean(data.map(v => v * v))
const average = loopMean(x)
const variance = loopMean(x.map(v => (v - average) ** 2))
const sorted = [...magnitudes].sort((a, b) => a - b)

const figures: Readonly<Record<string, readonly [Value, number]>> = {
  mean: [spreadOf(doubles(x)).mean, average],
  'standard deviation': [spreadOf(doubles(x)).std, Math.sqrt(variance)],
  'root mean square': [spreadOf(doubles(x)).rms, Math.sqrt(meanOfSquares(x))],
  'root mean square alone': [rmsOf(doubles(x)), Math.sqrt(meanOfSquares(x))],
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
  assert.equal(numberOf(shareOf(silentUnits(outputs), outputs)), 0.5)
})

test('a histogram counts as a loop does, with the rest in the outer bins', () => {
  const [low, high, bins] = [-2, 3, 8]
  const expected = new Array(bins).fill(0)
  for (const v of x) {
    const place = Math.floor(((v - low) / (high - low)) * bins)
    expected[Math.min(bins - 1, Math.max(0, place))]++
  }
  const counts = counted(doubles(x), [low, high], bins)
  assert.deepEqual(counts, expected)
})

test('a histogram of what is no number counts all the same', () => {
  const odd = constant([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0])
  const counts = counted(odd, [-1, 1], 4)
  assert.deepEqual(counts, [1, 0, 1, 2])
})

test('zeros are in the middle of the range that they get', () => {
  const zeros = constant([0, 0, 0])
  assert.deepEqual(counted(zeros, { rms: rmsOf(zeros) }, 4), [0, 0, 3, 0])
})

test('a range by root mean squares is four of them to each side', () => {
  const numbers = constant([1, -1, 3.9, -3.9, 4.1, -30])
  const one = constant(1)
  assert.deepEqual(counted(numbers, { rms: one }, 8), [2, 0, 0, 1, 0, 1, 0, 2])
})

for (const [shape, scale] of [
  [[7, 3, 5], 1],
  [[105], 1],
  [[35, 3], 1e3],
] as const)
  test(`figures worked out from sums are those of plain loops, ${shape} times ${scale}`, () => {
    const data = x.map(v => (v < 0 ? 0 : v * scale))
    const [value, other] = [doubles(data, [...shape]), doubles(magnitudes, [...shape])]
    const { mean, rms, norm, spread, share, zeros, ratio } = thriftyMeasures()
    const tree = {
      mean: mean(value),
      rms: rms(value),
      norm: norm(value),
      spread: spread(value),
      share: share(less(value, 0.5), value),
      zeros: zeros(value),
      ratio: ratio(value, other),
    }
    const { value: sums, unpack } = packed<Record<keyof typeof tree, number>>(tree)
    const read = unpack(evaluate([sums])[0]!.data)
    const root = Math.sqrt(meanOfSquares(data))
    near(read.mean, loopMean(data))
    near(read.rms, root)
    near(read.norm, root * Math.sqrt(105))
    const { mean: m, std, rms: r } = read.spread as unknown as Spread
    near(m, loopMean(data))
    near(std, Math.sqrt(root ** 2 - loopMean(data) ** 2))
    near(r, root)
    near(read.share, data.filter(v => v < 0.5).length / 105)
    near(read.zeros, data.filter(v => v === 0).length / 105)
    near(read.ratio, root / Math.sqrt(meanOfSquares(magnitudes)))
  })

test('a spread that is small beside its mean is measured in float32', () => {
  const far = constant([1000.25, 1000.5, 1000.75, 1001])
  const { value, unpack } = packed<Spread>(thriftyMeasures().spread(far))
  const { mean, std, rms } = unpack(evaluate([value])[0]!.data)
  assert.equal(mean, 1000.625)
  near(std, Math.sqrt(5 / 64), 1e-7)
  near(rms, Math.hypot(mean, std), 1e-12)
})

test('the share of silent units is that of the graph', () => {
  const outputs = constant([
    [0, 1, 0, 0],
    [0, 0, 0, 2],
  ])
  const { value, unpack } = packed<{ silent: number }>({
    silent: thriftyMeasures().silent(outputs),
  })
  assert.equal(unpack(evaluate([value])[0]!.data).silent, 0.5)
})

test('of a large tensor elements from all over it are counted', () => {
  const data = Float64Array.from({ length: 300_000 }, (_, i) => i)
  const counts = counted(doubles(data, [300, 1000]), [0, 300_000], 4)
  assert.equal(
    counts.reduce((a, b) => a + b),
    2 ** 18,
  )
  for (const count of counts) assert.ok(Math.abs(count - 2 ** 16) < 10, `${counts}`)
})

function counted(x: Value, range: BinRange, bins: number): number[] {
  const { value, unpack } = packed<Distribution>(
    histogramOf(x, range, { bins, sample: sampleOf(2 ** 18) }),
  )
  return [...unpack(evaluate([value])[0]!.data).counts]
}
