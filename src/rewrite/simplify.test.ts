import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { randomProgram } from '../../test/random-graphs.ts'
import { floats } from '../../test/run-model.ts'
import { tensorOf, zerosTensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import {
  add,
  broadcast,
  cast,
  concat,
  constant,
  div,
  exp,
  formatProgram,
  input,
  inputsOf,
  isOp,
  matmul,
  max,
  maxPool2d,
  mul,
  neg,
  type Program,
  pad,
  pow,
  pureProgram,
  reduceMax,
  relu,
  reshape,
  resultsOf,
  slice,
  stopGradient,
  sub,
  sum,
  tanh,
  transpose,
  type Value,
  valuesOf,
  where,
  withOrigin,
} from '../ir/index.ts'
import { simplify } from './index.ts'

const folded = (value: Value) => evaluate([value])[0]!
const simple = (y: Value): Value => simplify(pureProgram({ y }), folded).outputs.y!
const opsIn = (y: Value): string[] => valuesOf([simple(y)]).map(({ op }) => op)

const x = input('x', [2, 3])
const y = input('y', [2, 3])
const square = input('square', [2, 2])

/** Values that are x itself. */
const same: readonly (readonly [name: string, value: Value])[] = [
  ['x + 0', add(x, 0)],
  ['0 + x', add(0, x)],
  ['x - 0', sub(x, 0)],
  ['x * 1', mul(x, 1)],
  ['1 * x', mul(1, x)],
  ['x / 1', div(x, 1)],
  ['x ^ 1', pow(x, 1)],
  ['x * [1]', mul(x, constant([1]))],
  ['a reshape to the same shape', reshape(x, [2, 3])],
  ['a transpose of nothing', transpose(x, [0, 1])],
  ['a broadcast to the same shape', broadcast(x, [2, 3])],
  ['a slice of everything', slice(x, [0, 0], [2, 3])],
  ['a pad of nothing', pad(x, [0, 0], [0, 0])],
  ['a concat of one', concat([x])],
  ['a cast to the same type', cast(x, 'float32')],
  ['a stopped gradient', stopGradient(x)],
  ['a sum over no axes', sum(x, [])],
  ['identities of identities', mul(add(reshape(x, [2, 3]), 0), sub(3, 2))],
]

describe('is skipped', () => {
  for (const [name, value] of same) test(name, () => assert.equal(simple(value), x))
})

/** Values that are not x, however much they look like it. */
const different: readonly (readonly [name: string, value: Value])[] = [
  ['0 - x', sub(0, x)],
  ['1 / x', div(1, x)],
  ['1 ^ x', pow(1, x)],
  ['max(x, 0)', max(x, 0)],
  ['x * 0', mul(x, 0)],
  ['x + 1e-30', add(x, 1e-30)],
  ['x plus a 0 that stretches it', add(x, constant(zerosTensor('float32', [1, 1, 1])))],
  ['x plus zeros of another shape', add(input('x', []), constant([0]))],
  ['a square matrix transposed', transpose(square)],
  ['a cast to another type', cast(x, 'float64')],
  ['a sum over an axis of size 1', sum(input('r', [1, 3]), 0)],
]

describe('is kept', () => {
  for (const [name, value] of different)
    test(name, () => {
      assert.equal(simple(value).op, value.op)
      assert.deepEqual(simple(value).shape, value.shape)
    })
})

describe('constants', () => {
  test('that depend on constants alone are computed', () => {
    const value = simple(mul(x, add(constant([1, 2, 3]), mul(2, constant(4)))))
    const [, factor] = value.inputs
    assert.ok(factor && isOp(factor, 'constant'))
    assert.deepEqual([...factor.attrs.value.data], [9, 10, 11])
  })

  test('keep the origin of what they stand for', () => {
    const value = withOrigin({ kind: 'linear', path: '0' }, () => exp(constant(0)))
    assert.equal(simple(value).origin.path, '0')
  })

  test('of more than 1024 elements are left to the engine', () => {
    assert.deepEqual(opsIn(broadcast(constant(1), [1025])), ['constant', 'broadcast'])
    assert.deepEqual(opsIn(broadcast(constant(1), [1024])), ['constant'])
  })

  test('are not computed without an evaluator', () => {
    const program = simplify(pureProgram({ y: exp(constant(0)) }))
    assert.equal(program.outputs.y!.op, 'exp')
  })
})

describe('equal values', () => {
  test('are merged, and what was twice is there once', () => {
    assert.deepEqual(opsIn(add(exp(x), exp(x))), ['input', 'exp', 'add'])
  })

  test('are merged whatever the order of operands, where it does not matter', () => {
    const value = simple(sub(mul(x, y), mul(y, x)))
    assert.equal(value.inputs[0], value.inputs[1])
  })

  test('are merged across outputs and state', () => {
    const program = simplify({ outputs: { a: exp(x) }, state: { x: exp(x) } })
    assert.equal(program.outputs.a, program.state.x)
  })

  /** Pairs that differ, though little. */
  const pairs: readonly (readonly [name: string, a: Value, b: Value])[] = [
    ['in the order of operands, where it matters', sub(x, y), sub(y, x)],
    ['in an attribute', sum(square, 0), sum(square, 1)],
    ['in a flag', matmul(x, y, { transposeB: true }), matmul(y, x, { transposeB: true })],
    ['in the sign of 0', div(x, constant([0])), div(x, constant([-0]))],
    ['in the element type of a constant', constant(1, 'int32'), constant(1)],
    ['in the shape of a constant', constant([1]), constant([[1]])],
    ['in the last bit', add(x, constant(1)), add(x, constant(1 + 2 ** -23))],
    ['in a name', add(x, 1), add(y, 1)],
  ]
  for (const [name, a, b] of pairs)
    test(`are not merged when they differ ${name}`, () => {
      const { outputs } = simplify(pureProgram({ a, b }))
      assert.notEqual(outputs.a, outputs.b)
    })

  test('among constants may hold NaN', () => {
    const { outputs } = simplify(
      pureProgram({ a: constant([Number.NaN, 0]), b: constant([Number.NaN, 0]) }),
    )
    assert.equal(outputs.a, outputs.b)
  })

  test('among large constants are those of one array alone', () => {
    const data = new Float32Array(2000)
    const large = () => constant(tensorOf('float32', [2000], data))
    const other = constant(tensorOf('float32', [2000], data.slice()))
    const { outputs } = simplify(pureProgram({ a: large(), b: large(), other }))
    assert.equal(outputs.a, outputs.b)
    assert.notEqual(outputs.a, outputs.other)
  })
})

test('what no result reads any more is gone', () => {
  assert.deepEqual(opsIn(add(x, mul(0, constant(3)))), ['input'])
})

test('the signs of zeros come out as without rewriting', () => {
  const one = input('one', [])
  for (const zero of [0, -0]) {
    const value = div(one, constant(zero))
    const feeds = { one: tensorOf('float32', [], Float32Array.of(1)) }
    assert.equal(evaluate([simple(value)], feeds)[0]!.data[0], 1 / zero)
  }
})

test('an op that stretches its operands reads what was broadcast', () => {
  const row = input('row', [3])
  const stretched = broadcast(row, [2, 3])
  assert.deepEqual(simple(add(x, stretched)).inputs, [x, row])
  assert.deepEqual(simple(where(input('c', [], 'bool'), stretched, x)).inputs[1], row)
  // One of the two has to give the shape.
  assert.deepEqual(simple(mul(broadcast(row, [2, 3]), broadcast(row, [2, 3]))).shape, [2, 3])
})

test('a scalar on a product moves to the smaller factor, unless something else reads the product', () => {
  const rate = input('rate', [])
  const [a, b] = [input('a', [4, 1]), input('b', [1, 5])]
  const product = matmul(a, b)
  const moved = simple(mul(rate, product))
  assert.deepEqual([moved.op, moved.inputs[0]!.op, moved.shape], ['matmul', 'mul', [4, 5]])
  const { outputs } = simplify(pureProgram({ scaled: mul(rate, product), product }))
  assert.equal(outputs.scaled!.op, 'mul')
})

describe('before it is differentiated, a program', () => {
  const before = (y: Value) =>
    simplify(pureProgram({ y }), folded, { isDifferentiated: false }).outputs.y!

  test('keeps what stops gradients, which is gone afterwards', () => {
    const halted = mul(x, stopGradient(x))
    const slope = (y: Value) =>
      evaluate(gradients(sum(y), [x]), { x: zerosTensor('float32', [2, 3]) })
    assert.deepEqual(opsIn(halted), ['input', 'mul'])
    assert.deepEqual(
      valuesOf([before(halted)]).map(({ op }) => op),
      ['input', 'stopGradient', 'mul'],
    )
    assert.deepEqual(slope(before(halted)), slope(halted))
  })

  test('has the same gradients as without rewriting', () => {
    for (let seed = 0; seed < 60; seed++) {
      const { program, feeds } = randomProgram(seed, 'float64')
      const slopesOf = ({ outputs }: Program) =>
        evaluate(
          gradients(
            Object.values(outputs)
              .map(y => sum(y))
              .reduce((a, b) => add(a, b)),
            [...inputsOf(program).values()],
          ),
          feeds,
        )
      const expected = slopesOf(program)
      slopesOf(simplify(program, folded, { isDifferentiated: false })).forEach((slope, i) => {
        assertTensor(slope, expected[i]!, { epsilons: 64, scale: 100 })
      })
    }
  })
})

describe('the greatest of f(x)', () => {
  const image = input('image', [1, 2, 4, 4])
  const half = { kernel: [2, 2] } as const

  test('becomes f of the greatest, for every f that never falls', () => {
    const pooled = maxPool2d(relu(tanh(image)), half)
    assert.deepEqual(opsIn(pooled), ['input', 'maxPool2d', 'tanh', 'relu'])
    assert.deepEqual(opsIn(reduceMax(exp(x), 1)), ['input', 'reduceMax', 'exp'])
  })

  test('keeps the layers that both came from', () => {
    const mapped = withOrigin({ kind: 'relu', path: '1' }, () => relu(image))
    const pooled = withOrigin({ kind: 'maxPool2d', path: '2' }, () => maxPool2d(mapped, half))
    const [, picked, last] = valuesOf([simple(pooled)])
    assert.deepEqual([picked!.origin.path, last!.origin.path], ['2', '1'])
  })

  test('stays where f falls, or where something else reads f(x)', () => {
    assert.deepEqual(opsIn(maxPool2d(neg(image), half)), ['input', 'neg', 'maxPool2d'])
    const shared = relu(x)
    const rewritten = simplify(pureProgram({ shared, most: reduceMax(shared, 1) }), folded)
    assert.equal(rewritten.outputs.most!.op, 'reduceMax')
  })

  test('has the same value and the same gradient', () => {
    const pooled = maxPool2d(relu(image), half)
    const slope = (y: Value) => gradients(sum(mul(y, y)), [image])[0]!
    const elements = Float64Array.from({ length: 32 }, (_, i) => ((i * 5) % 7) - 4)
    const feeds = { image: tensorOf('float32', [1, 2, 4, 4], Float32Array.from(elements)) }
    const [before, after] = [pooled, simple(pooled)].map(y => evaluate([y, slope(y)], feeds))
    assert.deepEqual(after, before)
  })
})

test('a product twice is the product of twice its smaller factor', () => {
  const row = input('row', [3])
  const shapes = valuesOf([simple(add(mul(x, row), mul(x, row)))]).map(
    ({ op, shape }) => `${op} ${shape}`,
  )
  assert.deepEqual(shapes, ['input 2,3', 'input 3', 'add 3', 'mul 2,3'])
  assert.deepEqual(opsIn(add(mul(x, y), mul(x, y))), ['input', 'input', 'mul', 'add'])
})

test('a product added twice is added once, with twice its smaller factor', () => {
  const product = mul(x, input('row', [3]))
  const once = simple(add(product, add(y, product)))
  assert.equal(formatProgram(pureProgram({ y: once })).match(/ = (add|mul)/g)?.length, 3)
  const feeds = { x: floats(2, 3), y: floats(2, 3), row: floats(3) }
  const expected = evaluate([add(add(y, product), product)], feeds)[0]!
  assertTensor(evaluate([once], feeds)[0]!, expected, { epsilons: 4, scale: 1 })
  const sum = add(y, product)
  assert.deepEqual(opsIn(mul(sum, add(sum, product))).slice(3), ['mul', 'add', 'add', 'mul'])
  const full = mul(x, y)
  assert.deepEqual(opsIn(add(add(y, full), full)).slice(2), ['mul', 'add', 'add'])
})

test('a second rewrite changes nothing', () => {
  for (let seed = 0; seed < 60; seed++) {
    const once = simplify(randomProgram(seed).program, folded)
    assert.equal(formatProgram(simplify(once, folded)), formatProgram(once), `seed ${seed}`)
  }
})

test('a rewritten program gives the same results in float32 too', () => {
  for (let seed = 200; seed < 240; seed++) {
    const { program, feeds } = randomProgram(seed)
    const expected = evaluate(resultsOf(program), feeds)
    evaluate(resultsOf(simplify(program, folded)), feeds).forEach((found, i) => {
      assertTensor(found, expected[i]!, { epsilons: 64, scale: 1 })
    })
  }
})
