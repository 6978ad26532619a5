import { sameShape, sizeOf } from '../base/index.ts'
import type { Value } from '../ir/index.ts'

/** C of an image `[B, C, H, W]`. */
export const channelsOf = ({ shape }: Value): number => shape[1]!

/** Whether a value has one number for each channel of an image, shaped to stretch over it. */
export function isPerChannel({ shape }: Value, image: Value): boolean {
  const [rows, columns, channels] = [shape.at(-1), shape.at(-2), shape.at(-3)]
  const isStretching = rows === 1 && columns === 1 && channels === channelsOf(image)
  return isStretching && sizeOf(shape) === channels
}

/** Whether a value has one number for each plane of an image: `[B, C, 1, 1]`. */
export const isPerPlane = ({ shape }: Value, image: Value): boolean =>
  sameShape(shape, [...image.shape.slice(0, 2), 1, 1])
