import { tensorOf } from '../base/index.ts'
import {
  argMax,
  cast,
  constant,
  equal,
  gather,
  mul,
  oneHot,
  type PoolAttrs,
  reshape,
  sum,
  type Value,
} from '../ir/index.ts'

/**
 * The element of `values` at the place where x won each window of a max pool, the first among ties:
 * the transpose of `maxPool2dGradient`, composed since only second derivatives ask for it.
 * Shapes: x and values `[B, C, H, W]`, pooled `[B, C, h, w]` -> `[B, C, h, w]`.
 */
export function pickWinners(x: Value, pooled: Value, values: Value, attrs: PoolAttrs): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number]
  const { places, isInside } = windowPlaces(attrs, [height, width], pooled.shape.slice(2))
  const [count, size] = places.shape as [number, number]
  // [B, C, window, element of the window]
  const inWindows = (image: Value) =>
    gather(reshape(image, [batch, channels, height * width]), constant(places), 2)
  const winner = equal(inWindows(x), reshape(pooled, [batch, channels, count, 1]))
  const first = argMax(mul(cast(winner, 'int32'), constant(isInside)), 3)
  const picked = sum(mul(inWindows(values), oneHot(first, size, values.dtype)), 3)
  return reshape(picked, pooled.shape)
}

/** Where the elements of each window lie in `[H * W]`, padding at 0 and marked as not inside. */
function windowPlaces(
  { kernel, strides, before }: PoolAttrs,
  [height, width]: readonly [number, number],
  counts: readonly number[],
) {
  const shape = [counts[0]! * counts[1]!, kernel[0] * kernel[1]]
  const places = new Int32Array(shape[0]! * shape[1]!)
  const isInside = new Int32Array(places.length)
  let at = 0
  for (let i = 0; i < counts[0]!; i++)
    for (let j = 0; j < counts[1]!; j++)
      for (let u = 0; u < kernel[0]; u++)
        for (let v = 0; v < kernel[1]; v++, at++) {
          const row = i * strides[0] + u - before[0]
          const column = j * strides[1] + v - before[1]
          if (row < 0 || row >= height || column < 0 || column >= width) continue
          places[at] = row * width + column
          isInside[at] = 1
        }
  return {
    places: tensorOf('int32', shape, places),
    isInside: tensorOf('int32', shape, isInside),
  }
}
