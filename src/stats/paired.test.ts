import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holm, pairedDifference } from './paired.ts'
import { difference, estimate } from './statistics.ts'

const near = (a: number | undefined, b: number, tolerance: number) =>
  assert.ok(a !== undefined && Math.abs(a - b) < tolerance, `${a}, not ${b}`)

/** Hours of sleep gained by ten patients with two drugs. Source: Student (1908), table of section IX. */
const dextro = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
const laevo = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

test("Student's own example: the second drug gives 1.58 hours more, p 0.0028", () => {
  const { n, mean, sd, halfWidth, p } = pairedDifference(dextro, laevo)
  assert.equal(n, 10)
  near(mean, 1.58, 1e-12)
  // 1.17 in the paper, which divides by n.
  near(sd! * Math.sqrt(0.9), 1.17, 5e-3)
  // R 4, t.test(extra ~ group, data = sleep, paired = TRUE): t = 4.0621, 0.7001142 to 2.4598858.
  near(p, 0.002833, 1e-6)
  near(mean - halfWidth!, 0.7001142, 1e-6)
  near(mean + halfWidth!, 2.4598858, 1e-6)
})

test('unpaired, the same numbers tell nothing: the patients differ more than the drugs', () => {
  const { mean, halfWidth } = difference(estimate(dextro), estimate(laevo))
  near(mean, 1.58, 1e-12)
  assert.ok(halfWidth! > mean)
})

test('one pair has a difference and no interval', () => {
  const { n, mean, ...rest } = pairedDifference([0.5], [0.75])
  assert.deepEqual([n, mean, rest], [1, 0.25, {}])
})

test('differences all 0 are certain to be chance, all 1 certain not to be', () => {
  assert.equal(pairedDifference([1, 2, 3], [1, 2, 3]).p, 1)
  assert.deepEqual(pairedDifference([1, 2, 3], [2, 3, 4]), {
    n: 3,
    mean: 1,
    sd: 0,
    halfWidth: 0,
    p: 0,
  })
})

test('one example more of a hundred in each of two runs is chance, of five hundred steps it is not', () => {
  const few = pairedDifference([0.9, 0.91], [0.91, 0.92], { resolution: 0.01 })
  assert.ok(few.p! > 0.1, `${few.p}`)
  assert.ok(few.halfWidth! > few.mean)
  const fine = pairedDifference([0.9, 0.91], [0.91, 0.92], { resolution: 0.01 / 500 })
  assert.ok(fine.p! < 0.01, `${fine.p}`)
})

test('numbers that do not pair are refused', () => {
  assert.throws(() => pairedDifference([1], [1, 2]), /as many numbers .* received 1 and 2/)
  assert.throws(() => pairedDifference([], []), { name: 'ConfigError' })
})

// By hand, and as R's p.adjust(p, "holm") has it.
const adjusted: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [[0.04], [0.04]],
  [
    [0.01, 0.04, 0.03, 0.005],
    [0.03, 0.06, 0.06, 0.02],
  ],
  [
    [0.01, 0.02, 0.03, 0.04],
    [0.04, 0.06, 0.06, 0.06],
  ],
  [
    [0.9, 0.6],
    [1, 1],
  ],
]

for (const [values, expected] of adjusted)
  test(`Holm makes ${JSON.stringify(expected)} of ${JSON.stringify(values)}`, () => {
    for (const [i, value] of holm(values).entries()) near(value, expected[i]!, 1e-12)
    assert.equal(holm(values).length, expected.length)
  })
