import { ConfigError, resolveAxis } from '../base/index.ts'
import { currentOrigin, describeOrigin, type Value } from '../ir/index.ts'

/**
 * An axis of [B, ...], counted from 0, or from -1 backwards, as a number from 1.
 * Throws ConfigError when it is the batch: examples would depend on one another. ShapeError when there is no
 * such axis.
 */
export function axisOfExample(kind: string, x: Value, axis: number): number {
  const who = describeOrigin(currentOrigin(), kind)
  const resolved = resolveAxis(axis, x.shape.length, who)
  if (resolved > 0) return resolved
  throw new ConfigError({
    who: `${who} axis`,
    expected: 'an axis of the example, from 1 on',
    received: `${axis}, the batch`,
    hint: 'Axis 1 is the features of [B, D] and the channels of [B, C, H, W]',
  })
}
