import { given, requirements, requireSetting } from '../base/index.ts'
import { type InitConfigOf, type InitKind, type InitOptions, initializers } from './initializers.ts'

/** Every option is written out, so that a stored description does not change with a default. */
function describe<K extends InitKind>(
  kind: K,
  options: Partial<InitOptions<K>> = {},
): InitConfigOf<K> {
  const { defaults } = initializers[kind]
  const config = { kind, ...defaults, ...given(options) }
  for (const [name, value] of Object.entries(config))
    if (typeof value === 'number') requireSetting(`${kind} ${name}`, value, requirements.number)
  return Object.freeze(config) as unknown as InitConfigOf<K>
}

/** Every element 0: the usual start of a bias. */
export function zeros(): InitConfigOf<'zeros'> {
  return describe('zeros')
}

/** Every element 1: the usual start of a scale. */
export function ones(): InitConfigOf<'ones'> {
  return describe('ones')
}

/** Every element the same. */
export function constant(value: number): InitConfigOf<'constant'> {
  return describe('constant', { value })
}

/**
 * `gain` where output i meets input i, in the middle of a kernel, and 0 elsewhere: the layer passes as
 * many channels as it can unchanged.
 * Source: PyTorch's eye_ and dirac_.
 */
export function identity(gain = 1): InitConfigOf<'identity'> {
  return describe('identity', { gain })
}

/** Uniform in [low, high). */
export function uniform(low = 0, high = 1): InitConfigOf<'uniform'> {
  return describe('uniform', { low, high })
}

/** Normally distributed. */
export function normal(mean = 0, std = 1): InitConfigOf<'normal'> {
  return describe('normal', { mean, std })
}

/**
 * Normal, drawn again when more than two `std` from the mean; `std` is the one before the cut, which
 * leaves 0.88 of it.
 * Source: as TruncatedNormal of Keras and truncated_normal of JAX; PyTorch's trunc_normal_ takes absolute
 * bounds instead.
 */
export function truncatedNormal(mean = 0, std = 1): InitConfigOf<'truncatedNormal'> {
  return describe('truncatedNormal', { mean, std })
}

/**
 * Uniform, for layers before tanh or sigmoid.
 * `bound = gain · √(6 / (fanIn + fanOut))`
 * Source: Glorot and Bengio (2010), equation 16.
 */
export function xavierUniform(
  options: Partial<InitOptions<'xavierUniform'>> = {},
): InitConfigOf<'xavierUniform'> {
  return describe('xavierUniform', options)
}

/**
 * Normal, for layers before tanh or sigmoid.
 * `std = gain · √(2 / (fanIn + fanOut))`
 * Source: Glorot and Bengio (2010), equation 12.
 */
export function xavierNormal(
  options: Partial<InitOptions<'xavierNormal'>> = {},
): InitConfigOf<'xavierNormal'> {
  return describe('xavierNormal', options)
}

/**
 * Uniform, for layers before a ReLU, leaky with `negativeSlope`.
 * `bound = √(6 / ((1 + negativeSlope²) · fan))`
 * Source: He et al. (2015), equations 10, 14 and 15. The bias and weight defaults of PyTorch's linear
 * layer are this with negativeSlope √5.
 */
export function heUniform(
  options: Partial<InitOptions<'heUniform'>> = {},
): InitConfigOf<'heUniform'> {
  return describe('heUniform', options)
}

/**
 * Normal, for layers before a ReLU, leaky with `negativeSlope`.
 * `std = √(2 / ((1 + negativeSlope²) · fan))`
 * Source: He et al. (2015), equations 10, 14 and 15.
 */
export function heNormal(options: Partial<InitOptions<'heNormal'>> = {}): InitConfigOf<'heNormal'> {
  return describe('heNormal', options)
}

/**
 * Normal, for layers before SELU.
 * `std = √(1 / fanIn)`
 * Source: LeCun et al., "Efficient BackProp" (1998), equation 16; Keras cuts its tails, this does not.
 */
export function lecunNormal(): InitConfigOf<'lecunNormal'> {
  return describe('lecunNormal')
}

/**
 * What many courses call Xavier: `randn(fanIn, fanOut) / sqrt(fanIn)`.
 * The distribution of `lecunNormal`; `xavierNormal` takes the mean of both fans.
 */
export function lectureXavier(): InitConfigOf<'lectureXavier'> {
  return describe('lectureXavier')
}

/** What many courses call He: `randn(fanIn, fanOut) / sqrt(fanIn / 2)`; the distribution of `heNormal()`. */
export function lectureHe(): InitConfigOf<'lectureHe'> {
  return describe('lectureHe')
}

/**
 * The family that Xavier (scale 1, fanAverage), He (scale 2) and LeCun (scale 1) belong to.
 * `std = √(scale / fan)`, of the distribution after a cut.
 * Source: VarianceScaling of Keras, with its defaults.
 */
export function varianceScaling(
  options: Partial<InitOptions<'varianceScaling'>> = {},
): InitConfigOf<'varianceScaling'> {
  return describe('varianceScaling', options)
}

/**
 * A random orthogonal matrix times `gain`, for deep and recurrent nets: its rows are orthonormal, or its
 * columns where there are more rows. A kernel [O, ...] is the matrix [O, rest].
 * Source: Saxe et al., "Exact solutions to the nonlinear dynamics of learning" (2014).
 */
export function orthogonal(
  options: Partial<InitOptions<'orthogonal'>> = {},
): InitConfigOf<'orthogonal'> {
  return describe('orthogonal', options)
}

/**
 * N(0, std²) for 15 inputs of each unit, picked at random, and 0 for all others.
 * Source: Martens, "Deep learning via Hessian-free optimization" (2010), section 5, and Sutskever et al.
 * (2013), section 3; PyTorch's sparse_ takes the share of zeros in each column instead.
 */
export function sparse(options: Partial<InitOptions<'sparse'>> = {}): InitConfigOf<'sparse'> {
  return describe('sparse', options)
}

/**
 * Layer-sequential unit variance: orthonormal weights, which `fit` scales before the first step, layer by
 * layer, until the variance of each layer's output over `batchSize` training examples is 1 within
 * `tolerance`, in at most so many iterations. Layers with other initialisers are left as they are.
 * Source: Mishkin and Matas, "All you need is a good init" (2016), algorithm 1.
 */
export function lsuv(options: Partial<InitOptions<'lsuv'>> = {}): InitConfigOf<'lsuv'> {
  return describe('lsuv', options)
}

/**
 * Greedy layer-wise pre-training: weights N(0, std²), from which `fit` teaches each layer, from the input
 * on, as a restricted Boltzmann machine on what the layers below give for the training inputs. No label
 * is read. For weights of `linear` layers before a sigmoid, whose inputs are the data or a sigmoid's outputs; their
 * biases become those of the machine. Data that are normalised count as Gaussian units. A linear code
 * between linear layers has Gaussian units, which learn at a hundredth of the rate; the layer that gives the output of the model
 * is left as it is drawn. Momentum and weight cost are those of the published recipe.
 * Source: Hinton, Osindero and Teh, "A fast learning algorithm for deep belief nets" (2006).
 */
export function greedyRbm(
  options: Partial<InitOptions<'greedyRbm'>> = {},
): InitConfigOf<'greedyRbm'> {
  return describe('greedyRbm', options)
}
