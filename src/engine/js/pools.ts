import type { AveragePoolAttrs, PoolAttrs, Value } from '../../ir/index.ts'
import { named, total } from './blocks.ts'
import { type Index, type KernelWriter, plus, times } from './kernel.ts'
import type { View } from './view.ts'
import { overWindow, type Windows } from './windows.ts'

/** Windows over x `[B, C, H, W]` that give y `[B, C, h, w]`. */
function windowsOver(x: readonly number[], y: readonly number[], attrs: PoolAttrs): Windows {
  return { attrs, kernel: attrs.kernel, size: [x[2]!, x[3]!], count: [y[2]!, y[3]!] }
}

/** The greatest of each window. */
export function maxPool2d(value: Value<'maxPool2d'>, kernel: KernelWriter): void {
  const [x] = kernel.operands as [View]
  const windows = windowsOver(x.shape, value.shape, value.attrs)
  kernel.nest(value.shape, ([b, c, ...window]) => {
    const most = kernel.name('t')
    kernel.line(`let ${most} = -Infinity`)
    overWindow(kernel, windows, window, (_, at) =>
      kernel.line(`${most} = max(${most}, ${kernel.read(x, [b!, c!, ...at])})`),
    )
    kernel.finish([b!, c!, ...window], most)
  })
}

/** Each dy goes to the first place of its window that equals y; rows are visited before columns. */
export function maxPool2dGradient(value: Value<'maxPool2dGradient'>, kernel: KernelWriter): void {
  const [x, y, dy] = kernel.operands as [View, View, View]
  const windows = windowsOver(x.shape, y.shape, value.attrs)
  spread(value, kernel, y.shape, windows, (window, [b, c]) => {
    const [most, slope] = [y, dy].map(view => named(kernel, 'x', kernel.read(view, window)))
    const isGiven = total(kernel)
    return (at, give) => {
      const element = kernel.read(x, [b!, c!, ...at])
      kernel.when(`${isGiven} === 0 && ${element} === ${most}`, () => {
        kernel.line(`${isGiven} = 1`)
        give(slope!)
      })
    }
  })
}

/** The sum of each window over its count. */
export function averagePool2d(value: Value<'averagePool2d'>, kernel: KernelWriter): void {
  const [x] = kernel.operands as [View]
  const windows = windowsOver(x.shape, value.shape, value.attrs)
  kernel.nest(value.shape, ([b, c, ...window]) => {
    const sum = total(kernel)
    overWindow(kernel, windows, window, (_, at) =>
      kernel.line(`${sum} += ${kernel.read(x, [b!, c!, ...at])}`),
    )
    kernel.finish([b!, c!, ...window], `${sum} / ${divisor(windows, value.attrs, window)}`)
  })
}

/** Each dy over the count of its window, added to every element of it. */
export function averagePool2dGradient(
  value: Value<'averagePool2dGradient'>,
  kernel: KernelWriter,
): void {
  const [dy] = kernel.operands as [View]
  const windows = windowsOver(value.shape, dy.shape, value.attrs)
  spread(value, kernel, dy.shape, windows, window => {
    const divided = `${kernel.read(dy, window)} / ${divisor(windows, value.attrs, window.slice(2))}`
    const share = named(kernel, 'x', divided)
    return (_, give) => give(share)
  })
}

/** Adds what each window gives its elements, and hands on the sums. */
function spread(
  value: Value,
  kernel: KernelWriter,
  count: readonly number[],
  windows: Windows,
  giverOf: (
    window: readonly Index[],
    image: readonly Index[],
  ) => (at: readonly Index[], give: (amount: string) => void) => void,
): void {
  const totals = kernel.scratch(value.shape)
  kernel.nest(value.shape, index => kernel.line(`${kernel.read(totals, index)} = 0`))
  kernel.nest(count, window => {
    const image = window.slice(0, 2)
    const giver = giverOf(window, image)
    overWindow(kernel, windows, window.slice(2), (_, at) =>
      giver(at, amount => kernel.line(`${kernel.read(totals, [...image, ...at])} += ${amount}`)),
    )
  })
  kernel.nest(value.shape, index => kernel.finish(index, kernel.read(totals, index)))
}

/** The number that the sum of a window is divided by. */
function divisor(
  { attrs, kernel, size }: Windows,
  { countIncludePad }: AveragePoolAttrs,
  window: readonly Index[],
): string {
  if (countIncludePad) return String(kernel[0] * kernel[1])
  const [rows, columns] = ([0, 1] as const).map(axis => {
    const start = plus(times(window[axis]!, attrs.strides[axis]), -attrs.before[axis])
    return `(min(${plus(start, kernel[axis])}, ${size[axis]}) - max(${start}, 0))`
  })
  return `(${rows} * ${columns})`
}
