import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Tensor, tensor } from '../../base/index.ts'
import {
  add,
  concat,
  exp,
  input,
  matmul,
  mul,
  type Program,
  pureProgram,
  reshape,
  slice,
  sub,
  sum,
  tanh,
  transpose,
  type Value,
} from '../../ir/index.ts'
import { evaluate, referenceEngine } from '../reference/index.ts'
import { javascriptOf, jsEngine } from './index.ts'
import { permuted, reshaped, type View, wholeOf } from './view.ts'

const x = input('x', [4, 5])

const kernelsOf = (program: Program) => javascriptOf(program).match(/^function k\d+/gm) ?? []
const callsOf = (program: Program) => javascriptOf(program).match(/^ {2}k\d+\([^)]*\)/gm) ?? []
const loopsIn = (program: Program) => javascriptOf(program).match(/^ +for \(let i\d/gm) ?? []

function layers(depth: number): Value {
  let y: Value = x
  for (let i = 0; i < depth; i++)
    y = tanh(add(matmul(y, input(`w${i}`, [5, 5])), input(`b${i}`, [5])))
  return y
}

test('an elementwise chain is one loop over all elements', () => {
  const program = pureProgram({ y: mul(exp(sub(x, 1)), tanh(x)) })
  assert.deepEqual([callsOf(program).length, loopsIn(program).length], [1, 1])
})

test('what follows a product and what goes into a sum has no loop of its own', () => {
  assert.equal(callsOf(pureProgram({ y: layers(1) })).length, 1)
  assert.equal(callsOf(pureProgram({ y: exp(sum(mul(x, x), 1)) })).length, 1)
})

test('a result that is read twice is computed once', () => {
  const shared = exp(x)
  const source = javascriptOf(pureProgram({ y: sum(shared, 0), z: sum(shared, 1) }))
  assert.equal(source.match(/= fround\(exp\(/g)?.length, 1)
})

test('equal layers share a kernel', () => {
  assert.equal(kernelsOf(pureProgram({ y: layers(3) })).length, 1)
  assert.equal(kernelsOf(pureProgram({ y: layers(30) })).length, 1)
  assert.equal(callsOf(pureProgram({ y: layers(30) })).length, 30)
})

test('movement moves nothing, and parts of a concat are computed in their places', () => {
  const moved = add(transpose(slice(x, [1, 0], [4, 5])), reshape(input('z', [15]), [5, 3]))
  assert.equal(callsOf(pureProgram({ y: moved })).length, 1)
  assert.equal(callsOf(pureProgram({ y: concat([exp(x), tanh(x)]) })).length, 2)
  assert.equal(callsOf(pureProgram({ y: concat([exp(x), x]) })).length, 2)
})

const square = input('square', [5, 5])
const updates: readonly (readonly [what: string, next: Value, copies: number])[] = [
  ['at the element that is read', sub(square, mul(0.1, exp(square))), 0],
  ['from a product that reads others', sub(square, matmul(x, x, { transposeA: true })), 0],
  ['from a product that reads it', matmul(square, square), 1],
  ['at another element than is read', add(square, transpose(square)), 1],
  ['from parts of it', concat([slice(square, [1, 0], [5, 5]), slice(square, [0, 0], [1, 5])]), 1],
]
for (const [what, next, copies] of updates)
  test(`an update ${what} is ${copies ? 'not ' : ''}written over the state, and is right`, async () => {
    const program = { outputs: { before: square }, state: { square: next } }
    assert.equal(javascriptOf(program).match(/copyWithin/g)?.length ?? 0, copies)
    const elements = (n: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i))
    const initial = { square: { dtype: 'float32', shape: [5, 5], data: elements(25) } } as const
    const feeds = { x: { dtype: 'float32', shape: [4, 5], data: elements(20) } } as const
    const [found, expected] = await Promise.all(
      [jsEngine(), referenceEngine()].map(async engine => {
        const executable = await engine.compile(program)
        const state = engine.createState(initial)
        for (let step = 0; step < 3; step++) await executable.run(feeds, state)
        return state.read()
      }),
    )
    assert.deepEqual(found, expected)
  })

test('long programs are functions of at most 200 calls', () => {
  let y: Value = x
  for (let i = 0; i < 450; i++) y = matmul(y, input('w', [5, 5]))
  const parts = javascriptOf(pureProgram({ y }))
    .split(/^function part\d+/m)
    .slice(1)
  assert.deepEqual(
    parts.map(part => part.match(/^ {2}k\d+\(/gm)?.length),
    [200, 200, 50],
  )
})

test('memory is used again: a long chain needs as much as a short one', () => {
  const placesIn = (depth: number): number => {
    let y: Value = x
    for (let i = 0; i < depth; i++) y = matmul(y, input('w', [5, 5]))
    const numbers = callsOf(pureProgram({ y })).flatMap(call => call.match(/(?<=[ (])\d+/g) ?? [])
    return Math.max(...numbers.map(Number))
  }
  assert.equal(placesIn(50), placesIn(3))
})

test('a name cannot break out of the source', async () => {
  const wild = '\u2028"]; throw 1 //\n'
  const program = pureProgram({ [wild]: mul(input(wild, []), 2) })
  const executable = await jsEngine().compile(program)
  assert.equal((await executable.run({ [wild]: tensor(21) }))[wild]!.data[0], 42)
})

/** The elements of a view, read from a block that holds 0, 1, 2, … */
function elementsOf({ offset, shape, strides }: View): number[] {
  return shape.reduce(
    (offsets, n, axis) =>
      offsets.flatMap(at => Array.from({ length: n }, (_, i) => at + i * strides[axis]!)),
    [offset],
  )
}

test('a view is reshaped where strides can say it, to the same elements', () => {
  const whole = wholeOf({ name: 'x', size: 24 }, [2, 3, 4])
  const swapped = permuted(whole, [1, 0, 2])
  for (const [view, shape] of [
    [whole, [4, 6]],
    [swapped, [3, 2, 2, 2]],
    [swapped, [3, 1, 2, 4, 1]],
    [{ ...swapped, strides: [4, 0, 1] }, [3, 2, 1, 4]],
  ] as const) {
    const found = reshaped(view, shape)
    assert.ok(found, `[${shape}]`)
    assert.deepEqual(elementsOf(found), elementsOf(view))
  }
  assert.equal(reshaped(swapped, [6, 4]), undefined)
  assert.equal(reshaped(permuted(whole, [0, 2, 1]), [2, 12]), undefined)
})

test('the source runs as it is printed', () => {
  const source = javascriptOf(pureProgram({ y: add(x, 1) }))
  const elements = Float32Array.from({ length: 20 }, (_, i) => i)
  const y = new Float32Array(20)
  new Function('m', source)(new Float64Array(100))(1, { x: elements }, { y })
  const given: Tensor = { dtype: 'float32', shape: [4, 5], data: elements }
  assert.deepEqual(y, evaluate([add(x, 1)], { x: given })[0]!.data)
})
