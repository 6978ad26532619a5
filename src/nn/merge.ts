import { formatShape, rowNamed, ShapeError, sameShape } from '../base/index.ts'
import { add, concat, currentOrigin, describeOrigin, mul, type Value } from '../ir/index.ts'
import { axisOfExample } from './axis-of-example.ts'
import type { LayerRow } from './layer.ts'

/** How several values become one. */
export type MergeBy = 'concat' | 'add' | 'mean' | 'multiply'

/** The description of a layer that merges its inputs. */
export interface MergeConfig {
  readonly kind: 'merge'
  readonly by: MergeBy
  /** The axis along which `concat` joins: 1 is the channels of [B, C, H, W] and the features of [B, D]. */
  readonly axis: number
}

const folds: { readonly [K in MergeBy]: (values: readonly Value[], axis: number) => Value } = {
  concat: (values, axis) => concat(values, axis),
  add: values => values.reduce((a, b) => add(a, b)),
  mean: values => mul(1 / values.length, folds.add(values, 0)),
  multiply: values => values.reduce((a, b) => mul(a, b)),
}

/**
 * Several values as one: joined along an axis, added, averaged or multiplied element by element.
 * Shapes: all alike, except along the axis of `concat`.
 * Throws ConfigError for another way, ShapeError when the inputs do not fit.
 */
export function merge(by: MergeBy = 'concat', { axis = 1 } = {}): MergeConfig {
  rowNamed('merge', folds, by)
  return Object.freeze({ kind: 'merge', by, axis })
}

/** How several values become one. */
export const mergeRow: LayerRow<MergeConfig> = {
  doc: 'inputs joined along an axis, added, averaged or multiplied',
  apply: (config, x, _context, ...more) => mergeValues(config, [x, ...more]),
}

/** Merges values as a description says. Throws ShapeError when they do not fit. */
export function mergeValues(
  { by, axis }: Pick<MergeConfig, 'by' | 'axis'>,
  values: readonly [Value, ...Value[]],
): Value {
  const [first, ...others] = values
  const who = describeOrigin(currentOrigin(), 'merge')
  const joined = by === 'concat' ? axisOfExample('merge', first, axis) : undefined
  const sizes = ({ shape }: Value) => shape.filter((_, i) => i !== joined)
  const misfit = others.find(
    value => value.shape.length !== first.shape.length || !sameShape(sizes(value), sizes(first)),
  )
  if (misfit)
    throw new ShapeError({
      who,
      expected: `${formatShape(first.shape)}${joined === undefined ? '' : ` but for axis ${joined}`}, as its first input`,
      received: formatShape(misfit.shape),
      from: `output of ${describeOrigin(misfit.origin, misfit.op)}`,
    })
  return folds[by](values, joined ?? 0)
}
