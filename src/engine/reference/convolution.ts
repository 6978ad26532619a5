import { type Shape, sizeOf, type Tensor } from '../../base/index.ts'
import type { ConvAttrs } from '../../ir/index.ts'
import { fill, type Kernel } from './kernel.ts'
import { reaches } from './windows.ts'

type Visit = (x: number, weight: number, y: number) => void

/**
 * Calls `visit` with the places in x `[B, C, H, W]`, weights `[O, C/groups, kh, kw]` and y `[B, O, h, w]`
 * that meet in a convolution: `y[y] += x[x] * weight[weight]`. Padding is not visited.
 */
function meet(x: Shape, weight: Shape, y: Shape, attrs: ConvAttrs, visit: Visit): void {
  const [batch, channels, height, width] = x as [number, number, number, number]
  const [outputs, perGroup, kh, kw] = weight as [number, number, number, number]
  const [rows, columns] = [
    reaches(attrs, 0, y[2]!, kh, height),
    reaches(attrs, 1, y[3]!, kw, width),
  ]
  const outputsPerGroup = outputs / attrs.groups
  for (let b = 0; b < batch; b++)
    for (let o = 0; o < outputs; o++)
      for (let c = 0; c < perGroup; c++) {
        const channel = Math.floor(o / outputsPerGroup) * perGroup + c
        for (const [i, u, row] of rows)
          for (const [j, v, column] of columns)
            visit(
              ((b * channels + channel) * height + row) * width + column,
              ((o * perGroup + c) * kh + u) * kw + v,
              ((b * outputs + o) * y[2]! + i) * y[3]! + j,
            )
      }
}

/** `y += x w` wherever they meet. Sums are float64 and rounded once, here and in both transposes. */
export const conv2d: Kernel<'conv2d'> = (value, operands) => {
  const [x, weight] = operands as [Tensor, Tensor]
  const totals = new Float64Array(sizeOf(value.shape))
  meet(x.shape, weight.shape, value.shape, value.attrs, (xAt, weightAt, yAt) => {
    totals[yAt]! += x.data[xAt]! * weight.data[weightAt]!
  })
  return fill(value, i => totals[i]!)
}

/** `dx += dy w` wherever they meet. */
export const conv2dInputGradient: Kernel<'conv2dInputGradient'> = (value, operands) => {
  const [dy, weight] = operands as [Tensor, Tensor]
  const totals = new Float64Array(sizeOf(value.shape))
  meet(value.shape, weight.shape, dy.shape, value.attrs, (xAt, weightAt, yAt) => {
    totals[xAt]! += dy.data[yAt]! * weight.data[weightAt]!
  })
  return fill(value, i => totals[i]!)
}

/** `dw += x dy` wherever they meet. */
export const conv2dWeightGradient: Kernel<'conv2dWeightGradient'> = (value, operands) => {
  const [x, dy] = operands as [Tensor, Tensor]
  const totals = new Float64Array(sizeOf(value.shape))
  meet(x.shape, value.shape, dy.shape, value.attrs, (xAt, weightAt, yAt) => {
    totals[weightAt]! += x.data[xAt]! * dy.data[yAt]!
  })
  return fill(value, i => totals[i]!)
}
