import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GraphError, tensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import {
  add,
  argMax,
  cast,
  constant,
  exp,
  input,
  mul,
  relu,
  stopGradient,
  sum,
  type Value,
  valuesOf,
  withOrigin,
} from '../ir/index.ts'
import { gradients } from './index.ts'

const x = input('x', [3], 'float64')
const feeds = { x: tensor([1, -2, 3], 'float64') }
const numbersOf = (values: readonly Value[]): number[][] =>
  evaluate(values, feeds).map(({ data }) => [...data])

test('a loss that is not a float scalar is refused with its layer', () => {
  const vector = withOrigin({ kind: 'relu', path: '1' }, () => relu(x))
  assert.throws(
    () => gradients(vector, [x]),
    error =>
      error instanceof GraphError &&
      error.message ===
        'gradients: expected a float scalar as the loss, received float64 [3] ' +
          '(output of relu "1"). Sum or average it first',
  )
  assert.throws(() => gradients(argMax(x), [x]), /received int32 \[\] \(output of argMax\)/)
})

test('what the loss does not depend on gets zeros of its own shape and type', () => {
  const other = input('other', [2, 1])
  const behindStop = mul(x, 2)
  const [dOther, dStopped] = gradients(sum(mul(x, stopGradient(behindStop))), [other, behindStop])
  assert.deepEqual([dOther!.dtype, dOther!.shape], ['float32', [2, 1]])
  assert.deepEqual(numbersOf([dOther!, dStopped!]), [
    [0, 0],
    [0, 0, 0],
  ])
})

test('the gradient of x^3 is 3 x^2, of that 6 x, of that 6, of that 0', () => {
  let loss = sum(mul(x, mul(x, x)))
  const orders: Value[] = []
  for (let order = 0; order < 4; order++) {
    const [slope] = gradients(loss, [x])
    orders.push(slope!)
    loss = sum(slope!)
  }
  assert.deepEqual(numbersOf(orders), [
    [3, 12, 27],
    [6, -12, 18],
    [6, 6, 6],
    [0, 0, 0],
  ])
})

test('the gradient of a loss with respect to itself is 1', () => {
  const loss = sum(x)
  assert.deepEqual(numbersOf(gradients(loss, [loss])), [[1]])
})

test('a value in between has a gradient too', () => {
  const square = mul(x, x)
  const [between, start] = gradients(sum(mul(3, square)), [square, x])
  assert.deepEqual(numbersOf([between!, start!]), [
    [3, 3, 3],
    [6, -12, 18],
  ])
})

test('gradients of all the ways to a value add up', () => {
  const twice = add(x, x)
  assert.deepEqual(numbersOf(gradients(sum(add(twice, mul(x, x))), [x])), [[4, -2, 8]])
})

test('a value asked for twice is answered twice', () => {
  const [a, b] = gradients(sum(exp(x)), [x, x])
  assert.equal(a, b)
})

test('gradients come back in the type of what they belong to', () => {
  const half = input('half', [3], 'float32')
  const [slope] = gradients(sum(mul(x, cast(half, 'float64'))), [half])
  assert.equal(slope!.dtype, 'float32')
})

test('the backward pass of a layer carries its origin', () => {
  const y = withOrigin({ kind: 'tanh', path: '3' }, () => exp(x))
  const [slope] = gradients(sum(y), [x])
  const origins = valuesOf([slope!]).map(({ origin }) => origin)
  assert.ok(origins.some(o => o.kind === 'tanh' && o.path === '3' && o.pass === 'backward'))
})

test('a chain of 20,000 values is no problem', () => {
  let y: Value = x
  for (let i = 0; i < 20_000; i++) y = add(y, constant(1, 'float64'))
  assert.deepEqual(numbersOf(gradients(sum(y), [x])), [[1, 1, 1]])
})
