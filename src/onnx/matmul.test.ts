import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { floats, nodesOf, runModel } from '../../test/run-model.ts'
import { type Named, type Shape, sizeOf, type Tensor, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import {
  add,
  constant,
  input,
  matmul,
  mul,
  pureProgram,
  reshape,
  sub,
  transpose,
  type Value,
  valuesOf,
} from '../ir/index.ts'
import { encodeProgram, modelOf } from './index.ts'

const close = { epsilons: 16, scale: 1 }

const x = input('x', [2, 3])
const weight = input('weight', [4, 3])
const bias = input('bias', [4])
const product = matmul(x, weight, { transposeB: true })
const feeds = { x: floats(2, 3), weight: floats(4, 3), bias: floats(4), full: floats(2, 4) }

/** What becomes one Gemm, and what must not. */
const products: readonly (readonly [name: string, y: Value, nodes: readonly string[]])[] = [
  ['a product and a bias', add(product, bias), ['Gemm']],
  ['a bias and a product', add(bias, product), ['Gemm']],
  ['a product and a scalar', add(product, input('scalar', [])), ['Gemm']],
  ['a product and a matrix', add(product, input('full', [2, 4])), ['Gemm']],
  ['a matrix less a product', sub(input('full', [2, 4]), product), ['Gemm']],
  [
    'a product of scaled matrices and a scaled bias',
    add(matmul(mul(0.5, x), mul(weight, 4), { transposeB: true }), mul(3, bias)),
    ['Gemm'],
  ],
  [
    'a sum of two products',
    add(product, matmul(x, mul(2, transpose(weight)))),
    ['Transpose', 'Gemm', 'Gemm'],
  ],
  ['a product that is also read elsewhere', add(product, mul(product, 2)), ['Gemm', 'Mul', 'Add']],
  [
    'a product that is stretched',
    add(reshape(product, [8]), constant(1)),
    ['Gemm', 'Reshape', 'Add'],
  ],
  ['a product less a bias', sub(product, bias), ['Gemm', 'Sub']],
  [
    'a product and an addend of three axes',
    add(product, input('cube', [1, 2, 4])),
    ['Gemm', 'Add'],
  ],
  ['a product that its addend stretches', add(product, input('cube', [3, 2, 4])), ['Gemm', 'Add']],
  ['a plain product', matmul(x, transpose(weight)), ['Transpose', 'MatMul']],
]

describe('a product of matrices', () => {
  const all = { ...feeds, scalar: floats(), cube: floats(3, 2, 4) }
  for (const [name, y, nodes] of products)
    test(`${name} becomes ${nodes.join(', ')} and computes the same`, async () => {
      assert.deepEqual(nodesOf(y), nodes)
      const needed = new Map(
        valuesOf([y]).flatMap(value =>
          value.op === 'input'
            ? [[(value as Value<'input'>).attrs.name, value.shape] as [keyof typeof all, Shape]]
            : [],
        ),
      )
      const given = Object.fromEntries(
        [...needed].map(([key, shape]) => [key, cut(all[key], shape)]),
      )
      const found = await runModel(encodeProgram(pureProgram({ y })), given)
      assertTensor(found.y, evaluate([y], given)[0]!, close)
    })

  test('both a product and its sum may be results', async () => {
    const outputs = { product, total: add(product, bias) }
    const found = await runModel(encodeProgram(pureProgram(outputs)), feedsFor(outputs))
    const expected = evaluate(Object.values(outputs), feedsFor(outputs))
    assertTensor(found.product, expected[0]!, close)
    assertTensor(found.total, expected[1]!, close)
  })

  test('of integers is no Gemm, which ONNX Runtime has for floats alone', async () => {
    const [a, b] = ['a', 'b'].map(name => input(name, [2, 2], 'int32')) as [Value, Value]
    const y = add(matmul(a, b, { transposeB: true }), b)
    assert.deepEqual(nodesOf(y), ['Transpose', 'MatMul', 'Add'])
    const given = {
      a: tensorOf('int32', [2, 2], Int32Array.of(1, 2, 3, 4)),
      b: tensorOf('int32', [2, 2], Int32Array.of(5, 6, 7, 8)),
    }
    const found = await runModel(encodeProgram(pureProgram({ y })), given)
    assertTensor(found.y, evaluate([y], given)[0]!)
  })

  test('takes in no factor that its float32 attribute would round', () => {
    const wide = input('wide', [2, 2], 'float64')
    assert.ok(nodesOf(matmul(mul(0.1, wide), wide)).includes('Mul'))
    assert.ok(!nodesOf(matmul(mul(0.5, wide), wide)).includes('Mul'))
  })
})

describe('a dialect', () => {
  const batches = matmul(input('a', [5, 2, 3]), input('b', [5, 4, 3]), { transposeB: true })

  test('runtime has FusedMatMul for batches of transposed matrices', () => {
    assert.deepEqual(nodesOf(batches), ['FusedMatMul'])
  })

  test('standard does without, and imports no other operators', () => {
    assert.deepEqual(nodesOf(batches, { dialect: 'standard' }), ['Transpose', 'MatMul'])
    const { opsetImport } = modelOf(pureProgram({ y: batches }), { dialect: 'standard' })
    assert.deepEqual(
      opsetImport?.map(({ domain }) => domain),
      [''],
    )
  })

  test('does not change what is computed', async () => {
    const given = { a: floats(5, 2, 3), b: floats(5, 4, 3) }
    for (const dialect of ['runtime', 'standard'] as const) {
      const found = await runModel(encodeProgram(pureProgram({ y: batches }), { dialect }), given)
      assertTensor(found.y, evaluate([batches], given)[0]!, close)
    }
  })
})

function feedsFor(outputs: Named<Value>): Named<Tensor> {
  const names = valuesOf(Object.values(outputs)).flatMap(value =>
    value.op === 'input' ? [(value as Value<'input'>).attrs.name] : [],
  )
  return Object.fromEntries(names.map(name => [name, feeds[name as keyof typeof feeds]]))
}

/** The first elements of a tensor in another shape. */
function cut({ data }: Tensor, shape: Shape): Tensor {
  return tensorOf('float32', shape, data.slice(0, sizeOf(shape)) as Float32Array<ArrayBuffer>)
}
