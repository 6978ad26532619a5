import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, tensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { input } from '../ir/index.ts'
import { l1, l2, penaltyOf } from './index.ts'

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

test('l1 is the factor times the sizes of all weights, with the sign for a gradient and 0 at 0', () => {
  const price = penaltyOf(l1(0.5), params)!
  const [value, slope] = evaluate([price, gradients(price, [weight])[0]!], feeds)
  assert.equal(value!.data[0], 0.5 * (1 + 2 + 3 + 2 + 1))
  assert.deepEqual([...slope!.data], [0.5, -0.5, 0.5, 0])
})

test('several penalties add up', () => {
  const [both] = evaluate([penaltyOf([l1(0.25), l2(0.5)], params)!], feeds)
  assert.equal(both!.data[0], 0.25 * 9 + 0.5 * 19)
  assert.equal(penaltyOf([], params), undefined)
})

test('without weights there is no penalty', () => {
  assert.equal(penaltyOf(l2(), { bias }), undefined)
})

test('the factor is that of the lecture unless given, and never negative', () => {
  assert.deepEqual(l2(), { kind: 'l2', factor: 0.001 })
  for (const make of [l1, l2])
    for (const factor of [-1, Number.NaN, Infinity]) assert.throws(() => make(factor), ConfigError)
})

test('an unknown penalty is refused with the known ones', () => {
  assert.throws(() => penaltyOf({ kind: 'l3' as 'l2', factor: 1 }, params), {
    name: 'ConfigError',
    message: /one of l1, l2, received "l3"/,
  })
})
