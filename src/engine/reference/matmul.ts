import type { Tensor } from '../../base/index.ts'
import { fill, type Kernel, offsetsOf, stretchedStrides } from './kernel.ts'

/** `y[.., i, j] = sum over k of a[.., i, k] b[.., k, j]`, summed in float64 and rounded once. */
export const matmul: Kernel<'matmul'> = (value, operands) => {
  const [a, b] = operands as [Tensor, Tensor]
  const { transposeA, transposeB } = value.attrs
  const [m, n] = value.shape.slice(-2) as [number, number]
  const depth = a.shape.at(transposeA ? -2 : -1)!
  const [rowA, columnA] = transposeA ? [1, m] : [depth, 1]
  const [rowB, columnB] = transposeB ? [1, depth] : [n, 1]
  const lead = value.shape.slice(0, -2)
  const [matrixOfA, matrixOfB] = [a, b].map(({ shape }) =>
    offsetsOf(lead, stretchedStrides(shape.slice(0, -2), lead)),
  ) as [number[], number[]]
  return fill(value, i => {
    const matrix = Math.floor(i / (m * n))
    const startA = matrixOfA[matrix]! * m * depth + (Math.floor(i / n) % m) * rowA
    const startB = matrixOfB[matrix]! * depth * n + (i % n) * columnB
    let total = 0
    for (let k = 0; k < depth; k++)
      total += a.data[startA + k * columnA]! * b.data[startB + k * rowB]!
    return total
  })
}
