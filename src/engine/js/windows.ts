import type { Pair, WindowAttrs } from '../../ir/index.ts'
import { nameIndex } from './blocks.ts'
import { type Index, type KernelWriter, plus, times } from './kernel.ts'

/** Windows over the last two axes. */
export interface Windows {
  readonly attrs: WindowAttrs & { readonly dilations?: Pair }
  readonly kernel: Pair
  /** The sizes of the axes that the windows lie over. */
  readonly size: Pair
  /** The number of windows. */
  readonly count: Pair
}

/** Loops over the elements of window [i, j], padding left out, rows before columns. */
export function overWindow(
  kernel: KernelWriter,
  windows: Windows,
  window: readonly Index[],
  body: (inWindow: readonly Index[], at: readonly Index[]) => void,
): void {
  const along = (axis: 0 | 1, each: (u: Index, at: Index) => void) =>
    kernel.loop(windows.kernel[axis], u =>
      whereInside(kernel, windows, axis, window[axis]!, u, at => each(u, at)),
    )
  along(0, (u, row) => along(1, (v, column) => body([u, v], [row, column])))
}

/** Loops over all windows whose element [u, v] is no padding, rows before columns. */
export function overWindows(
  kernel: KernelWriter,
  windows: Windows,
  inWindow: readonly Index[],
  body: (window: readonly Index[], at: readonly Index[]) => void,
): void {
  const along = (axis: 0 | 1, each: (i: Index, at: Index) => void) =>
    kernel.loop(windows.count[axis], i =>
      whereInside(kernel, windows, axis, i, inWindow[axis]!, at => each(i, at)),
    )
  along(0, (i, row) => along(1, (j, column) => body([i, j], [row, column])))
}

/** Names the place on an axis of element u of window i, and goes on only where it is no padding. */
function whereInside(
  kernel: KernelWriter,
  { attrs, kernel: sizes, size, count }: Windows,
  axis: 0 | 1,
  i: Index,
  u: Index,
  body: (at: Index) => void,
): void {
  const { strides, before, dilations = [1, 1] } = attrs
  const start = plus(times(i, strides[axis]), times(u, dilations[axis]))
  const at = nameIndex(kernel, plus(start, -before[axis]))
  const furthest =
    (count[axis] - 1) * strides[axis] + (sizes[axis] - 1) * dilations[axis] - before[axis]
  const conditions = [
    ...(before[axis] > 0 ? [`${at} >= 0`] : []),
    ...(furthest >= size[axis] ? [`${at} < ${size[axis]}`] : []),
  ]
  kernel.when(conditions.join(' && '), () => body(at))
}

/** Loops over the windows that element [row, column] lies in, first ones first. */
export function overWindowsAt(
  kernel: KernelWriter,
  windows: Windows,
  element: readonly Index[],
  body: (inWindow: readonly Index[], window: readonly Index[]) => void,
): void {
  const along = (axis: 0 | 1, each: (u: Index, window: Index) => void) => {
    const { strides, before, dilations = [1, 1] } = windows.attrs
    const last = windows.kernel[axis] - 1
    // Window i holds the element as its u-th: i stride = element + before - u dilation.
    kernel.loop(last + 1, back => {
      const skipped = plus(times(back, dilations[axis]), before[axis] - last * dilations[axis])
      const start = nameIndex(kernel, plus(element[axis]!, skipped))
      const stride = strides[axis]
      const isWhole = stride === 1 ? '' : ` && ${start} % ${stride} === 0`
      kernel.when(`${start} >= 0 && ${start} < ${windows.count[axis] * stride}${isWhole}`, () => {
        const u = nameIndex(kernel, typeof back === 'number' ? last - back : `${last} - ${back}`)
        each(u, stride === 1 ? start : nameIndex(kernel, `${start} / ${stride} | 0`))
      })
    })
  }
  along(0, (u, i) => along(1, (v, j) => body([u, v], [i, j])))
}
