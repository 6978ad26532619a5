import type { OpName, OpOfArity } from '../../ir/index.ts'
import { fill, type Kernel, offsetsOf, stretchedStrides } from './kernel.ts'

/** `y[i] = f(x[i])`. */
export const unary =
  (f: (x: number) => number): Kernel<OpOfArity<1>> =>
  (value, [x]) =>
    fill(value, i => f(x.data[i]!))

/** `y[i] = f(operands[0][i], operands[1][i], …)`, every operand stretched to the result's shape. */
export const broadcasting =
  (f: (...elements: number[]) => number): Kernel<OpName> =>
  (value, operands) => {
    const offsets = operands.map(({ shape }) =>
      offsetsOf(value.shape, stretchedStrides(shape, value.shape)),
    )
    return fill(value, i => f(...operands.map(({ data }, k) => data[offsets[k]![i]!]!)))
  }

/** `1 / (1 + e^-x)`; the exponential overflows to the right limit, 0. */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x))
}

/**
 * `a ^ b`, where 1 to any power and -1 to an infinite one are 1, also for NaN.
 * Source: IEEE 754-2019, section 9.2.1; ECMAScript gives NaN there.
 */
export function power(a: number, b: number): number {
  return a === 1 || (a === -1 && Math.abs(b) === Infinity) ? 1 : a ** b
}
