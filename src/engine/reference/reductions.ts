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
    const kept = stridesOf(x!.shape.map((n, axis) => (axes.includes(axis) ? 1 : n)))
    const offsets = offsetsOf(
      x!.shape,
      kept.map((stride, axis) => (axes.includes(axis) ? 0 : stride)),
    )
    const totals = new Float64Array(value.shape.reduce((a, b) => a * b, 1)).fill(initial)
    offsets.forEach((to, from) => {
      totals[to] = combine(totals[to]!, x!.data[from]!)
    })
    return fill(value, i => totals[i]!)
  }

/** The first index whose element no other exceeds. */
export const argMax: Kernel<'argMax'> = (value, [x]) => {
  const [, n, inner] = splitAt(x!.shape, value.attrs.axis)
  return fill(value, i => {
    const start = Math.floor(i / inner) * n * inner + (i % inner)
    const at = (index: number) => x!.data[start + index * inner]!
    let greatest = 0
    for (let index = 1; index < n; index++) if (at(index) > at(greatest)) greatest = index
    return greatest
  })
}
