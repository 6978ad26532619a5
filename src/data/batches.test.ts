import assert from 'node:assert/strict'
import { test } from 'node:test'
import { DataError, type DType, dtypes, keyOf, ShapeError, type Tensor } from '../base/index.ts'
import { epochOrder, gatherRows } from './index.ts'

const key = keyOf(2006)

function counting(dtype: DType, shape: readonly number[]): Tensor {
  const data = new dtypes[dtype].array(shape.reduce((product, n) => product * n, 1))
  return { dtype, shape, data: data.map((_, i) => i % 251) }
}

test('an epoch order holds every row once, repeats with its key and epoch, and differs by epoch', () => {
  const [first, second] = [epochOrder(key, 1000, 0, true), epochOrder(key, 1000, 1, true)]
  for (const order of [first, second]) assert.deepEqual([...order.toSorted()], [...order.keys()])
  assert.deepEqual(first, epochOrder(key, 1000, 0, true))
  const inPlace = first.reduce((sum, row, i) => sum + Number(row === second[i]), 0)
  assert.ok(inPlace < 10, `${inPlace} rows at the same place in both epochs`)
  assert.deepEqual([...epochOrder(key, 6, 5, true)], [2, 0, 1, 3, 4, 5])
})

test('an order without a shuffle counts up', () => {
  assert.deepEqual([...epochOrder(key, 4, 7, false)], [0, 1, 2, 3])
})

for (const [dtype, shape] of [
  ['uint8', [50, 784]],
  ['float32', [50, 3, 4]],
  ['float32', [50, 17]],
  ['float64', [50, 16]],
  ['int32', [50]],
] as const)
  test(`rows of ${dtype} [${shape}] are gathered in the order given`, () => {
    const source = counting(dtype, shape)
    const order = epochOrder(key, 50, 0, true)
    const gathered = gatherRows(source, order, 10, 7)
    assert.equal(gathered.dtype, dtype)
    assert.deepEqual(gathered.shape, [7, ...shape.slice(1)])
    const size = source.data.length / 50
    const expected = [...order.subarray(10, 17)].flatMap(row => [
      ...source.data.subarray(row * size, (row + 1) * size),
    ])
    assert.deepEqual([...gathered.data], expected)
    assert.notEqual(gathered.data.buffer, source.data.buffer)
  })

test('one buffer serves batch after batch', () => {
  const source = counting('float32', [10, 20])
  const order = epochOrder(key, 10, 0, false)
  const out = new Float32Array(4 * 20)
  const first = gatherRows(source, order, 0, 4, out)
  assert.equal(first.data, out)
  gatherRows(source, order, 4, 4, out)
  assert.deepEqual(out, source.data.subarray(80, 160))
})

test('a buffer, an order or a row that does not fit is refused', () => {
  const source = counting('float32', [10, 2])
  const order = epochOrder(key, 10, 0, false)
  assert.throws(() => gatherRows(source, order, 0, 4, new Float32Array(7)), ShapeError)
  assert.throws(() => gatherRows(source, order, 0, 4, new Float64Array(8)), ShapeError)
  assert.throws(() => gatherRows(source, order, 8, 3), {
    name: 'DataError',
    message: /expected a row below 10 at place 10 of the order, received an order of 10/,
  })
  assert.throws(() => gatherRows(source, Uint32Array.of(3, 10), 0, 2), DataError)
})
