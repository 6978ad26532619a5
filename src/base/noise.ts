import { ln } from './ln.ts'
import { fillBlocks, type Key, streams } from './threefry.ts'

/**
 * Fills an array with noise of N(0, 1), fast: 16 random bits choose one of 65,536 equally likely values,
 * the normal distribution's at the middles of as many equal shares. Their mean is 0 and their variance 1
 * to float32; the largest is 4.3. Four take one Threefry block: some 3 ns each where `fillNormal`,
 * whose numbers have no end and 53 bits, takes 90.
 */
export function fillNoise(key: Key, array: Float32Array): void {
  const words = new Uint32Array(Math.ceil(array.length / 2))
  fillBlocks(key, words, 0, streams.noise)
  const levels = noiseLevels()
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!
    array[2 * i] = levels[word & 0xffff]!
    // Beyond the end of an odd length nothing is written.
    array[2 * i + 1] = levels[word >>> 16]!
  }
}

let made: Float32Array | undefined

/** The values that noise takes, ascending. */
export function noiseLevels(): Float32Array {
  if (made) return made
  const half = 32_768
  const upper = Float64Array.from({ length: half }, (_, i) => upperQuantile((i + 0.5) / (2 * half)))
  const scale = Math.sqrt(half / upper.reduce((sum, x) => sum + x * x, 0))
  made = new Float32Array(2 * half)
  for (let i = 0; i < half; i++) {
    made[half + i] = upper[i]! * scale
    made[half - 1 - i] = -upper[i]! * scale
  }
  return made
}

/**
 * The number below which N(0, 1) lies with probability 1/2 + q, 0 <= q < 1/2, to a relative 1e-7; of
 * square roots and `ln` alone, so that it is the same on every platform.
 * Source: Wichura, "Algorithm AS 241: The percentage points of the normal distribution" (1988), PPND7.
 */
export function upperQuantile(q: number): number {
  if (q <= 0.425) return q * ratio(central, 0.180625 - q * q)
  const r = Math.sqrt(-ln(0.5 - q))
  return r <= 5 ? ratio(tail, r - 1.6) : ratio(farTail, r - 5)
}

/** Coefficients of a fraction of polynomials, lowest power first. */
interface Fraction {
  readonly above: readonly number[]
  readonly below: readonly number[]
}

const central: Fraction = {
  above: [3.3871327179, 50.434271938, 159.29113202, 59.10937472],
  below: [1, 17.895169469, 78.757757664, 67.1875636],
}
const tail: Fraction = {
  above: [1.4234372777, 2.75681539, 1.3067284816, 0.17023821103],
  below: [1, 0.7370016425, 0.12021132975],
}
const farTail: Fraction = {
  above: [6.657905115, 3.081226386, 0.42868294337, 0.017337203997],
  below: [1, 0.24197894225, 0.012258202635],
}

function ratio({ above, below }: Fraction, x: number): number {
  const polynomial = (coefficients: readonly number[]) =>
    coefficients.reduceRight((sum, c) => sum * x + c, 0)
  return polynomial(above) / polynomial(below)
}
