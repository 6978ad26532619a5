import { fillNormal, type Shape } from '../base/index.ts'
import { matrixOf } from './fans.ts'
import type { Filling } from './filling.ts'

/**
 * `gain · Q` with orthonormal rows, or columns where there are more rows than columns; every such Q is
 * as likely as any other, since Gram-Schmidt leaves the diagonal of R positive. Computed in float64.
 * Shapes: a kernel [O, ...] is filled as the matrix [O, rest].
 * Source: Mezzadri, "How to generate random matrices from the classical compact groups" (2007).
 */
export function orthogonalFilling(gain: number, shape: Shape): Filling {
  const { rows, columns } = matrixOf(shape)
  const count = Math.min(rows, columns)
  const length = Math.max(rows, columns)
  const bound = Math.abs(gain)
  return {
    // The squares of each of the `count` vectors sum to gain².
    moments: { mean: 0, std: bound / Math.sqrt(length), low: -bound, high: bound },
    fill(key, array) {
      const vectors = new Float64Array(count * length)
      fillNormal(key, vectors, 0, 1)
      orthonormalise(vectors, count, length)
      for (let i = 0; i < count; i++)
        for (let j = 0; j < length; j++)
          array[rows <= columns ? i * columns + j : j * columns + i] =
            gain * vectors[i * length + j]!
    },
  }
}

/**
 * Makes the vectors of a [count, length] matrix orthonormal, each with what is left of it after those
 * before: modified Gram-Schmidt, whose error grows with the condition of the matrix and is far below
 * float32's for random ones. Only exactly rounded operations, in a fixed order.
 */
function orthonormalise(vectors: Float64Array, count: number, length: number): void {
  for (let i = 0; i < count; i++) {
    const one = vectors.subarray(i * length, (i + 1) * length)
    const norm = Math.sqrt(dot(one, one))
    for (let k = 0; k < length; k++) one[k] = one[k]! / norm
    for (let j = i + 1; j < count; j++) {
      const other = vectors.subarray(j * length, (j + 1) * length)
      const share = dot(one, other)
      for (let k = 0; k < length; k++) other[k] = other[k]! - share * one[k]!
    }
  }
}

/** In four sums that do not wait for each other. */
function dot(a: Float64Array, b: Float64Array): number {
  const { length } = a
  let [s, t, u, v] = [0, 0, 0, 0]
  let k = 0
  for (; k + 3 < length; k += 4) {
    s += a[k]! * b[k]!
    t += a[k + 1]! * b[k + 1]!
    u += a[k + 2]! * b[k + 2]!
    v += a[k + 3]! * b[k + 3]!
  }
  for (; k < length; k++) s += a[k]! * b[k]!
  return s + t + (u + v)
}
