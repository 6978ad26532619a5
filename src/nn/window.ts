import { integerFrom, type Requirement } from '../base/index.ts'
import type { Pair, Value } from '../ir/index.ts'
import { refuseInput } from './refuse-input.ts'

/** A number for height and width, or one for each. */
export type Size = number | Pair

/** A size for each of the two axes. */
export function pairOf(size: Size): Pair {
  return typeof size === 'number' ? [size, size] : size
}

/** An integer of at least `least` for each of the two axes, or one for both. */
export function sizeFrom(least: number): Requirement {
  const { holds } = integerFrom(least)
  return {
    expected: `an integer from ${least} on or two of them`,
    holds: value =>
      Array.isArray(value) ? value.length === 2 && value.every(holds) : holds(value),
  }
}

/** The height and width of images [B, C, H, W]; throws the ShapeError of a layer for other inputs. */
export function imageSize(kind: string, x: Value): Pair {
  const [, , height, width, ...more] = x.shape
  if (height === undefined || width === undefined || more.length > 0)
    refuseInput(kind, x, '[B, C, H, W]')
  return [height, width]
}
