import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tensor } from '../../base/index.ts'
import { add, constant, exp, input, mul, stopGradient, sum } from '../../ir/index.ts'
import { gradientErrors } from './gradient-errors.ts'

const x = input('x', [2], 'float64')
const feeds = { x: tensor([0.5, -2], 'float64') }

test('a right gradient is that of its central difference', () => {
  const { element, gradient, relative } = gradientErrors(sum(exp(x)), feeds).x!
  assert.ok(relative < 1e-9, `${relative}`)
  assert.ok(Math.abs(gradient - Math.exp([0.5, -2][element]!)) < 1e-12)
})

test('of a wrong one the worst element is told, with both numbers', () => {
  // Half of the derivative of the second element is missing, nothing of the first.
  const half = mul(constant(tensor([0, 0.5], 'float64')), mul(x, x))
  const loss = sum(add(mul(constant(tensor([1, 0.5], 'float64')), mul(x, x)), stopGradient(half)))
  const { element, gradient, difference, relative } = gradientErrors(loss, feeds).x!
  assert.deepEqual([element, gradient], [1, -2])
  assert.ok(Math.abs(difference + 4) < 1e-8)
  assert.ok(Math.abs(relative - 0.5) < 1e-8)
})

test('a gradient that is no number is an error', () => {
  const { relative } = gradientErrors(sum(mul(x, Number.NaN)), feeds).x!
  assert.ok(Number.isNaN(relative))
})

test('what is not there to be moved is refused', () => {
  assert.throws(() => gradientErrors(sum(x), {}), { name: 'EngineError' })
})
