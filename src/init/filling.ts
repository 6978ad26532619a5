import { fillNormal, fillUniform, type Key } from '../base/index.ts'

/** The mean, the standard deviation and the bounds of the elements of a tensor, over many draws. */
export interface Moments {
  readonly mean: number
  readonly std: number
  readonly low: number
  readonly high: number
}

/** How a tensor is filled, and what is promised of its elements. */
export interface Filling {
  readonly moments: Moments
  /** Fills every element; the numbers follow from the key alone. */
  readonly fill: (key: Key, array: Float32Array | Float64Array) => void
}

/** What numbers without bounds promise. */
export function unbounded(mean: number, std: number): Moments {
  return { mean, std, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }
}

/** Every element the same. */
export function constantFilling(value: number): Filling {
  return {
    moments: { mean: value, std: 0, low: value, high: value },
    fill: (_, array) => array.fill(value),
  }
}

/** Every element on its own, uniform in [low, high): `std = (high - low) / √12`. */
export function uniformFilling(low: number, high: number): Filling {
  return {
    moments: { mean: (low + high) / 2, std: (high - low) / Math.sqrt(12), low, high },
    fill: (key, array) => fillUniform(key, array, low, high),
  }
}

/** Uniform around 0 with a standard deviation: in ±√3 std. */
export function uniformOfStd(std: number): Filling {
  const bound = Math.sqrt(3) * std
  return uniformFilling(-bound, bound)
}

/** Every element on its own, from a normal distribution. */
export function normalFilling(mean: number, std: number): Filling {
  return {
    moments: unbounded(mean, std),
    fill: (key, array) => fillNormal(key, array, mean, std),
  }
}

/** Where the tails of a truncated normal distribution are cut, in standard deviations. */
const cut = 2
/** What cutting at two leaves of the standard deviation: `√(1 - 2 cut φ(cut) / (2 Φ(cut) - 1))`. */
const cutStd = 0.87962566103423978

/** Every element on its own, normal within two standard deviations; `std` is the one before the cut. */
export function truncatedFilling(mean: number, std: number): Filling {
  return {
    moments: { mean, std: cutStd * std, low: mean - cut * std, high: mean + cut * std },
    fill: (key, array) => fillNormal(key, array, mean, std, cut),
  }
}

/** Truncated normal around 0 with this standard deviation after the cut. */
export function truncatedOfStd(std: number): Filling {
  return truncatedFilling(0, std / cutStd)
}
