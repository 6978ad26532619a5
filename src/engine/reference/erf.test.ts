import assert from 'node:assert/strict'
import { test } from 'node:test'
import { erf } from './erf.ts'

// mpmath 1.4.1, 30 digits.
const known: readonly (readonly [x: number, y: number])[] = [
  [2 ** -30, 1.050884991041862e-9],
  [0.0625, 0.07043197772238707],
  [0.25, 0.27632639016823696],
  [0.5, 0.5204998778130465],
  [0.75, 0.7111556336535151],
  [1, 0.8427007929497149],
  [1.25, 0.9229001282564583],
  [1.5, 0.9661051464753108],
  [1.75, 0.9866716712191824],
  [2, 0.9953222650189527],
  [2.25, 0.9985372834133188],
  [2.5, 0.999593047982555],
  [2.75, 0.9998993780778803],
  [2.875, 0.9999521451602562],
  [3, 0.9999779095030014],
  [3.125, 0.9999901032653747],
  [3.5, 0.9999992569016276],
  [4, 0.9999999845827421],
  [5, 0.9999999999984626],
  [6, 1],
]

test('erf is within a relative error of 1e-15 of known values', () => {
  for (const [x, y] of known) assert.ok(Math.abs(erf(x) / y - 1) < 1e-15, `erf(${x}) = ${erf(x)}`)
})

test('erf is odd', () => {
  for (const [x] of known) assert.equal(erf(-x), -erf(x))
})

test('erf does not fall where the series meets the continued fraction', () => {
  for (let x = 2.99; x < 3.01; x += 1e-4) assert.ok(erf(x + 1e-4) > erf(x), `at ${x}`)
})

test('erf keeps -0 and NaN and reaches its limits', () => {
  for (const [x, y] of [
    [0, 0],
    [-0, -0],
    [Infinity, 1],
    [-Infinity, -1],
    [1e4, 1],
    [NaN, NaN],
  ])
    assert.ok(Object.is(erf(x!), y), `erf(${x}) = ${erf(x!)}`)
})
