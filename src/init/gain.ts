import { ConfigError } from '../base/index.ts'

/** What an activation does to the size of a signal, per activation; `gain` of an initialiser undoes it. */
const gains = {
  identity: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.SQRT2,
  leakyRelu: (negativeSlope: number) => Math.sqrt(2 / (1 + negativeSlope * negativeSlope)),
  selu: () => 3 / 4,
}

/** The activations that have a recommended gain. */
export type GainName = keyof typeof gains

/**
 * The recommended gain of the weights before an activation; the slope is leakyRelu's.
 * Throws ConfigError when the activation has none.
 * Source: PyTorch's calculate_gain.
 */
export function gainFor(activation: GainName, negativeSlope = 0.01): number {
  if (!Object.hasOwn(gains, activation))
    throw new ConfigError({
      who: 'gainFor',
      expected: `one of ${Object.keys(gains).join(', ')}`,
      received: String(activation),
    })
  return gains[activation](negativeSlope)
}
