import type { Value } from '../../ir/index.ts'
import { inBlocks, indicesFrom, named, total } from './blocks.ts'
import type { Index, KernelWriter } from './kernel.ts'
import { stretchedStrides, type View } from './view.ts'

/** Rows and columns that are computed together: each element that is read serves two products. */
const blockSize = 2
/** Inner products up to this length are written out. */
const unrollUpTo = 8

/** `y[.., i, j] = sum over k of a[.., i, k] b[.., k, j]`, k ascending. */
export function matmul(value: Value<'matmul'>, kernel: KernelWriter): void {
  const { transposeA, transposeB } = value.attrs
  const lead = value.shape.slice(0, -2)
  const [m, n] = value.shape.slice(-2) as [number, number]
  const [a, b] = kernel.operands as [View, View]
  const depth = a.shape.at(transposeA ? -2 : -1)!
  const [aLead, bLead] = [a, b].map(({ shape, strides, ...rest }) =>
    stretchedStrides({ ...rest, shape: shape.slice(0, -2), strides: strides.slice(0, -2) }, lead),
  ) as [number[], number[]]
  const [aRow, aColumn] = lastTwo(a, transposeA)
  const [bRow, bColumn] = lastTwo(b, transposeB)
  const readA = (at: readonly Index[], i: Index, k: Index) =>
    kernel.read({ ...a, strides: [...aLead, aRow, aColumn] }, [...at, i, k])
  const readB = (at: readonly Index[], k: Index, j: Index) =>
    kernel.read({ ...b, strides: [...bLead, bRow, bColumn] }, [...at, k, j])

  kernel.nest(lead, at =>
    inBlocks(kernel, m, blockSize, (firstRow, height) =>
      inBlocks(kernel, n, blockSize, (firstColumn, width) => {
        const rows = indicesFrom(firstRow, height)
        const columns = indicesFrom(firstColumn, width)
        const totals = rows.map(() => columns.map(() => total(kernel)))
        const addUp = (k: Index) => {
          const left = rows.map(i => named(kernel, 'a', readA(at, i, k)))
          const right = columns.map(j => named(kernel, 'b', readB(at, k, j)))
          for (const [p, row] of totals.entries())
            for (const [q, sum] of row.entries()) kernel.line(`${sum} += ${left[p]} * ${right[q]}`)
        }
        kernel.loop(depth, addUp, { unrolled: depth <= unrollUpTo })
        for (const [p, i] of rows.entries())
          for (const [q, j] of columns.entries()) kernel.finish([...at, i, j], totals[p]![q]!)
      }),
    ),
  )
}

function lastTwo({ strides }: View, isTransposed: boolean): [number, number] {
  const [row, column] = strides.slice(-2) as [number, number]
  return isTransposed ? [column, row] : [row, column]
}
