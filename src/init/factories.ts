import { type InitConfig, type InitKind, type InitOptions, initializers } from './initializers.ts'

type ConfigOf<K extends InitKind> = Extract<InitConfig, { readonly kind: K }>

/** Every option is written out, so that a stored description does not change with a default. */
function describe<K extends InitKind>(kind: K, options: Partial<InitOptions<K>> = {}): ConfigOf<K> {
  const { defaults } = initializers[kind]
  return Object.freeze({ kind, ...defaults, ...options }) as unknown as ConfigOf<K>
}

/** Every element 0: the usual start of a bias. */
export function zeros(): ConfigOf<'zeros'> {
  return describe('zeros')
}

/** Every element 1: the usual start of a scale. */
export function ones(): ConfigOf<'ones'> {
  return describe('ones')
}

/** Every element the same. */
export function constant(value: number): ConfigOf<'constant'> {
  return describe('constant', { value })
}

/** Uniform in [low, high). */
export function uniform(low = 0, high = 1): ConfigOf<'uniform'> {
  return describe('uniform', { low, high })
}

/** Normally distributed. */
export function normal(mean = 0, std = 1): ConfigOf<'normal'> {
  return describe('normal', { mean, std })
}

/**
 * Uniform, for layers before tanh or sigmoid.
 * `bound = gain · √(6 / (fanIn + fanOut))`
 * Source: Glorot and Bengio (2010), equation 16.
 */
export function xavierUniform(
  options: Partial<InitOptions<'xavierUniform'>> = {},
): ConfigOf<'xavierUniform'> {
  return describe('xavierUniform', options)
}

/**
 * Normal, for layers before tanh or sigmoid.
 * `std = gain · √(2 / (fanIn + fanOut))`
 * Source: Glorot and Bengio (2010), equation 12.
 */
export function xavierNormal(
  options: Partial<InitOptions<'xavierNormal'>> = {},
): ConfigOf<'xavierNormal'> {
  return describe('xavierNormal', options)
}

/**
 * Uniform, for layers before a ReLU, leaky with `negativeSlope`.
 * `bound = √(6 / ((1 + negativeSlope²) · fan))`
 * Source: He et al. (2015), equations 10, 14 and 15. The bias and weight defaults of PyTorch's linear
 * layer are this with negativeSlope √5.
 */
export function heUniform(options: Partial<InitOptions<'heUniform'>> = {}): ConfigOf<'heUniform'> {
  return describe('heUniform', options)
}

/**
 * Normal, for layers before a ReLU, leaky with `negativeSlope`.
 * `std = √(2 / ((1 + negativeSlope²) · fan))`
 * Source: He et al. (2015), equations 10, 14 and 15.
 */
export function heNormal(options: Partial<InitOptions<'heNormal'>> = {}): ConfigOf<'heNormal'> {
  return describe('heNormal', options)
}

/**
 * Normal, for layers before SELU.
 * `std = √(1 / fanIn)`
 * Source: LeCun et al., "Efficient BackProp" (1998), equation 16; Keras cuts its tails, this does not.
 */
export function lecunNormal(): ConfigOf<'lecunNormal'> {
  return describe('lecunNormal')
}

/**
 * What many courses call Xavier: `randn(fanIn, fanOut) / sqrt(fanIn)`.
 * The distribution of `lecunNormal`; `xavierNormal` takes the mean of both fans.
 */
export function lectureXavier(): ConfigOf<'lectureXavier'> {
  return describe('lectureXavier')
}

/** What many courses call He: `randn(fanIn, fanOut) / sqrt(fanIn / 2)`; the distribution of `heNormal()`. */
export function lectureHe(): ConfigOf<'lectureHe'> {
  return describe('lectureHe')
}
