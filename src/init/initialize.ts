import {
  dtypes,
  type FloatDType,
  type Key,
  rowNamed,
  type Shape,
  sizeOf,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import type { Filling, Moments } from './filling.ts'
import { type InitConfig, type InitKind, initializers } from './initializers.ts'
import { checkOptions, type OptionSpec } from './options.ts'

/**
 * A freshly drawn tensor: the same description, shape and key give the same bits on every platform,
 * and in float32 the rounded numbers of float64.
 * Throws ConfigError when the description names an unknown kind, an unknown option or a value out of range.
 * Throws ShapeError when the kind needs fans and the shape has fewer than two axes.
 */
export function initialize(
  config: InitConfig,
  shape: Shape,
  key: Key,
  dtype: FloatDType = 'float32',
): Tensor {
  const data = new dtypes[dtype].array(sizeOf(shape)) as
    | Float32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>
  fillingOf(config, shape).fill(key, data)
  return tensorOf(dtype, shape, data)
}

/**
 * The mean, the standard deviation and the bounds that an initialiser promises for a shape.
 * Throws as `initialize`.
 */
export function expectedMoments(config: InitConfig, shape: Shape): Moments {
  return fillingOf(config, shape).moments
}

/** A row seen without its own option names, as descriptions read from JSON come. */
interface AnyRow {
  readonly options: Readonly<Record<string, OptionSpec>>
  readonly defaults: object
  readonly filling: (options: object, shape: Shape) => Filling
}

function fillingOf(config: InitConfig, shape: Shape): Filling {
  const { kind, ...given } = config
  const row = rowNamed<InitKind, unknown>('initializer', initializers, kind)
  const { options, defaults, filling } = row as AnyRow
  checkOptions(kind, options, given)
  return filling({ ...defaults, ...given }, shape)
}
