import { EngineError, type Tensor } from '../../base/index.ts'
import { describeOrigin, type Value } from '../../ir/index.ts'
import { fill, type Kernel, splitAt } from './kernel.ts'

function checkIndices(value: Value, indices: Tensor, size: number): void {
  for (const index of indices.data)
    if (index < 0 || index >= size)
      throw new EngineError({
        who: `${describeOrigin(value.origin, value.op)} in ${value.op}`,
        expected: `indices from 0 to ${size - 1}`,
        received: String(index),
      })
}

/** `y[o, j, i] = x[o, indices[j], i]`, where x is `[outer, n, inner]`. */
export const gather: Kernel<'gather'> = (value, operands) => {
  const [x, indices] = operands as [Tensor, Tensor]
  const [, n, inner] = splitAt(x.shape, value.attrs.axis)
  checkIndices(value, indices, n)
  const count = indices.data.length
  return fill(value, at => {
    const outer = Math.floor(at / (count * inner))
    const index = indices.data[Math.floor(at / inner) % count]!
    return x.data[(outer * n + index) * inner + (at % inner)]!
  })
}

/** `y[o, indices[j], i] += rows[o, j, i]`, summed in float64 and rounded once. */
export const scatterAdd: Kernel<'scatterAdd'> = (value, operands) => {
  const [rows, indices] = operands as [Tensor, Tensor]
  const [outer, size, inner] = splitAt(value.shape, value.attrs.axis)
  checkIndices(value, indices, size)
  const count = indices.data.length
  const totals = new Float64Array(outer * size * inner)
  rows.data.forEach((row, at) => {
    const index = indices.data[Math.floor(at / inner) % count]!
    totals[(Math.floor(at / (count * inner)) * size + index) * inner + (at % inner)]! += row
  })
  return fill(value, i => totals[i]!)
}

/** `y[j, k] = 1 where indices[j] = k, else 0`. */
export const oneHot: Kernel<'oneHot'> = (value, [indices]) => {
  const { depth } = value.attrs
  return fill(value, i => Number(indices.data[Math.floor(i / depth)] === i % depth))
}
