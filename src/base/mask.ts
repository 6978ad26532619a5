import { ConfigError } from './errors.ts'
import { fillBlocks, type Key, streams, threefry } from './threefry.ts'

/**
 * Fills an array with 1 where an element is kept and 0 where it is dropped, independently and with
 * `keepProbability` exact to 2^-40.
 * An element takes one random byte, eight elements a Threefry block; only a byte equal to the
 * threshold byte needs 32 bits more. Four elements are compared at once in the lanes of a word.
 * Throws ConfigError when the probability is outside 0 .. 1.
 */
export function fillMask(key: Key, mask: Uint8Array<ArrayBuffer>, keepProbability: number): void {
  if (!(keepProbability >= 0 && keepProbability <= 1))
    throw new ConfigError({
      who: 'keepProbability',
      expected: 'a number from 0 to 1',
      received: String(keepProbability),
    })
  const isAligned = mask.byteOffset % 4 === 0 && mask.length % 4 === 0
  const words = isAligned
    ? new Uint32Array(mask.buffer, mask.byteOffset, mask.length / 4)
    : new Uint32Array(Math.ceil(mask.length / 4))
  fillBlocks(key, words, 0, streams.maskBytes)
  keepBelow(key, words, keepProbability * 256)
  if (!isAligned) mask.set(new Uint8Array(words.buffer, 0, mask.length))
}

/** Replaces every byte of the words by 1 when it is below the threshold (0 .. 256), else by 0. */
function keepBelow(key: Key, words: Uint32Array, threshold: number): void {
  const whole = Math.floor(threshold)
  const rest = threshold - whole
  // Bit 8 of a 16-bit lane `byte + 256 - whole` is set exactly when byte >= whole.
  const bias = (256 - whole) * 0x10001
  const equal = rest > 0 ? whole * 0x1010101 : 0
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    const even = ~((word & 0xff00ff) + bias) & 0x1000100
    const odd = ~(((word >>> 8) & 0xff00ff) + bias) & 0x1000100
    words[i] = (even >>> 8) | odd
    if (rest > 0) {
      // Source: Mycroft's test for a zero byte.
      const difference = word ^ equal
      if (((difference - 0x1010101) & ~difference & 0x80808080) !== 0)
        words[i] = words[i]! | keptOfEqual(key, i, difference, rest * 2 ** 32)
    }
  }
}

/** The kept ones among the bytes of word `i` that equal the threshold byte, in their lanes. */
function keptOfEqual(key: Key, i: number, difference: number, threshold: number): number {
  let kept = 0
  for (let lane = 0; lane < 4; lane++)
    if (((difference >>> (8 * lane)) & 255) === 0) {
      const [word] = threefry(key, 4 * i + lane, streams.maskTies)
      if (word < threshold) kept |= 1 << (8 * lane)
    }
  return kept
}
