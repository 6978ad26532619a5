import type { Value } from '../../ir/index.ts'
import { type Index, type KernelWriter, plus } from './kernel.ts'
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
    inBlocks(kernel, m, (i, height) =>
      inBlocks(kernel, n, (j, width) => {
        const totals = grid(height, width, () => kernel.name('t'))
        for (const total of totals.flat()) kernel.line(`let ${total} = 0`)
        kernel.loop(
          depth,
          k => {
            const left = range(height).map(p => named(kernel, 'a', readA(at, plus(i, p), k)))
            const right = range(width).map(q => named(kernel, 'b', readB(at, k, plus(j, q))))
            for (const p of range(height))
              for (const q of range(width))
                kernel.line(`${totals[p]![q]} += ${left[p]} * ${right[q]}`)
          },
          { unrolled: depth <= unrollUpTo },
        )
        for (const p of range(height))
          for (const q of range(width))
            kernel.finish([...at, plus(i, p), plus(j, q)], totals[p]![q]!)
      }),
    ),
  )
}

function lastTwo({ strides }: View, isTransposed: boolean): [number, number] {
  const [row, column] = strides.slice(-2) as [number, number]
  return isTransposed ? [column, row] : [row, column]
}

/** Loops over an axis in blocks, and over what is left. */
function inBlocks(kernel: KernelWriter, n: number, body: (index: Index, size: number) => void) {
  const whole = n - (n % blockSize)
  if (whole > 0) kernel.loop(whole, index => body(index, blockSize), { step: blockSize })
  kernel.loop(n, index => body(index, 1), { from: whole })
}

function named(kernel: KernelWriter, stem: string, expression: string): string {
  const name = kernel.name(stem)
  kernel.line(`const ${name} = ${expression}`)
  return name
}

const range = (n: number): number[] => [...Array(n).keys()]
const grid = <T>(rows: number, columns: number, make: () => T): T[][] =>
  range(rows).map(() => range(columns).map(make))
