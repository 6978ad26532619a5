import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { fillNormal, keyOf, splitKey, type Tensor } from '../base/index.ts'
import { dataOf, inputsAsTargets } from '../data/index.ts'
import { mnist } from '../data/node/index.ts'
import { type Engine, nativeEngine, referenceEngine } from '../engine/index.ts'
import { metrics } from '../inspect/index.ts'
import { meanSquaredError } from '../nn/index.ts'
import { scoreModel } from '../train/index.ts'
import { pca } from './pca.ts'
import { greatestEigen, jacobi } from './pca-eigen.ts'
import { unlabelled } from './unlabelled.ts'

const engine = await nativeEngine({ threads: 1 })

function random(name: string, size: number): Float64Array<ArrayBuffer> {
  const numbers = new Float64Array(size)
  fillNormal(splitKey(keyOf(1901), name), numbers, 0, 1)
  return numbers
}

/** 1,500 rows of 7 numbers that hang together. */
function rows(): Tensor {
  const [few, mix] = [random('few', 1500 * 3), random('mix', 3 * 7)]
  const noise = random('noise', 1500 * 7)
  const data = Float32Array.from({ length: 1500 * 7 }, (_, i) => {
    const [row, column] = [Math.floor(i / 7), i % 7]
    let x = 5 + 0.1 * noise[i]!
    for (let k = 0; k < 3; k++) x += few[row * 3 + k]! * mix[k * 7 + column]!
    return x
  })
  return { dtype: 'float32', shape: [1500, 7], data }
}

/** The covariance of rows, by its definition. */
function covarianceOf({ shape, data }: Tensor): Float64Array {
  const [n = 0, d = 0] = shape
  const mean = Float64Array.from({ length: d }, (_, j) => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += data[i * d + j]!
    return sum / n
  })
  return Float64Array.from({ length: d * d }, (_, at) => {
    const [j, k] = [Math.floor(at / d), at % d]
    let sum = 0
    for (let i = 0; i < n; i++) sum += (data[i * d + j]! - mean[j]!) * (data[i * d + k]! - mean[k]!)
    return sum / n
  })
}

const close = (found: number, expected: number, error = 1e-9) =>
  assert.ok(
    Math.abs(found - expected) <= error * Math.max(1, Math.abs(expected)),
    `${found}, not ${expected}`,
  )

test('jacobi finds the eigenvalues and unit vectors of a symmetric matrix', () => {
  // Source: the eigenvalues of tridiag(-1, 2, -1) are 2 - 2 cos(k pi / (n + 1)).
  const n = 6
  const matrix = Float64Array.from({ length: n * n }, (_, i) => {
    const distance = Math.abs(Math.floor(i / n) - (i % n))
    return distance === 0 ? 2 : distance === 1 ? -1 : 0
  })
  const { values, vectors } = jacobi(matrix, n)
  for (let k = 0; k < n; k++) {
    close(values[k]!, 2 - 2 * Math.cos(((n - k) * Math.PI) / (n + 1)), 1e-14)
    const v = vectors.subarray(k * n, (k + 1) * n)
    close(Math.hypot(...v), 1, 1e-14)
    for (let i = 0; i < n; i++) {
      let sum = 0
      for (let j = 0; j < n; j++) sum += matrix[i * n + j]! * v[j]!
      close(sum, values[k]! * v[i]!, 1e-14)
    }
  }
})

test('the greatest eigenvalues are found within a block, of a matrix without full rank too', async () => {
  // A = B' B of 4 rows: 20 eigenvalues, 16 of them 0.
  const n = 20
  const b = random('b', 4 * n)
  const times = async (block: Float64Array) => {
    const result = new Float64Array(block.length)
    for (let row = 0; row < block.length / n; row++)
      for (let r = 0; r < 4; r++) {
        let along = 0
        for (let j = 0; j < n; j++) along += block[row * n + j]! * b[r * n + j]!
        for (let j = 0; j < n; j++) result[row * n + j]! += along * b[r * n + j]!
      }
    return result
  }
  const matrix = await times(
    Float64Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0)),
  )
  const expected = jacobi(matrix, n).values
  const { values } = await greatestEigen(times, random('start', 8 * n), n, 5)
  for (const [i, value] of values.entries()) close(value, expected[i]!, 1e-10)
})

const engines: readonly Engine[] = [engine, referenceEngine()]
for (const engine of engines)
  test(`components carry the greatest variances (${engine.name})`, async () => {
    const train = rows()
    const { values } = jacobi(covarianceOf(train), 7)
    const { variances, totalVariance } = await pca({ train }, { components: 3, engine })
    for (const [i, variance] of variances.entries()) close(variance, values[i]!)
    close(
      totalVariance,
      values.reduce((a, b) => a + b),
    )
  })

test('the squared error of training rows is the variance that is left', async () => {
  const train = rows()
  const data = await inputsAsTargets(
    await dataOf({
      train: { inputs: train, targets: new Float32Array(1500) },
      normalize: 'standard',
    }),
  )
  const found = await pca({ train, normalization: data.normalization! }, { components: 2, engine })
  const left = found.totalVariance - found.variances[0]! - found.variances[1]!
  close(found.totalVariance, 7, 1e-6)
  const scores = await scoreModel(
    { model: found.model, loss: meanSquaredError(), data },
    found.weights,
    { metrics: [metrics.squaredError()], engine },
  )
  close(scores.metrics!.squaredError!, left, 1e-5)
})

test('with as many components as inputs, every row comes back', async () => {
  const bytes: Tensor = {
    dtype: 'uint8',
    shape: [40, 2, 3],
    data: Uint8Array.from({ length: 240 }, (_, i) => (i * i) % 251),
  }
  const flat = { ...bytes, shape: [40, 6] }
  const { model, weights, variances } = await pca(
    { train: bytes, scale: 1 / 255 },
    { components: 6, engine },
  )
  assert.equal(variances.length, 6)
  const data = await inputsAsTargets(
    await dataOf({ train: { inputs: flat, targets: new Float32Array(40) }, scale: 1 / 255 }),
  )
  const { loss } = await scoreModel({ model, loss: meanSquaredError(), data }, weights, { engine })
  assert.ok(loss < 1e-12, `${loss}`)
})

test('30 components of MNIST leave a squared error of 13.87 on test images, as published', async () => {
  // Source: Hinton and Salakhutdinov, "Reducing the dimensionality of data with neural networks" (2006).
  const images = await mnist({ validation: 0 })
  const { model, weights } = await pca(unlabelled(images), { components: 30 })
  const scores = await scoreModel(
    { model, loss: meanSquaredError(), data: await inputsAsTargets(images) },
    weights,
    { metrics: [metrics.squaredError()] },
  )
  close(scores.metrics!.squaredError!, 13.866, 1e-4)
})

describe('pca refuses', () => {
  for (const components of [0, 8, 1.5])
    test(`${components} components of 7 inputs`, () =>
      assert.rejects(pca({ train: rows() }, { components }), {
        name: 'ConfigError',
        message: `pca: expected 1 to 7 components, no more than inputs, received ${components}`,
      }))
})
