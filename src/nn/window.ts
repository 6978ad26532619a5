import { ConfigError } from '../base/index.ts'
import type { Pair, Value } from '../ir/index.ts'
import { refuseInput } from './check.ts'

/** A number for height and width, or one for each. */
export type Size = number | Pair

/** A size for each of the two axes. */
export function pairOf(size: Size): Pair {
  return typeof size === 'number' ? [size, size] : size
}

/** Throws ConfigError unless a size is an integer of at least `least`, or two of them. */
export function requireSize(who: string, what: string, size: Size, least = 1, orElse = ''): void {
  const list: readonly number[] = typeof size === 'number' ? [size, size] : size
  const isPair = Array.isArray(list) && list.length === 2
  if (!isPair || !list.every(n => Number.isInteger(n) && n >= least))
    throw new ConfigError({
      who,
      expected: `${what}, an integer from ${least} on or two of them${orElse}`,
      received: JSON.stringify(size),
    })
}

/** The height and width of images [B, C, H, W]; throws the ShapeError of a layer for other inputs. */
export function imageSize(kind: string, x: Value): Pair {
  const [, , height, width, ...more] = x.shape
  if (height === undefined || width === undefined || more.length > 0)
    refuseInput(kind, x, '[B, C, H, W]')
  return [height, width]
}
