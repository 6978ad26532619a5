import { ConfigError } from './errors.ts'
import { ln } from './ln.ts'
import { fillBlocks, type Key, streams, threefry } from './threefry.ts'

/**
 * The key of a seed.
 * Throws ConfigError when the seed is not an integer in 0 .. 2^53 - 1.
 */
export function keyOf(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ConfigError({
      who: 'seed',
      expected: 'an integer from 0 to 2^53 - 1',
      received: String(seed),
    })
  return [seed >>> 0, Math.floor(seed / 2 ** 32)]
}

/**
 * The key for a purpose, such as `splitKey(key, 'dropout', layer, step)`. A draw depends on what it
 * is for and not on what was drawn before: a new layer changes no other layer's numbers.
 * Throws ConfigError when a number is not an integer in 0 .. 2^53 - 1.
 */
export function splitKey(key: Key, ...purpose: readonly (string | number)[]): Key {
  return purpose.reduce<Key>((split, part) => {
    if (typeof part === 'number') {
      const [low, high] = keyOf(part)
      return threefry(split, low, streams.splitNumber + high)
    }
    // The length goes in first, so that 'ab', 'c' and 'a', 'bc' differ.
    let folded = threefry(split, part.length, streams.splitText)
    for (let i = 0; i < part.length; i++)
      folded = threefry(folded, part.charCodeAt(i), streams.splitLetter)
    return folded
  }, key)
}

/** Fills an array with independent random bits. */
export function fillBits(key: Key, array: Uint32Array): void {
  fillBlocks(key, array, 0, streams.bits)
}

/** The random words of a key one after the other; the same words as `fillBits` gives. */
function wordsOf(key: Key): () => number {
  const buffer = new Uint32Array(512)
  let block = 0
  let next = buffer.length
  return () => {
    if (next === buffer.length) {
      fillBlocks(key, buffer, block, streams.bits)
      block += buffer.length / 2
      next = 0
    }
    return buffer[next++]!
  }
}

/** Numbers uniform in [0, 1), multiples of 2^-53, from two words each. */
function doublesOf(key: Key): () => number {
  const word = wordsOf(key)
  return () => ((word() >>> 5) * 2 ** 26 + (word() >>> 6)) / 2 ** 53
}

/**
 * Fills an array with numbers uniform in [low, high): steps of 2^-24 of the interval in float32,
 * 2^-53 in float64. One key draws the same numbers in both but for the bits that float32 lacks,
 * where rounding can reach `high`.
 */
export function fillUniform(
  key: Key,
  array: Float32Array | Float64Array,
  low: number,
  high: number,
): void {
  const draw = doublesOf(key)
  const steps = array instanceof Float64Array ? 2 ** 53 : 2 ** 24
  for (let i = 0; i < array.length; i++)
    array[i] = low + (high - low) * (Math.floor(draw() * steps) / steps)
}

/**
 * Fills an array with normally distributed numbers; one key draws the same in both element types,
 * but for rounding. What lies more than `cut` standard deviations from the mean is drawn again.
 * Source: Marsaglia and Bray, "A convenient method for generating normal variables" (1964), the polar
 * method: only a square root and a logarithm, which `ln` makes the same on every platform.
 */
export function fillNormal(
  key: Key,
  array: Float32Array | Float64Array,
  mean: number,
  std: number,
  cut = Number.POSITIVE_INFINITY,
): void {
  const draw = doublesOf(key)
  for (let i = 0; i < array.length; ) {
    let u: number
    let v: number
    let s: number
    do {
      u = 2 * draw() - 1
      v = 2 * draw() - 1
      s = u * u + v * v
    } while (s >= 1 || s === 0)
    const radius = Math.sqrt((-2 * ln(s)) / s)
    if (Math.abs(u * radius) <= cut) array[i++] = mean + std * (u * radius)
    if (i < array.length && Math.abs(v * radius) <= cut) array[i++] = mean + std * (v * radius)
  }
}

/**
 * A random index, each of 0 .. n - 1 as likely as any other.
 * Throws ConfigError when n is not an integer in 1 .. 2^32.
 */
export function randomIndex(key: Key, n: number): number {
  if (!Number.isInteger(n) || n < 1 || n > 2 ** 32)
    throw new ConfigError({
      who: 'randomIndex',
      expected: 'an integer from 1 to 2^32',
      received: String(n),
    })
  return indexBelow(n, wordsOf(key))
}

/** Words at and above the greatest multiple of n are drawn again: a plain remainder is biased. */
function indexBelow(n: number, word: () => number): number {
  const limit = 2 ** 32 - (2 ** 32 % n)
  let drawn = word()
  while (drawn >= limit) drawn = word()
  return drawn % n
}

/**
 * The numbers 0 .. n - 1 in random order, every order as likely as any other.
 * Throws ConfigError when n is not an integer in 0 .. 2^32.
 * Source: Durstenfeld, "Algorithm 235" (1964), the Fisher-Yates shuffle.
 */
export function permutation(key: Key, n: number): Uint32Array<ArrayBuffer> {
  if (!Number.isInteger(n) || n < 0 || n > 2 ** 32)
    throw new ConfigError({
      who: 'permutation',
      expected: 'an integer from 0 to 2^32',
      received: String(n),
    })
  const word = wordsOf(key)
  const order = new Uint32Array(n)
  for (let i = 0; i < n; i++) {
    const j = indexBelow(i + 1, word)
    order[i] = order[j]!
    order[j] = i
  }
  return order
}
