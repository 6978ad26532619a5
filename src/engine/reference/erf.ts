/** From here on the continued fraction converges faster than the series. */
const tail = 3

/**
 * The error function, to a relative error below 1e-15.
 * `2/sqrt(pi) * integral of e^(-t^2) from 0 to x`
 * Source: Abramowitz and Stegun, 7.1.6 (series) and 7.1.14 (continued fraction).
 */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x
  return Math.abs(x) < tail ? series(x) : Math.sign(x) * (1 - complement(Math.abs(x)))
}

// erf x = 2/sqrt(pi) e^(-x^2) sum 2^n x^(2n+1) / (1 3 5 .. 2n+1). Every term has the sign of x, so
// nothing cancels.
function series(x: number): number {
  let term = x
  let total = x
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
    term *= (2 * x * x) / (2 * n + 1)
    total += term
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * total
}

// 1 - erf x = e^(-x^2)/sqrt(pi) * 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + 2/(x + ..))))), from the inside.
function complement(x: number): number {
  let denominator = x
  for (let n = 40; n > 0; n--) denominator = x + n / 2 / denominator
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / denominator
}
