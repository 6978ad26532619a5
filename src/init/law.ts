import { fillNormal, fillUniform, type Key } from '../base/index.ts'

/** The distribution that every element of a tensor is drawn from on its own. */
export type Law =
  | { readonly law: 'constant'; readonly value: number }
  | { readonly law: 'uniform'; readonly low: number; readonly high: number }
  | { readonly law: 'normal'; readonly mean: number; readonly std: number }

/** The mean, the standard deviation and the bounds of a distribution. */
export interface Moments {
  readonly mean: number
  readonly std: number
  readonly low: number
  readonly high: number
}

/** Every element the same. */
export function constantLaw(value: number): Law {
  return { law: 'constant', value }
}

/** Uniform in [-bound, bound). */
export function uniformLaw(bound: number): Law {
  return { law: 'uniform', low: -bound, high: bound }
}

/** Normal around 0. */
export function normalLaw(std: number): Law {
  return { law: 'normal', mean: 0, std }
}

/** The moments of a distribution; `std = (high - low) / √12` for the uniform one. */
export function momentsOf(law: Law): Moments {
  if (law.law === 'constant') return { mean: law.value, std: 0, low: law.value, high: law.value }
  if (law.law === 'normal')
    return {
      mean: law.mean,
      std: law.std,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
    }
  const { low, high } = law
  return { mean: (low + high) / 2, std: (high - low) / Math.sqrt(12), low, high }
}

/** Fills an array from a distribution. */
export function fillFrom(law: Law, key: Key, array: Float32Array | Float64Array): void {
  if (law.law === 'constant') array.fill(law.value)
  else if (law.law === 'uniform') fillUniform(key, array, law.low, law.high)
  else fillNormal(key, array, law.mean, law.std)
}
