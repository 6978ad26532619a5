import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gradients } from '../grad/index.ts'
import {
  add,
  conv2d,
  exp,
  input,
  matmul,
  neg,
  pureProgram,
  reshape,
  sum,
  transpose,
} from '../ir/index.ts'
import { peakBytes, workOf } from './work.ts'

test('a matrix product counts rows x columns x depth, whichever way its factors lie', () => {
  const [a, b] = [input('a', [2, 3, 5]), input('b', [7, 5])]
  const work = { ops: 1, multiplyAdds: 2 * 3 * 7 * 5, elements: 0 }
  assert.deepEqual(workOf(pureProgram({ y: matmul(a, b, { transposeB: true }) })), work)
  const [left, right] = [input('left', [5, 3]), input('right', [5, 7])]
  const product = matmul(left, right, { transposeA: true })
  assert.equal(workOf(pureProgram({ product })).multiplyAdds, 3 * 7 * 5)
})

test('a convolution without padding and both its gradients count the same', () => {
  const [x, weight] = [input('x', [2, 4, 6, 6]), input('weight', [8, 2, 3, 3])]
  const y = conv2d(x, weight, { groups: 2 })
  const forward = 2 * 8 * 4 * 4 * (2 * 3 * 3)
  assert.equal(workOf(pureProgram({ y })).multiplyAdds, forward)
  const slopes = Object.fromEntries(gradients(sum(y), [x, weight]).entries())
  assert.equal(workOf(pureProgram(slopes)).multiplyAdds, 2 * forward)
})

test('of other ops the elements of the results count, of inputs and constants nothing', () => {
  const x = input('x', [3, 4])
  const y = sum(exp(add(transpose(x), 1)), 0)
  assert.deepEqual(workOf(pureProgram({ y })), { ops: 4, multiplyAdds: 0, elements: 3 * 12 + 3 })
})

test('results that are needed no more leave their place to others; reshapes take none', () => {
  const x = input('x', [3, 4])
  const first = exp(x)
  // exp, neg and their sum at once; then the sum beside what it is reduced to.
  const y = sum(reshape(add(first, neg(first)), [12]))
  assert.equal(peakBytes(pureProgram({ y })), 3 * 12 * 4)
  assert.equal(peakBytes(pureProgram({ y, first })), 3 * 12 * 4)
  const chain = neg(exp(neg(exp(x))))
  assert.equal(peakBytes(pureProgram({ chain })), 2 * 12 * 4)
  assert.equal(peakBytes(pureProgram({ x })), 0)
})
