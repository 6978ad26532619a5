import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkGradient, wave } from '../../test/gradient-check.ts'
import { ShapeError, sizeOf, tensor, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { add, constant, exp, input, logSoftmax, mul, sum, type Value } from '../ir/index.ts'
import { mean, softmax } from './index.ts'

const x = tensorOf('float64', [2, 3, 2], wave(12))
const valuesOf = (value: Value): number[] => [...evaluate([value])[0]!.data]

test('softmax sums to 1 along its axis, whichever it is', () => {
  for (const axis of [0, 1, 2, -1]) {
    const total = valuesOf(sum(softmax(constant(x), axis), axis))
    for (const one of total) assert.ok(Math.abs(one - 1) < 1e-14)
  }
})

test('softmax of equal numbers is uniform, however large they are', () => {
  for (const size of [0, 1e4, -1e4, 1e30])
    assert.deepEqual(valuesOf(softmax(constant([size, size], 'float64'))), [0.5, 0.5])
})

test('softmax and its gradient are finite at logits of 10,000', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    const logits = input('x', [3], dtype)
    const feeds = { x: tensor([1e4, -1e4, 0], dtype) }
    const y = softmax(logits)
    const [value, slope] = evaluate([y, ...gradients(sum(mul(y, y)), [logits])], feeds)
    assert.deepEqual([...value!.data], [1, 0, 0])
    assert.deepEqual([...slope!.data].map(Math.abs), [0, 0, 0])
  }
})

test('softmax and logSoftmax do not change when a number is added', () => {
  for (const f of [softmax, logSoftmax]) {
    const moved = valuesOf(f(add(constant(x), 1000)))
    valuesOf(f(constant(x))).forEach((y, i) => {
      assert.ok(Math.abs(y - moved[i]!) < 1e-12)
    })
  }
})

test('logSoftmax is the logarithm of softmax, and goes on where that is 0', () => {
  for (const axis of [0, 1, 2]) {
    const direct = valuesOf(softmax(constant(x), axis))
    valuesOf(exp(logSoftmax(constant(x), axis))).forEach((y, i) => {
      assert.ok(Math.abs(y - direct[i]!) < 1e-14)
    })
  }
  assert.deepEqual(valuesOf(logSoftmax(constant([1e4, -1e4], 'float64'))), [0, -2e4])
})

test('the mean is the sum over the count, over any axes', () => {
  const matrix = constant([
    [1, 2, 3],
    [5, 6, 10],
  ])
  assert.deepEqual(valuesOf(mean(matrix)), [4.5])
  assert.deepEqual(valuesOf(mean(matrix, 0)), [3, 4, 6.5])
  assert.deepEqual(valuesOf(mean(matrix, -1)), [2, 7])
  assert.deepEqual(mean(matrix, [0, 1], true).shape, [1, 1])
  assert.deepEqual(valuesOf(mean(matrix, [])), valuesOf(matrix))
})

test('an axis that does not exist is refused by name', () => {
  for (const f of [mean, softmax, logSoftmax]) assert.throws(() => f(constant(x), 3), ShapeError)
  assert.throws(() => mean(constant(x), -4), /mean: expected an axis within rank 3, received -4/)
})

for (const [name, f] of Object.entries({ softmax, logSoftmax, mean }))
  for (const axis of [0, 1, 2])
    test(`the gradient of ${name} along axis ${axis} equals central differences`, () => {
      checkGradient(
        ([value]) => {
          const y = f(value!, axis)
          return sum(mul(y, constant(tensorOf('float64', y.shape, wave(sizeOf(y.shape))))))
        },
        [x],
      )
    })
