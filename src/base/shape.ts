import { ShapeError } from './errors.ts'

/** Sizes of the axes, outermost first; `[]` is a scalar. */
export type Shape = readonly number[]

/** The number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1)
}

/** `[2, 3]` as text; letters stand for axes of any size, as in `[B, 3]`. */
export function formatShape(shape: readonly (number | string)[]): string {
  return `[${shape.join(', ')}]`
}

/** Whether two shapes have the same axes. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, axis) => n === b[axis])
}

/** Elements to step over per axis in row-major order. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step
    step *= shape[axis]!
  }
  return strides
}

/**
 * The shape two operands broadcast to: axes are aligned at the end, 1 stretches.
 * Throws ShapeError when an axis differs and neither side is 1.
 * Source: NumPy broadcasting.
 */
export function broadcastShapes(a: Shape, b: Shape, who = 'broadcast', from?: string): Shape {
  const rank = Math.max(a.length, b.length)
  return Array.from({ length: rank }, (_, axis) => {
    const m = a[axis - rank + a.length] ?? 1
    const n = b[axis - rank + b.length] ?? 1
    if (m !== n && m !== 1 && n !== 1)
      throw new ShapeError({
        who,
        expected: `a shape that broadcasts with ${formatShape(a)}`,
        received: formatShape(b),
        ...(from ? { from } : {}),
      })
    return m === 1 ? n : m
  })
}

/**
 * Axes over which `shape` was stretched to become `result`, as axes of `result`.
 * Summing over them turns a gradient of the result into one of the operand.
 */
export function broadcastAxes(shape: Shape, result: Shape): number[] {
  const lead = result.length - shape.length
  return [...result.keys()].filter(
    axis => axis < lead || (shape[axis - lead] === 1 && result[axis] !== 1),
  )
}

/**
 * An axis counted from the front.
 * Throws ShapeError when there is no such axis.
 */
export function resolveAxis(axis: number, rank: number, who: string): number {
  const resolved = axis < 0 ? axis + rank : axis
  if (!Number.isInteger(axis) || resolved < 0 || resolved >= rank)
    throw new ShapeError({ who, expected: `an axis within rank ${rank}`, received: String(axis) })
  return resolved
}
