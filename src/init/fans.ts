import { formatShape, type Shape, ShapeError, sizeOf } from '../base/index.ts'

/** How many numbers one output of a layer sums up, and how many outputs one input goes into. */
export interface Fans {
  readonly fanIn: number
  readonly fanOut: number
}

/**
 * The fans of a weight stored as [out, in] or, for a convolution, [out, in, H, W].
 * `fanIn = in · H · W`, `fanOut = out · H · W`
 * Throws ShapeError when the weight has fewer than two axes.
 * Source: the layout and the counts of PyTorch; Keras stores [in, out].
 */
export function fansOf(shape: Shape): Fans {
  const [outputs, inputs, ...kernel] = shape
  if (outputs === undefined || inputs === undefined)
    throw new ShapeError({
      who: 'initializer',
      expected: 'a weight [out, in, ...kernel] of at least two axes',
      received: formatShape(shape),
      hint: 'Take zeros(), constant(), uniform() or normal() for vectors',
    })
  const area = sizeOf(kernel)
  return { fanIn: inputs * area, fanOut: outputs * area }
}
