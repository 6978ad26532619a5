import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyOf, type Shape, splitKey } from '../base/index.ts'
import { identity, initialize, orthogonal, sparse, truncatedNormal } from './index.ts'

const key = splitKey(keyOf(2006), 'init')

/** The products of all pairs of rows of a matrix, or of its columns where there are more rows. */
function gram(data: ArrayLike<number>, rows: number, columns: number): number[][] {
  const isWide = rows <= columns
  const [count, length] = isWide ? [rows, columns] : [columns, rows]
  const at = (i: number, k: number) => data[isWide ? i * columns + k : k * columns + i]!
  return Array.from({ length: count }, (_, i) =>
    Array.from({ length: count }, (_, j) => {
      let sum = 0
      for (let k = 0; k < length; k++) sum += at(i, k) * at(j, k)
      return sum
    }),
  )
}

const matrices: readonly (readonly [Shape, rows: number, columns: number])[] = [
  [[40, 90], 40, 90],
  [[90, 40], 90, 40],
  [[64, 64], 64, 64],
  [[1, 7], 1, 7],
  [[24, 6, 3, 5], 24, 90],
  [[200, 4, 3, 3], 200, 36],
]
for (const [shape, rows, columns] of matrices)
  test(`orthogonal of [${shape}] has orthonormal ${rows <= columns ? 'rows' : 'columns'}, times its gain`, () => {
    const { data } = initialize(orthogonal({ gain: 1.5 }), shape, key, 'float64')
    for (const [i, row] of gram(data, rows, columns).entries())
      for (const [j, product] of row.entries())
        assert.ok(Math.abs(product - (i === j ? 2.25 : 0)) < 1e-12, `${i}, ${j}: ${product}`)
  })

test('orthogonal matrices are uniform: determinants of both signs, and diagonals around 0', () => {
  // Without the sign fix, QR by reflections leaves diagonals that are mostly negative.
  let positive = 0
  let diagonal = 0
  const draws = 2000
  for (let i = 0; i < draws; i++) {
    const { data } = initialize(orthogonal(), [2, 2], splitKey(key, i), 'float64')
    positive += Number(data[0]! * data[3]! - data[1]! * data[2]! > 0)
    diagonal += data[0]! + data[3]!
  }
  assert.ok(Math.abs(positive - draws / 2) < 5 * Math.sqrt(draws / 4), `${positive} rotations`)
  // The trace has variance 1: 2 cos of any angle half of the time, else 0.
  assert.ok(Math.abs(diagonal) < 5 * Math.sqrt(draws), `diagonals sum to ${diagonal}`)
})

test('the numbers of an orthogonal matrix are the golden ones on every platform', () => {
  // Source: Gram-Schmidt of the same normal numbers with 50 decimal digits.
  const golden = [
    [-0.12570339137187297, -0.06484006993994798, 0.8803906109539135, -0.45266631735969415],
    [-0.7972676480790302, 0.30680921075686257, -0.3069513226384637, -0.4195393796198165],
    [-0.5539353187762688, -0.07792188938149029, 0.31036148404126684, 0.7686088673643798],
  ]
  const { data } = initialize(orthogonal(), [3, 4], key)
  assert.deepEqual(data, Float32Array.from(golden.flat()))
  const row = [-0.12570339137187297, -0.064840069939948, 0.8803906109539136, -0.4526663173596942]
  assert.deepEqual([...initialize(orthogonal(), [3, 4], key, 'float64').data].slice(0, 4), row)
})

test('sparse gives each unit its connections, at other inputs each, and no fewer than there are', () => {
  const { data } = initialize(sparse({ connections: 15 }), [50, 8, 3, 3], key)
  const chosen = new Set<string>()
  for (let row = 0; row < 50; row++) {
    const weights = [...data.subarray(row * 72, (row + 1) * 72)]
    const places = [...weights.keys()].filter(i => weights[i] !== 0)
    assert.equal(places.length, 15)
    chosen.add(String(places))
  }
  assert.equal(chosen.size, 50)
  assert.equal(initialize(sparse(), [5, 4], key).data.filter(x => x !== 0).length, 20)
})

test('identity passes channels through, in the middle of a kernel', () => {
  assert.deepEqual([...initialize(identity(), [2, 3], key).data], [1, 0, 0, 0, 1, 0])
  assert.deepEqual([...initialize(identity(2), [3, 2], key).data], [2, 0, 0, 2, 0, 0])
  const { data } = initialize(identity(), [2, 2, 3, 3], key)
  const ones = [...data.keys()].filter(i => data[i] !== 0)
  assert.deepEqual(ones, [4, 27 + 4])
  // As PyTorch's dirac_ of a 2 by 2 kernel.
  assert.deepEqual([...initialize(identity(), [1, 1, 2, 2], key).data], [0, 0, 0, 1])
})

test('a truncated normal tensor has no element beyond two deviations, and many close to them', () => {
  const { data } = initialize(truncatedNormal(5, 2), [100, 100], key)
  const farthest = Math.max(...[...data].map(x => Math.abs(x - 5)))
  assert.ok(farthest <= 4 && farthest > 3.98, `${farthest}`)
})
