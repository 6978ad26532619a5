/** pi / 2 in two parts; the first has 33 bits, so that its product with a small integer is exact. */
const halfPiHigh = 1.5707963267341256
const halfPiLow = 6.077100506506192e-11

/**
 * The sine of an angle in radians with the same bits on every platform: only exactly rounded operations.
 * The error is below 2e-16 for angles up to 1000; beyond a million they are no longer reduced well.
 * Why not Math.sin: ECMAScript leaves its last bits to the engine.
 */
export function sine(x: number): number {
  const quarter = Math.round(x / (Math.PI / 2))
  return sineOfQuarter(x, quarter, quarter)
}

/** The cosine of an angle in radians, as `sine`. */
export function cosine(x: number): number {
  const quarter = Math.round(x / (Math.PI / 2))
  return sineOfQuarter(x, quarter, quarter + 1)
}

/** `sin(r + phase · pi / 2)` with `r = x - quarter · pi / 2` in [-pi / 4, pi / 4]. */
function sineOfQuarter(x: number, quarter: number, phase: number): number {
  const r = x - quarter * halfPiHigh - quarter * halfPiLow
  const isCosine = phase % 2 !== 0
  const value = isCosine ? series(r, 1, 16) : r * series(r, 2, 17)
  return ((phase % 4) + 4) % 4 >= 2 ? -value : value
}

/** `1 - r²/(n (n + 1)) (1 - r²/((n + 2) (n + 3)) (…))`: Taylor's series from its small end. */
function series(r: number, first: number, last: number): number {
  const square = r * r
  let sum = 1
  for (let n = last - 1; n >= first; n -= 2) sum = 1 - (square / (n * (n + 1))) * sum
  return sum
}
