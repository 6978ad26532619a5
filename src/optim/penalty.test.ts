import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, tensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { input } from '../ir/index.ts'
import { l2, penaltyOf } from './index.ts'

const weight = input('0.weight', [2, 2])
const bias = input('0.bias', [2])
const kernel = input('1.weight', [1, 1, 1, 2])
const params = { '0.weight': weight, '0.bias': bias, '1.weight': kernel }
const feeds = {
  '0.weight': tensor([
    [1, -2],
    [3, 0],
  ]),
  '0.bias': tensor([100, 100]),
  '1.weight': tensor([[[[2, 1]]]]),
}

test('the penalty is the factor times the squares of all weights, biases left out', () => {
  const [price] = evaluate([penaltyOf(l2(0.5), params)!], feeds)
  assert.deepEqual(price!.shape, [])
  assert.equal(price!.data[0], 0.5 * (1 + 4 + 9 + 4 + 1))
})

test('its gradient is twice the factor times the weight, and 0 for a bias', () => {
  const slopes = gradients(penaltyOf(l2(0.5), params)!, [weight, bias])
  assert.deepEqual(
    evaluate(slopes, feeds).map(({ data }) => [...data]),
    [
      [1, -2, 3, 0],
      [0, 0],
    ],
  )
})

test('without weights there is no penalty', () => {
  assert.equal(penaltyOf(l2(), { bias }), undefined)
})

test('the factor is that of the lecture unless given, and never negative', () => {
  assert.deepEqual(l2(), { kind: 'l2', factor: 0.001 })
  for (const factor of [-1, Number.NaN, Infinity]) assert.throws(() => l2(factor), ConfigError)
})
