const number = new Float64Array(1)
const words = new Uint32Array(number.buffer)

/** ln 2 in two parts; the first ends in zeros, so that its product with an exponent is exact. */
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

/**
 * The natural logarithm with the same bits on every platform: only exactly rounded operations.
 * `x = m · 2^e` with m in [√½, √2); `ln x = e · ln 2 + 2 artanh((m - 1) / (m + 1))` by its series.
 * The relative error is below 1e-15; x must be positive, finite and normal.
 * Why not Math.log: ECMAScript leaves its last bits to the engine.
 */
export function ln(x: number): number {
  number[0] = x
  let exponent = (words[1]! >>> 20) - 1023
  words[1] = (words[1]! & 0xfffff) | 0x3ff00000
  let m = number[0]
  if (m > Math.SQRT2) {
    m /= 2
    exponent++
  }
  const r = (m - 1) / (m + 1)
  const s = r * r
  // |r| <= 0.1716, so the first term left out is below 3e-17 of the sum.
  let series = 1 / 19
  for (let n = 17; n >= 3; n -= 2) series = series * s + 1 / n
  return exponent * ln2High + (2 * r + (2 * r * s * series + exponent * ln2Low))
}
