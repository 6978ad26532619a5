import { type Shape, sizeOf, type Tensor } from '../../base/index.ts'
import type { AveragePoolAttrs, PoolAttrs } from '../../ir/index.ts'
import { fill, type Kernel } from './kernel.ts'
import { reaches } from './windows.ts'

type Visit = (x: number, y: number) => void

/** Calls `visit` with every place in x `[B, C, H, W]` and the window in y `[B, C, h, w]` that it lies in. */
function lie(x: Shape, y: Shape, attrs: PoolAttrs, visit: Visit): void {
  const [batch, channels, height, width] = x as [number, number, number, number]
  const rows = reaches(attrs, 0, y[2]!, attrs.kernel[0], height)
  const columns = reaches(attrs, 1, y[3]!, attrs.kernel[1], width)
  for (let image = 0; image < batch * channels; image++)
    for (const [i, , row] of rows)
      for (const [j, , column] of columns)
        visit((image * height + row) * width + column, (image * y[2]! + i) * y[3]! + j)
}

/** The greatest of each window. */
export const maxPool2d: Kernel<'maxPool2d'> = (value, operands) => {
  const [x] = operands as [Tensor]
  const greatest = new Float64Array(sizeOf(value.shape)).fill(-Infinity)
  lie(x.shape, value.shape, value.attrs, (xAt, yAt) => {
    greatest[yAt] = Math.max(greatest[yAt]!, x.data[xAt]!)
  })
  return fill(value, i => greatest[i]!)
}

/** Each dy goes to the first place of its window that equals y; rows are visited before columns. */
export const maxPool2dGradient: Kernel<'maxPool2dGradient'> = (value, operands) => {
  const [x, y, dy] = operands as [Tensor, Tensor, Tensor]
  const totals = new Float64Array(sizeOf(value.shape))
  const isGiven = new Uint8Array(sizeOf(y.shape))
  lie(x.shape, y.shape, value.attrs, (xAt, yAt) => {
    if (isGiven[yAt] || x.data[xAt] !== y.data[yAt]) return
    isGiven[yAt] = 1
    totals[xAt]! += dy.data[yAt]!
  })
  return fill(value, i => totals[i]!)
}

/** The number that the sum of each window is divided by. */
function divisors(x: Shape, y: Shape, attrs: AveragePoolAttrs): Float64Array {
  const [kh, kw] = attrs.kernel
  const counts = new Float64Array(sizeOf(y))
  if (attrs.countIncludePad) return counts.fill(kh * kw)
  lie(x, y, attrs, (_, yAt) => {
    counts[yAt]! += 1
  })
  return counts
}

/** The sum of each window over its count. */
export const averagePool2d: Kernel<'averagePool2d'> = (value, operands) => {
  const [x] = operands as [Tensor]
  const counts = divisors(x.shape, value.shape, value.attrs)
  const totals = new Float64Array(sizeOf(value.shape))
  lie(x.shape, value.shape, value.attrs, (xAt, yAt) => {
    totals[yAt]! += x.data[xAt]!
  })
  return fill(value, i => totals[i]! / counts[i]!)
}

/** Each dy over the count of its window, added to every element of it. */
export const averagePool2dGradient: Kernel<'averagePool2dGradient'> = (value, operands) => {
  const [dy] = operands as [Tensor]
  const counts = divisors(value.shape, dy.shape, value.attrs)
  const totals = new Float64Array(sizeOf(value.shape))
  lie(value.shape, dy.shape, value.attrs, (xAt, yAt) => {
    totals[xAt]! += dy.data[yAt]! / counts[yAt]!
  })
  return fill(value, i => totals[i]!)
}
