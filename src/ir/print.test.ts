import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zerosTensor } from '../base/index.ts'
import {
  add,
  constant,
  currentOrigin,
  describeOrigin,
  exp,
  formatProgram,
  input,
  matmul,
  mul,
  pureProgram,
  sub,
  sum,
  type Value,
  withOrigin,
} from './index.ts'

test('a program is printed one value a line, with attributes, types and layers', () => {
  const x = input('x', [2, 3])
  const weight = input('0.weight', [4, 3])
  const y = withOrigin({ kind: 'linear', path: '0' }, () =>
    add(matmul(x, weight, { transposeB: true }), constant([1, 2, 3, 4])),
  )
  const loss = sum(y, [0, 1])
  const next = withOrigin({ kind: 'sgd', path: '0.weight', pass: 'update' }, () =>
    sub(weight, mul(0.1, weight)),
  )
  const program = { outputs: { loss }, state: { '0.weight': next } }
  assert.equal(
    formatProgram(program),
    [
      '@x = input  float32 [2, 3]',
      '@0.weight = input  float32 [4, 3]',
      '%2 = matmul(@x, @0.weight) transposeB  float32 [2, 4]  # linear "0"',
      '%3 = constant() 1 2 3 4  float32 [4]  # linear "0"',
      '%4 = add(%2, %3)  float32 [2, 4]  # linear "0"',
      '%5 = reduceSum(%4) axes=0,1  float32 []',
      '%6 = constant() 0.10000000149011612  float32 []  # sgd "0.weight" (update)',
      '%7 = mul(%6, @0.weight)  float32 [4, 3]  # sgd "0.weight" (update)',
      '%8 = sub(@0.weight, %7)  float32 [4, 3]  # sgd "0.weight" (update)',
      'output loss = %5',
      'state 0.weight = %8',
    ].join('\n'),
  )
})

test('of a long constant the first elements are printed', () => {
  const long = constant(zerosTensor('int32', [7]))
  assert.match(formatProgram(pureProgram({ long })), /constant\(\) 0 0 0 0 0 0 … {2}int32 \[7\]/)
})

test('an operand that is read twice is printed once', () => {
  const x = input('x', [])
  const y = exp(x)
  assert.equal(formatProgram(pureProgram({ y: mul(y, y) })).split('\n').length, 4)
})

test('withOrigin adds to the origin around it and puts it back, after errors too', () => {
  const outside = currentOrigin()
  const value = withOrigin({ kind: 'linear', path: 'encoder.2' }, () => {
    assert.throws(() =>
      withOrigin({ path: 'elsewhere' }, () => {
        throw new Error('no')
      }),
    )
    return withOrigin({ pass: 'backward' }, () => exp(input('x', [])))
  })
  assert.equal(currentOrigin(), outside)
  assert.deepEqual(value.origin, { kind: 'linear', path: 'encoder.2', pass: 'backward' })
})

test('an origin reads as the layer, its path and the pass; outside layers as the op', () => {
  const named = (origin: Partial<Value['origin']>) =>
    describeOrigin({ kind: '', path: '', pass: 'forward', ...origin }, 'matmul')
  assert.equal(named({}), 'matmul')
  assert.equal(named({ pass: 'backward' }), 'matmul')
  assert.equal(named({ kind: 'linear', path: '0' }), 'linear "0"')
  assert.equal(named({ kind: 'linear', path: '0', pass: 'backward' }), 'linear "0" (backward)')
  assert.equal(named({ path: '0' }), 'matmul "0"')
})
