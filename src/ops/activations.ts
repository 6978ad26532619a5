import {
  abs,
  add,
  div,
  erf,
  exp,
  less,
  log,
  max,
  min,
  mul,
  neg,
  sigmoid,
  stopGradient,
  sub,
  tanh,
  type Value,
  where,
} from '../ir/index.ts'

/** `x > 0 ? x : negativeSlope * x`; the gradient at 0 is the slope. Source: Maas et al. 2013. */
export function leakyRelu(x: Value, negativeSlope = 0.01): Value {
  return where(less(0, x), x, mul(negativeSlope, x))
}

/** `x > 0 ? x : alpha * (e^x - 1)`; the gradient at 0 is alpha. Source: Clevert et al. 2015. */
export function elu(x: Value, alpha = 1): Value {
  const isPositive = less(0, x)
  return where(isPositive, x, mul(alpha, sub(exp(where(isPositive, 0, x)), 1)))
}

/** `scale * elu(x, alpha)` with the constants that keep mean 0 and variance 1. Source: Klambauer et al. 2017. */
export function selu(x: Value): Value {
  return mul(1.0507009873554805, elu(x, 1.6732632423543772))
}

/**
 * `ln(1 + e^x)` without overflow, and to the last bits however small it is. Source: Dugas et al. 2001.
 */
export function softplus(x: Value): Value {
  return add(max(x, 0), softplusTail(x))
}

/** What softplus is above `max(x, 0)`: `ln(1 + e^-|x|)`, to the last bits however small it is. */
export function softplusTail(x: Value): Value {
  return log1p(exp(neg(abs(x))))
}

/**
 * `ln(1 + u)` for 0 <= u <= 1: `ln w` with w = 1 + u rounded, and what the rounding took, which is
 * exactly u - (w - 1). That is 0 but for rounding, so it has no gradient.
 */
function log1p(u: Value): Value {
  const w = add(1, u)
  return add(log(w), stopGradient(sub(u, sub(w, 1))))
}

/** `ln(sigmoid(x))` without overflow, and to the last bits however small it is. */
export function logSigmoid(x: Value): Value {
  return neg(softplus(neg(x)))
}

/** `x * sigmoid(x)`. Source: Elfwing et al. 2018. */
export function silu(x: Value): Value {
  return mul(x, sigmoid(x))
}

/** `x * Phi(x)` with the exact normal distribution. Source: Hendrycks and Gimpel 2016. */
export function gelu(x: Value): Value {
  return mul(mul(0.5, x), add(1, erf(mul(x, Math.SQRT1_2))))
}

/** gelu by its tanh approximation. Source: Hendrycks and Gimpel 2016, section 2. */
export function geluTanh(x: Value): Value {
  const cube = mul(x, mul(x, x))
  const inner = mul(Math.sqrt(2 / Math.PI), add(x, mul(0.044715, cube)))
  return mul(mul(0.5, x), add(1, tanh(inner)))
}

/** `x / (1 + |x|)`. Source: Bergstra et al. 2009. */
export function softsign(x: Value): Value {
  return div(x, add(1, abs(x)))
}

/** x cut to -1..1. */
export function hardtanh(x: Value): Value {
  return max(-1, min(x, 1))
}

/** `x * tanh(softplus(x))`. Source: Misra 2019. */
export function mish(x: Value): Value {
  return mul(x, tanh(softplus(x)))
}
