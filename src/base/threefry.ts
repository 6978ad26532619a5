/**
 * A key of the random generator: two 32-bit words. The same key always draws the same bits; there
 * is no hidden state, and a new purpose takes a new key with `splitKey`.
 */
export type Key = readonly [number, number]

/** Second counter words: what is drawn for different uses of one key never shares a block. */
export const streams = {
  bits: 0,
  maskBytes: 1,
  maskTies: 2,
  noise: 3,
  splitNumber: 0x40000000,
  splitText: 0x80000000,
  splitLetter: 0xc0000000,
} as const

/** Bits to rotate by in the eight rounds that repeat. */
const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const
const parity = 0x1bd11bda

/**
 * One block of random bits: two 32-bit words for a key and a counter.
 * The plain definition; `fillBlocks` is the same function unrolled.
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), section 4.3;
 * Threefry-2x32 with 20 rounds, as in Random123 and JAX.
 */
export function threefry([key0, key1]: Key, counter0: number, counter1: number): Key {
  const keys = [key0, key1, parity ^ key0 ^ key1]
  let x0 = (counter0 + key0) | 0
  let x1 = (counter1 + key1) | 0
  for (let round = 0; round < 20; round++) {
    const bits = rotations[round % 8]!
    x0 = (x0 + x1) | 0
    x1 = ((x1 << bits) | (x1 >>> (32 - bits))) ^ x0
    if (round % 4 === 3) {
      const injection = (round + 1) / 4
      x0 = (x0 + keys[injection % 3]!) | 0
      x1 = (x1 + keys[(injection + 1) % 3]! + injection) | 0
    }
  }
  return [x0 >>> 0, x1 >>> 0]
}

/**
 * Fills an array with the blocks of the counters `(first, stream)`, `(first + 1, stream)`, and so on;
 * an odd length leaves the last half block out.
 */
export function fillBlocks(key: Key, array: Uint32Array, first: number, stream: number): void {
  const k0 = key[0] | 0
  const k1 = key[1] | 0
  const k2 = parity ^ k0 ^ k1
  const length = array.length
  // The same injections for every block.
  const b1 = (k2 + 1) | 0
  const b2 = (k0 + 2) | 0
  const b3 = (k1 + 3) | 0
  const b4 = (k2 + 4) | 0
  const b5 = (k0 + 5) | 0
  const start = (stream + k1) | 0
  for (let i = 0, x = (first + k0) | 0; i < length; i += 2, x = (x + 1) | 0) {
    let y = start
    let z = (x + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ z
    z = (z + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ z
    z = (z + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ z
    z = (z + y) | 0
    y = ((((y << 6) | (y >>> 26)) ^ z) + b1) | 0
    z = (z + k1 + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ z
    z = (z + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ z
    z = (z + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ z
    z = (z + y) | 0
    y = ((((y << 24) | (y >>> 8)) ^ z) + b2) | 0
    z = (z + k2 + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ z
    z = (z + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ z
    z = (z + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ z
    z = (z + y) | 0
    y = ((((y << 6) | (y >>> 26)) ^ z) + b3) | 0
    z = (z + k0 + y) | 0
    y = ((y << 17) | (y >>> 15)) ^ z
    z = (z + y) | 0
    y = ((y << 29) | (y >>> 3)) ^ z
    z = (z + y) | 0
    y = ((y << 16) | (y >>> 16)) ^ z
    z = (z + y) | 0
    y = ((((y << 24) | (y >>> 8)) ^ z) + b4) | 0
    z = (z + k1 + y) | 0
    y = ((y << 13) | (y >>> 19)) ^ z
    z = (z + y) | 0
    y = ((y << 15) | (y >>> 17)) ^ z
    z = (z + y) | 0
    y = ((y << 26) | (y >>> 6)) ^ z
    z = (z + y) | 0
    y = ((((y << 6) | (y >>> 26)) ^ z) + b5) | 0
    array[i] = z + k2
    array[i + 1] = y
  }
}
