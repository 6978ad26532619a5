import type { Pair, WindowAttrs } from '../../ir/index.ts'

/** Window `i` of an axis, element `u` of the window, and where that lies on the axis. */
export type Reach = readonly [i: number, u: number, at: number]

/** All that the windows of an axis of `size` elements reach, padding left out, window by window. */
export function reaches(
  { strides, before, dilations = [1, 1] }: WindowAttrs & { readonly dilations?: Pair },
  axis: 0 | 1,
  count: number,
  kernel: number,
  size: number,
): Reach[] {
  const found: Reach[] = []
  for (let i = 0; i < count; i++)
    for (let u = 0; u < kernel; u++) {
      const at = i * strides[axis] + u * dilations[axis] - before[axis]
      if (at >= 0 && at < size) found.push([i, u, at])
    }
  return found
}
