import { formatShape, ShapeError, sameShape } from '../base/index.ts'
import { add, currentOrigin, describeOrigin, type Value } from '../ir/index.ts'
import { conv2d } from './conv.ts'
import type { LayerContext, LayerRow } from './layer.ts'
import type { LayerConfig } from './layers.ts'
import { linear } from './linear.ts'

/** The description of a branch that is added to its input. */
export interface ResidualConfig {
  readonly kind: 'residual'
  readonly branch: LayerConfig
  /** What the input goes through first; absent for itself, or for a projection made to fit. */
  readonly projection?: LayerConfig
}

/**
 * A branch beside a way around it.
 * `y = projection(x) + branch(x)`
 * Without a `projection` the way around is x itself where the shapes agree; where only the last axis
 * differs it is `linear`, and for images a 1x1 convolution with a stride, both without bias. Its parts
 * are called `branch` and `projection`.
 * Throws ShapeError when the two do not fit together.
 * Source: He et al. 2016, equations 1 and 2; projections where shapes differ (option B).
 */
export function residual(
  branch: LayerConfig,
  { projection }: { readonly projection?: LayerConfig } = {},
): ResidualConfig {
  return Object.freeze({ kind: 'residual', branch, ...(projection ? { projection } : {}) })
}

/** How a branch that is added to its input computes. */
export const residualRow: LayerRow<ResidualConfig> = {
  doc: 'y = projection(x) + branch(x)',
  apply({ branch, projection }, x, context) {
    const y = context.apply('branch', branch, x)
    return add(wayAround(x, y, projection, context), y)
  },
}

function wayAround(
  x: Value,
  y: Value,
  given: LayerConfig | undefined,
  context: LayerContext,
): Value {
  const projection = given ?? fitting(x, y)
  const around = projection ? context.apply('projection', projection, x) : x
  if (sameShape(around.shape, y.shape)) return around
  throw new ShapeError({
    who: describeOrigin(currentOrigin(), 'residual'),
    expected: `${formatShape(y.shape)} as the branch gives`,
    received: `${formatShape(around.shape)} around it`,
    hint: 'Give it a projection: a layer from the one shape to the other',
  })
}

/** The projection from one shape to another, where there is an obvious one. */
function fitting({ shape }: Value, { shape: wanted }: Value): LayerConfig | undefined {
  if (sameShape(shape, wanted) || shape.length !== wanted.length) return undefined
  if (sameShape(shape.slice(0, -1), wanted.slice(0, -1)))
    return linear(wanted.at(-1)!, { useBias: false })
  if (shape.length !== 4) return undefined
  const [, , height, width] = shape as [number, number, number, number]
  const [, channels, h, w] = wanted as [number, number, number, number]
  const stride: [number, number] = [Math.ceil(height / h), Math.ceil(width / w)]
  return conv2d(channels, 1, { stride, useBias: false })
}
