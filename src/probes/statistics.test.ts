import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fillNormal, keyOf, type Tensor, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant, less, type Value } from '../ir/index.ts'
import { type BinRange, countsOf, histogramOf, rangeOf } from './histograms.ts'
import { thriftyMeasures } from './measures.ts'
import { packed } from './pack.ts'
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

const mean = (data: ArrayLike<number>) => Array.from(data).reduce((a, b) => a + b) / data.length
const average = mean(x)
const variance = mean(x.map(v => (v - average) ** 2))
const sorted = [...magnitudes].sort((a, b) => a - b)

const figures: Readonly<Record<string, readonly [Value, number]>> = {
  mean: [spreadOf(doubles(x)).mean, average],
  'standard deviation': [spreadOf(doubles(x)).std, Math.sqrt(variance)],
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
  assert.deepEqual([...counts], expected)
})

test('a histogram of what is no number counts all the same', () => {
  const odd = constant([Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0])
  const counts = counted(odd, [-1, 1], 4)
  assert.deepEqual([...counts], [1, 0, 1, 2])
})

test('zeros are in the middle of the range that they get', () => {
  const zeros = constant([0, 0, 0])
  const counts = counted(zeros, rangeOf(rmsOf(zeros)), 4)
  assert.deepEqual([...counts], [0, 0, 3, 0])
})

test('tensors that are counted together are counted as each alone', () => {
  const parts = [x, magnitudes, x.slice(0, 35), magnitudes].map(part =>
    doubles(part, [part.length]),
  )
  const { range } = thriftyMeasures()
  const ranges = [[-2, 3], range(parts[1]!), [-5, 3], rangeOf(rmsOf(parts[3]!))] as const
  const waiting = parts.map((part, i) => histogramOf(part, ranges[i]!, 50).counts)
  assert.deepEqual(
    evaluate(countsOf(waiting, 6)).map(({ data }) => data),
    waiting.map(one => evaluate(countsOf([one], 6))[0]!.data),
  )
})

test('figures worked out from sums are those of the graph', () => {
  const [value, other] = [doubles(x), doubles(magnitudes.map(v => v + 1))]
  const { mean, rms, norm, spread, share, ratio, range } = thriftyMeasures()
  const tree = {
    mean: mean(value),
    rms: rms(value),
    norm: norm(value),
    spread: spread(value),
    share: share(less(value, 0), value),
    ratio: ratio(value, other),
    histogram: { ...histogramOf(value, range(value)), counts: 0 },
  }
  const { value: sums, unpack } = packed<Record<keyof typeof tree, never>>(tree)
  const read = unpack(evaluate([sums])[0]!.data)
  const root = Math.sqrt(average ** 2 + variance)
  near(read.mean, average)
  near(read.rms, root)
  near(read.norm, root * Math.sqrt(105))
  const { mean: m, std, rms: r } = read.spread as Record<string, number>
  near(m!, average)
  near(std!, Math.sqrt(variance))
  near(r!, root)
  near(read.share, x.filter(v => v < 0).length / 105)
  near(read.ratio, root / Math.sqrt(magnitudes.reduce((a, v) => a + (v + 1) ** 2, 0) / 105))
  const { low, high } = read.histogram as Record<string, number>
  near(low!, -4 * root)
  near(high!, 4 * root)
})

test('of a large tensor whole rows are counted', () => {
  const rows = constant({ dtype: 'float32', shape: [300, 1000], data: new Float32Array(300_000) })
  const counts = counted(rows, [-1, 1], 2)
  assert.deepEqual([...counts], [0, 262_000])
})

function counted(x: Value, range: BinRange, bins: number): Tensor['data'] {
  return evaluate(countsOf([histogramOf(x, range).counts], bins))[0]!.data
}
