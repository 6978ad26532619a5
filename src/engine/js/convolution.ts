import type { ConvAttrs, Value } from '../../ir/index.ts'
import { inBlocks, indicesFrom, named, total } from './blocks.ts'
import { type KernelWriter, plus, times } from './kernel.ts'
import type { View } from './view.ts'
import { overWindow, overWindows, overWindowsAt, type Windows } from './windows.ts'

/** Output channels that are computed together: each element of x that is read serves so many. */
const blockSize = 4

type Sizes = readonly [number, number, number, number]

const sizesOf = ({ shape }: View): Sizes => shape as unknown as Sizes

interface Convolution extends Windows {
  readonly batch: number
  readonly groups: number
  readonly outputsPerGroup: number
  readonly inputsPerGroup: number
}

/** Shapes: x `[B, C, H, W]`, weights `[O, C/groups, kh, kw]`, y `[B, O, h, w]`. */
function convolution(x: Sizes, weight: Sizes, y: Sizes, attrs: ConvAttrs): Convolution {
  return {
    attrs,
    kernel: [weight[2], weight[3]],
    size: [x[2], x[3]],
    count: [y[2], y[3]],
    batch: x[0],
    groups: attrs.groups,
    outputsPerGroup: weight[0] / attrs.groups,
    inputsPerGroup: weight[1],
  }
}

/** `y[b, o, i, j] = sum over c, u, v of x[b, c, row, column] w[o, c, u, v]`. */
export function conv2d(value: Value<'conv2d'>, kernel: KernelWriter): void {
  const [x, weight] = kernel.operands as [View, View]
  const conv = convolution(
    sizesOf(x),
    sizesOf(weight),
    value.shape as unknown as Sizes,
    value.attrs,
  )
  const { batch, groups, outputsPerGroup, inputsPerGroup, count } = conv
  kernel.nest([batch, groups], ([b, g]) =>
    inBlocks(kernel, outputsPerGroup, blockSize, (inGroup, height) =>
      kernel.nest(count, window => {
        const outputs = indicesFrom(plus(times(g!, outputsPerGroup), inGroup), height)
        const totals = outputs.map(() => total(kernel))
        kernel.loop(inputsPerGroup, c =>
          overWindow(kernel, conv, window, (inWindow, at) => {
            const channel = plus(times(g!, inputsPerGroup), c)
            const element = named(kernel, 'x', kernel.read(x, [b!, channel, ...at]))
            outputs.forEach((o, i) => {
              const w = kernel.read(weight, [o, c, ...inWindow])
              kernel.line(`${totals[i]} += ${element} * ${w}`)
            })
          }),
        )
        outputs.forEach((o, i) => {
          kernel.finish([b!, o, ...window], totals[i]!)
        })
      }),
    ),
  )
}

/** `dx[b, c, row, column] = sum over o and the windows there of dy[b, o, i, j] w[o, c, u, v]`. */
export function conv2dInputGradient(
  value: Value<'conv2dInputGradient'>,
  kernel: KernelWriter,
): void {
  const [dy, weight] = kernel.operands as [View, View]
  const conv = convolution(
    value.shape as unknown as Sizes,
    sizesOf(weight),
    sizesOf(dy),
    value.attrs,
  )
  const { batch, groups, outputsPerGroup, inputsPerGroup, size } = conv
  kernel.nest([batch, groups], ([b, g]) =>
    inBlocks(kernel, inputsPerGroup, blockSize, (inGroup, height) =>
      kernel.nest(size, element => {
        const inputs = indicesFrom(inGroup, height)
        const totals = inputs.map(() => total(kernel))
        kernel.loop(outputsPerGroup, inOutputs =>
          overWindowsAt(kernel, conv, element, (inWindow, window) => {
            const o = plus(times(g!, outputsPerGroup), inOutputs)
            const slope = named(kernel, 'x', kernel.read(dy, [b!, o, ...window]))
            inputs.forEach((c, i) => {
              const w = kernel.read(weight, [o, c, ...inWindow])
              kernel.line(`${totals[i]} += ${slope} * ${w}`)
            })
          }),
        )
        inputs.forEach((c, i) => {
          const channel = plus(times(g!, inputsPerGroup), c)
          kernel.finish([b!, channel, ...element], totals[i]!)
        })
      }),
    ),
  )
}

/** `dw[o, c, u, v] = sum over b, i, j of x[b, c, row, column] dy[b, o, i, j]`. */
export function conv2dWeightGradient(
  value: Value<'conv2dWeightGradient'>,
  kernel: KernelWriter,
): void {
  const [x, dy] = kernel.operands as [View, View]
  const conv = convolution(sizesOf(x), value.shape as unknown as Sizes, sizesOf(dy), value.attrs)
  const { batch, groups, outputsPerGroup, inputsPerGroup } = conv
  kernel.nest([groups], ([g]) =>
    inBlocks(kernel, outputsPerGroup, blockSize, (inGroup, height) =>
      kernel.nest([inputsPerGroup, ...conv.kernel], ([c, ...inWindow]) => {
        const outputs = indicesFrom(plus(times(g!, outputsPerGroup), inGroup), height)
        const totals = outputs.map(() => total(kernel))
        kernel.loop(batch, b =>
          overWindows(kernel, conv, inWindow, (window, at) => {
            const channel = plus(times(g!, inputsPerGroup), c!)
            const element = named(kernel, 'x', kernel.read(x, [b, channel, ...at]))
            outputs.forEach((o, i) => {
              const slope = kernel.read(dy, [b, o, ...window])
              kernel.line(`${totals[i]} += ${element} * ${slope}`)
            })
          }),
        )
        outputs.forEach((o, i) => {
          kernel.finish([o, c!, ...inWindow], totals[i]!)
        })
      }),
    ),
  )
}
