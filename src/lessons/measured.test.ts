import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimate, pairedDifference } from '../stats/index.ts'
import { isAbove, isBelow } from './interval.ts'
import { percent, points, pointsRange } from './percent.ts'
import { barOf, meanCurve } from './pictures.ts'

test('shares and their differences are written in percent and in points', () => {
  assert.equal(percent(0.97984), '97.98 %')
  assert.equal(percent(0.97984, 1), '98.0 %')
  const gain = { mean: 0.0041, halfWidth: 0.00123 }
  assert.equal(points(gain), '0.41 ± 0.12')
  assert.equal(points(gain, { digits: 1, hasPlus: true }), '+0.4 ± 0.1')
  assert.equal(points({ mean: -0.0041 }, { hasPlus: true }), '-0.41 ± 0.00')
  assert.equal(pointsRange(gain), '+0.41 (+0.29 – +0.53)')
  assert.equal(pointsRange({ mean: -0.001, halfWidth: 0.003 }), '-0.10 (-0.40 – +0.20)')
})

test('a difference is above or below a bound with its whole interval, and of one seed never', () => {
  const seeds = pairedDifference([1, 2, 3], [2.1, 3, 3.9])
  assert.ok(isAbove(seeds) && !isAbove(seeds, 1) && isBelow(seeds, 1.5) && !isBelow(seeds, 1))
  assert.ok(!isAbove(pairedDifference([1], [9])) && !isBelow(pairedDifference([9], [1])))
})

test('a bar has the interval of its mean, and a reference where there is one', () => {
  const { mean, halfWidth } = estimate([0.9, 0.92])
  assert.deepEqual(barOf('net', estimate([0.9, 0.92])), {
    name: 'net',
    value: mean,
    low: mean - halfWidth!,
    high: mean + halfWidth!,
  })
  assert.deepEqual(barOf('net', { mean: 1 }, 2), {
    name: 'net',
    value: 1,
    low: 1,
    high: 1,
    reference: 2,
  })
})

test('a curve is the mean of the seeds at each x', () => {
  const seeds = [
    [1, 2],
    [3, 6],
  ]
  assert.deepEqual(meanCurve(seeds), [
    [1, 2],
    [2, 4],
  ])
  assert.deepEqual(
    meanCurve(seeds, [100, 200]).map(([x]) => x),
    [100, 200],
  )
  assert.deepEqual(meanCurve([]), [])
})
