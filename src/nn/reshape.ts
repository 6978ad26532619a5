import { ConfigError, formatShape, type Shape, sizeOf } from '../base/index.ts'
import { reshape as reshapeOp } from '../ir/index.ts'
import type { LayerRow } from './layer.ts'
import { refuseInput } from './refuse-input.ts'

/** The description of a reshape layer. */
export interface ReshapeConfig {
  readonly kind: 'reshape'
  /** The axes after the batch; one of them may be -1, which takes what is left. */
  readonly shape: Shape
}

/**
 * The same elements, row-major, in other axes; the batch stays. One axis may be -1.
 * Shapes: [B, ...] -> [B, ...shape].
 * Throws ConfigError when a size is neither positive nor the one -1, ShapeError when the elements do
 * not fit.
 */
export function reshape(shape: Shape): ReshapeConfig {
  const isSize = (n: number) => Number.isInteger(n) && (n > 0 || n === -1)
  if (!shape.every(isSize) || shape.filter(n => n === -1).length > 1)
    throw new ConfigError({
      who: 'reshape',
      expected: 'positive sizes, at most one of them -1',
      received: formatShape(shape),
    })
  return Object.freeze({ kind: 'reshape', shape: Object.freeze([...shape]) })
}

/** How a reshape layer computes. */
export const reshapeRow: LayerRow<ReshapeConfig> = {
  doc: 'the same elements in other axes; [B, ...] -> [B, ...shape]',
  apply({ shape }, x) {
    const [batch = 1, ...rest] = x.shape
    const size = sizeOf(rest)
    const open = shape.indexOf(-1)
    const known = sizeOf(shape.filter(n => n !== -1))
    const filled = open < 0 ? shape : shape.with(open, size / known)
    if (sizeOf(filled) !== size || filled.some(n => !Number.isInteger(n)))
      refuseInput('reshape', x, `elements that fill ${formatShape(['B', ...shape])}`)
    return reshapeOp(x, [batch, ...filled])
  },
}
