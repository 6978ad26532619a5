import type { Tensor } from '../base/index.ts'
import { add, cast, constant, div, mul, sub, type Value } from '../ir/index.ts'
import type { DataSource } from './dataset.ts'
import type { Normalization } from './normalize.ts'

/** Rows as a model sees them: as float32, scaled and normalised. Bytes travel, floats arrive. */
export function asSeen(
  rows: Value,
  { scale, normalization }: Pick<DataSource, 'scale' | 'normalization'>,
): Value {
  const x = cast(rows, 'float32')
  const scaled = scale === undefined ? x : mul(x, scale)
  return normalization ? normalize(scaled, normalization) : scaled
}

/** `(x - center) / spread` */
export function normalize(x: Value, normalization: Normalization): Value {
  const { center, spread } = constantsOf(normalization)
  return div(sub(x, center), spread)
}

/** `x spread + center`, back in the unit that was normalised. */
export function denormalize(x: Value, normalization: Normalization): Value {
  const { center, spread } = constantsOf(normalization)
  return add(mul(x, spread), center)
}

function constantsOf({ shape, center, spread }: Normalization): { center: Value; spread: Value } {
  const tensor = (values: readonly number[]): Tensor => ({
    dtype: 'float32',
    shape,
    data: Float32Array.from(values),
  })
  return { center: constant(tensor(center)), spread: constant(tensor(spread)) }
}
