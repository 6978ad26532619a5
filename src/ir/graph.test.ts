import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { GraphError, JustrightError, type Named, tensor } from '../base/index.ts'
import {
  add,
  constant,
  exp,
  input,
  inputsOf,
  mul,
  type Program,
  pureProgram,
  resultsOf,
  sub,
  useCounts,
  type Value,
  valuesOf,
  verify,
  withInputs,
  withOrigin,
} from './index.ts'

const x = input('x', [2])
const y = input('y', [2])

test('valuesOf gives operands before their users, each once', () => {
  const product = mul(x, y)
  const total = add(product, product)
  assert.deepEqual(valuesOf([total, product]), [x, y, product, total])
  assert.deepEqual(valuesOf([]), [])
})

test('valuesOf takes a chain of 100,000 values', () => {
  let value: Value = x
  for (let i = 0; i < 100_000; i++) value = add(value, 1)
  assert.equal(valuesOf([value]).at(-1), value)
})

test('valuesOf visits a value once, however many ways lead to it', () => {
  let value: Value = x
  for (let i = 0; i < 60; i++) value = add(value, value)
  assert.equal(valuesOf([value]).length, 61)
})

test('inputsOf finds the inputs of outputs and of state', () => {
  const program = { outputs: { a: exp(x) }, state: { y: mul(y, 2) } }
  assert.deepEqual(
    [...inputsOf(program)],
    [
      ['x', x],
      ['y', y],
    ],
  )
  assert.deepEqual(resultsOf(program), [program.outputs.a, program.state.y])
})

test('useCounts counts reads by values and by results', () => {
  const square = mul(x, x)
  const counts = useCounts([square, square, exp(square)])
  assert.equal(counts.get(x), 2)
  assert.equal(counts.get(square), 3)
})

test('withInputs keeps op, attributes and origin, and the value itself where nothing changes', () => {
  const total = withOrigin({ kind: 'linear', path: '0' }, () => add(x, y))
  assert.equal(withInputs(total, [x, y]), total)
  const other = withInputs(total, [y, y])
  assert.deepEqual(other.inputs, [y, y])
  assert.equal(other.origin, total.origin)
})

test('verify accepts what the primitives build', () => {
  verify({ outputs: { a: add(x, constant([1, 2])) }, state: { x: sub(x, y), fresh: exp(y) } })
})

const total = withOrigin({ kind: 'linear', path: 'encoder.0' }, () => add(x, y))
const broken = (change: object): Program => pureProgram({ broken: { ...total, ...change } })
const refused: Named<readonly [program: Program, message: RegExp]> = {
  'another shape than the op gives': [
    broken({ shape: [3] }),
    /^verify: add of linear "encoder\.0": expected shape \[2\], received \[3\]$/,
  ],
  'another element type than the op gives': [
    broken({ dtype: 'float64' }),
    /expected float32, received float64$/,
  ],
  'an op that does not exist': [
    broken({ op: 'frobnicate' }),
    /^verify: frobnicate of .*: expected an op of the table, received "frobnicate"$/,
  ],
  'a missing operand': [broken({ inputs: [x] }), /expected 2 operands, received 1$/],
  'operands that do not fit': [broken({ inputs: [x, input('z', [3])] }), /received \[3\]/],
  'a constant with too few elements': [
    pureProgram({
      c: { ...constant(1), attrs: { value: { ...tensor(1), shape: [2] } }, shape: [2] } as Value,
    }),
    /^verify: constant of the graph: expected 2 elements, received 1$/,
  ],
  'two inputs of one name': [
    pureProgram({ a: add(x, input('x', [2])) }),
    /^verify: input of the graph: expected a name of its own, received x$/,
  ],
  'state that changes its shape': [
    { outputs: {}, state: { x: add(x, input('z', [3, 1])) } },
    /expected state "x" as float32 \[2\], received float32 \[3,2\]$/,
  ],
  'state that changes its element type': [
    { outputs: { a: x }, state: { x: constant([1, 2], 'int32') } },
    /expected state "x" as float32 \[2\], received int32 \[2\]$/,
  ],
}

describe('verify refuses', () => {
  for (const [name, [program, message]] of Object.entries(refused))
    test(name, () => {
      assert.throws(
        () => verify(program),
        error => error instanceof JustrightError && message.test(error.message),
      )
    })

  test('an op that is a name of every object', () => {
    assert.throws(() => verify(broken({ op: 'toString' })), GraphError)
  })
})
