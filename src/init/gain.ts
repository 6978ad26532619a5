import { rowNamed } from '../base/index.ts'

/**
 * What undoes the change that an activation makes to the size of a signal. Above the line the values
 * of PyTorch's calculate_gain, which has none for the others: those keep the mean square of a standard
 * normal signal, `1 / √E[f(z)²]`, as relu's and leakyRelu's do (tanh's would be 1.59, selu's 1).
 */
const gains = {
  identity: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (negativeSlope: number) => Math.sqrt(2 / (1 + negativeSlope * negativeSlope)),
  selu: () => 3 / 4,
  // ---
  elu: () => 1.24519830070071,
  gelu: () => 1.53353044119554,
  geluTanh: () => 1.53358052166615,
  silu: () => 1.6765324703311,
  mish: () => 1.48684758127322,
  softplus: () => 1.04186683553531,
  logSigmoid: () => 1.04186683553531,
  softsign: () => 2.33753336310852,
  hardtanh: () => 1.39203614044832,
  // Of two pieces: max² and min² of two normal numbers share a sum of mean 2.
  maxout: () => 1,
}

/** The activations that have a recommended gain. */
export type GainName = keyof typeof gains

/**
 * The recommended gain of the weights before an activation, to be the `gain` of an initialiser; the
 * slope is leakyRelu's, and elu's alpha is 1.
 * Throws ConfigError when the activation has none.
 * Source: PyTorch's calculate_gain; for those it lacks, `1 / √E[f(z)²]` for z from N(0, 1).
 */
export function gainFor(activation: GainName, negativeSlope = 0.01): number {
  return rowNamed('gainFor', gains, activation)(negativeSlope)
}
