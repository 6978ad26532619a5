import { closest } from 'fastest-levenshtein'
import {
  ConfigError,
  dtypes,
  type FloatDType,
  type Key,
  type Shape,
  sizeOf,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { type InitConfig, initializers } from './initializers.ts'
import { fillFrom, type Law, type Moments, momentsOf } from './law.ts'

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
  fillFrom(lawOf(config, shape), key, data)
  return tensorOf(dtype, shape, data)
}

/**
 * The mean, the standard deviation and the bounds that an initialiser promises for a shape.
 * Throws as `initialize`.
 */
export function expectedMoments(config: InitConfig, shape: Shape): Moments {
  return momentsOf(lawOf(config, shape))
}

/** A row seen without its own option names, as descriptions read from JSON come. */
interface AnyRow {
  readonly defaults: Readonly<Record<string, number | string>>
  readonly law: (options: Readonly<Record<string, number | string>>, shape: Shape) => Law
}

function lawOf(config: InitConfig, shape: Shape): Law {
  const { kind, ...options } = config
  if (!Object.hasOwn(initializers, kind))
    throw unknownName('initializer', String(kind), Object.keys(initializers))
  const { defaults, law } = initializers[kind] as unknown as AnyRow
  for (const [name, value] of Object.entries(options)) checkOption(kind, defaults, name, value)
  return law({ ...defaults, ...options }, shape)
}

/** Numbers are finite, deviations are not negative, and a text option is one of the fans. */
function checkOption(kind: string, defaults: AnyRow['defaults'], name: string, value: unknown) {
  if (!Object.hasOwn(defaults, name))
    throw unknownName(`option of initializer ${kind}`, name, Object.keys(defaults))
  const isText = typeof defaults[name] === 'string'
  const isValid = isText
    ? value === 'fanIn' || value === 'fanOut'
    : Number.isFinite(value) && !(name === 'std' && Number(value) < 0)
  if (isValid) return
  const number = name === 'std' ? 'a finite number of at least 0' : 'a finite number'
  throw new ConfigError({
    who: `initializer ${kind}, option ${name}`,
    expected: isText ? 'fanIn or fanOut' : number,
    received: String(value),
  })
}

function unknownName(who: string, received: string, names: readonly string[]): ConfigError {
  return new ConfigError({
    who,
    expected: names.length > 0 ? `one of ${names.join(', ')}` : 'no options',
    received,
    ...(names.length > 0 ? { hint: `Did you mean ${closest(received, names)}?` } : {}),
  })
}
