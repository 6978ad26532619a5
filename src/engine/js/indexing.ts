import type { Value } from '../../ir/index.ts'
import type { Index, KernelWriter } from './kernel.ts'
import type { View } from './view.ts'

/** Writes what reads an index and refuses one outside 0..size-1; returns its name. */
function checkedIndex(
  kernel: KernelWriter,
  { op, origin }: Value,
  indices: View,
  at: readonly Index[],
  size: number,
): string {
  const name = kernel.name('n')
  kernel.line(`const ${name} = ${kernel.read(indices, at)} | 0`)
  const place = JSON.stringify({ op, origin })
  kernel.line(`if (${name} < 0 || ${name} >= ${size}) refuseIndex(${name}, ${size}, ${place})`)
  return name
}

/** `y[o, j, i] = x[o, indices[j], i]`. */
export function gather(value: Value<'gather'>, kernel: KernelWriter): void {
  const { axis } = value.attrs
  const [x, indices] = kernel.operands as [View, View]
  const end = axis + indices.shape.length
  const [before, after] = [value.shape.slice(0, axis), value.shape.slice(end)]
  kernel.nest(indices.shape, picked => {
    const row = checkedIndex(kernel, value, indices, picked, x.shape[axis]!)
    kernel.nest(before, outer =>
      kernel.nest(after, inner => {
        const element = kernel.read(x, [...outer, row, ...inner])
        kernel.finish([...outer, ...picked, ...inner], element)
      }),
    )
  })
}

/** `y[o, indices[j], i] += rows[o, j, i]`, summed in float64 and rounded once. */
export function scatterAdd(value: Value<'scatterAdd'>, kernel: KernelWriter): void {
  const { axis, size } = value.attrs
  const [rows, indices] = kernel.operands as [View, View]
  const end = axis + indices.shape.length
  const [before, after] = [rows.shape.slice(0, axis), rows.shape.slice(end)]
  const totals = kernel.scratch(value.shape)
  kernel.nest(value.shape, index => kernel.line(`${kernel.read(totals, index)} = 0`))
  kernel.nest(indices.shape, picked => {
    const row = checkedIndex(kernel, value, indices, picked, size)
    kernel.nest(before, outer =>
      kernel.nest(after, inner => {
        const element = kernel.read(rows, [...outer, ...picked, ...inner])
        kernel.line(`${kernel.read(totals, [...outer, row, ...inner])} += ${element}`)
      }),
    )
  })
  kernel.nest(value.shape, index => kernel.finish(index, kernel.read(totals, index)))
}

/** `y[j, k] = 1 where indices[j] = k, else 0`. */
export function oneHot(value: Value<'oneHot'>, kernel: KernelWriter): void {
  const [indices] = kernel.operands as [View]
  kernel.nest(indices.shape, at => {
    const name = kernel.name('n')
    kernel.line(`const ${name} = ${kernel.read(indices, at)}`)
    kernel.loop(value.attrs.depth, k => kernel.finish([...at, k], `${name} === ${k} ? 1 : 0`))
  })
}
