import assert from 'node:assert/strict'
import { test } from 'node:test'
import { opCases } from '../../../test/op-cases.ts'
import { EngineError, tensor } from '../../base/index.ts'
import {
  add,
  constant,
  gather,
  input,
  neg,
  opTable,
  scatterAdd,
  sum,
  type Value,
} from '../../ir/index.ts'
import { evaluate } from './index.ts'

test('every op has a case', () => {
  const covered = new Set<string>(opCases.map(({ op }) => op))
  assert.deepEqual(
    Object.keys(opTable).filter(op => !covered.has(op)),
    [],
  )
})

test('no two cases have the same name', () => {
  const names = opCases.map(({ op, name }) => `${op} ${name}`)
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  )
})

test('evaluate gives the tensors of values in their order', () => {
  const x = input('x', [2])
  const [a, b, c] = evaluate([neg(x), x, constant(3)], { x: tensor([1, 2]) })
  assert.deepEqual([...a!.data, ...b!.data, ...c!.data], [-1, -2, 1, 2, 3])
})

test('evaluate refuses a missing feed', () => {
  assert.throws(() => evaluate([neg(input('x', []))]), EngineError)
})

test('a value that is read twice is computed once', () => {
  let value: Value = constant(1, 'float64')
  for (let i = 0; i < 60; i++) value = add(value, value)
  assert.equal(evaluate([value])[0]!.data[0], 2 ** 60)
})

test('a float32 sum is rounded once', () => {
  const x = tensor([2 ** 24, 1, 1, -(2 ** 24)])
  assert.equal(evaluate([sum(constant(x))])[0]!.data[0], 2)
})

test('float32 results are rounded after every op', () => {
  const large = constant(2 ** 24)
  assert.equal(evaluate([add(add(large, 1), 1)])[0]!.data[0], 2 ** 24)
})

test('indices outside the axis are refused with the range', () => {
  const rows = constant([1, 2])
  for (const index of [-1, 2]) {
    const indices = constant([index, 0], 'int32')
    const message = new RegExp(`indices from 0 to 1, received ${index}`)
    assert.throws(() => evaluate([gather(rows, indices)]), message)
    assert.throws(() => evaluate([scatterAdd(rows, indices, 2)]), message)
  }
})
