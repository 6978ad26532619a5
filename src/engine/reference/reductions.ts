import { stridesOf } from '../../base/index.ts'
import { fill, type Kernel, offsetsOf, splitAt } from './kernel.ts'

/**
 * Combines the elements along the reduced axes. The running result is float64, so that a float32 sum
 * is rounded once.
 */
export const reduction =
  (initial: number, combine: (a: number, b: number) => number): Kernel<'reduceSum' | 'reduceMax'> =>
  (value, [x]) => {
    const { axes } = value.attrs
    const kept = stridesOf(x.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)))
    const offsets = offsetsOf(
      x.shape,
      kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride)),
    )
    const totals = new Float64Array(value.shape.reduce((a, b) => a * b, 1)).fill(initial)
    offsets.forEach((to, from) => {
      totals[to] = combine(totals[to]!, x.data[from]!)
    })
    return fill(value, i => totals[i]!)
  }

/** Along one axis: less the greatest, then less the logarithm of the sum of exponentials. */
export const logSoftmax: Kernel<'logSoftmax'> = (value, [x]) => {
  const [, n, inner] = splitAt(x.shape, value.attrs.axis)
  return fill(value, i => {
    const start = Math.floor(i / (n * inner)) * n * inner + (i % inner)
    const line = Array.from({ length: n }, (_, k) => x.data[start + k * inner]!)
    const greatest = line.reduce((a, b) => Math.max(a, b))
    const total = line.reduce((sum, element) => sum + Math.exp(element - greatest), 0)
    return x.data[i]! - greatest - Math.log(total)
  })
}

/** The first index whose element no other exceeds. */
export const argMax: Kernel<'argMax'> = (value, [x]) => {
  const [, n, inner] = splitAt(x.shape, value.attrs.axis)
  return fill(value, i => {
    const start = Math.floor(i / inner) * n * inner + (i % inner)
    const at = (index: number) => x.data[start + index * inner]!
    let greatest = 0
    for (let index = 1; index < n; index++) if (at(index) > at(greatest)) greatest = index
    return greatest
  })
}
