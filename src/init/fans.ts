import { formatShape, type Shape, ShapeError, sizeOf } from '../base/index.ts'

/** How many numbers one output of a layer sums up, and how many outputs one input goes into. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/**
 * The fans of a weight stored as [out, in] or, for a convolution, [out, in, ...kernel].
 * `fanIn = in · area`, `fanOut = out · area` with the area of the kernel.
 * A convolution in groups is stored as [out, in / groups, ...kernel]: its fanIn is what one output
 * sums up, and its fanOut counts the outputs of all groups, `groups` times those that one input reaches.
 * Throws ShapeError when the weight has fewer than two axes.
 * Source: the layout and the counts of PyTorch, groups included; Keras stores [...kernel, in, out].
 */
export function fansOf(shape: Shape): Fans {
  const [outputs = 0, inputs = 0, ...kernel] = weightShape(shape)
  const area = sizeOf(kernel)
  return { fanIn: inputs * area, fanOut: outputs * area }
}

/**
 * A weight [out, in, ...kernel] seen as the matrix [out, rest].
 * Throws ShapeError when it has fewer than two axes.
 */
export function matrixOf(shape: Shape): { rows: number; columns: number; size: number } {
  const [rows = 0, ...rest] = weightShape(shape)
  const columns = sizeOf(rest)
  return { rows, columns, size: rows * columns }
}

function weightShape(shape: Shape): Shape {
  if (shape.length >= 2) return shape
  throw new ShapeError({
    who: 'initializer',
    expected: 'a weight [out, in, ...kernel] of at least two axes',
    received: formatShape(shape),
    hint: 'Take zeros(), constant(), uniform() or normal() for vectors',
  })
}
