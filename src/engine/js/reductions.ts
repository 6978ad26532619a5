import type { Value } from '../../ir/index.ts'
import type { Index, KernelWriter } from './kernel.ts'
import type { View } from './view.ts'

/** Lines up to this length are written out. */
const unrollUpTo = 4

/** Combines the elements along the reduced axes, in row-major order. */
export const reduction =
  (initial: string, combine: (total: string, x: string) => string) =>
  (value: Value<'reduceSum' | 'reduceMax'>, kernel: KernelWriter): void => {
    const { axes, keepAxes } = value.attrs
    const { shape } = value.inputs[0]
    overLines(kernel, shape, axes, (kept, along) => {
      const total = kernel.name('t')
      kernel.line(`let ${total} = ${initial}`)
      along(index => kernel.line(combine(total, kernel.element(index))))
      const index = kept.flatMap(at => (at !== undefined ? [at] : keepAxes ? [0] : []))
      kernel.finish(index, total)
    })
  }

/** The first index whose element no other exceeds. */
export function argMax(value: Value<'argMax'>, kernel: KernelWriter): void {
  const { axis } = value.attrs
  overLines(kernel, value.inputs[0].shape, [axis], (kept, along) => {
    const [most, at] = [kernel.name('t'), kernel.name('t')]
    kernel.line(`let ${most} = -Infinity`)
    kernel.line(`let ${at} = 0`)
    along(index => {
      const x = kernel.element(index)
      kernel.line(`if (${x} > ${most}) { ${most} = ${x}; ${at} = ${index[axis]} }`)
    })
    kernel.finish(
      kept.flatMap(index => (index === undefined ? [] : [index])),
      at,
    )
  })
}

/** Along one axis: less the greatest, then less the logarithm of the sum of exponentials. */
export function logSoftmax(value: Value<'logSoftmax'>, kernel: KernelWriter): void {
  const [x] = kernel.operands as [View]
  overLines(kernel, value.shape, [value.attrs.axis], (_, along) => {
    const [most, total] = [kernel.name('t'), kernel.name('t')]
    kernel.line(`let ${most} = -Infinity`)
    along(index => kernel.line(`${most} = max(${most}, ${kernel.read(x, index)})`))
    kernel.line(`let ${total} = 0`)
    along(index => kernel.line(`${total} += exp(${kernel.read(x, index)} - ${most})`))
    kernel.line(`${total} = log(${total})`)
    along(index => kernel.finish(index, `${kernel.read(x, index)} - ${most} - ${total}`))
  })
}

/**
 * Loops over the axes that stay; `body` loops along the others, as often as it wants. What stays has
 * an index, the others none.
 */
function overLines(
  kernel: KernelWriter,
  shape: readonly number[],
  axes: readonly number[],
  body: (
    kept: readonly (Index | undefined)[],
    along: (each: (index: readonly Index[]) => void) => void,
  ) => void,
): void {
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1)
  const alongFrom = (
    index: readonly (Index | undefined)[],
    each: (i: readonly Index[]) => void,
  ) => {
    const axis = index.indexOf(undefined)
    if (axis < 0) each(index as readonly Index[])
    else
      kernel.loop(shape[axis]!, at => alongFrom(index.with(axis, at), each), {
        unrolled: count <= unrollUpTo,
      })
  }
  const lines = shape.map((n, axis) => (axes.includes(axis) ? 1 : n))
  kernel.nest(lines, index => {
    const kept = index.map((at, axis) => (axes.includes(axis) ? undefined : at))
    body(kept, each => alongFrom(kept, each))
  })
}
