import { fillBits, fillNormal, type Key } from '../base/index.ts'
import { add, cast, less, mul, sigmoid, type Value } from '../ir/index.ts'
import { softplus } from '../ops/index.ts'

/** What the units of one side of a machine are: 0 or 1, or numbers with normal noise of variance 1. */
export type UnitKind = 'bernoulli' | 'gaussian'

/**
 * A kind of unit s with input x, the sum of its bias and of what the other side sends:
 * `P(s | x) proportional to e^(x s - ownEnergy(s))`.
 */
export interface UnitRow {
  /** One line for the catalogue. */
  readonly doc: string
  /** The mean of s. Shapes: as x. */
  readonly mean: (x: Value) => Value
  /** s drawn with noise as `fillNoise` gives it. Shapes: all as the mean. */
  readonly sample: (mean: Value, noise: Value) => Value
  /** What s costs by itself, in nats; absent when nothing. */
  readonly ownEnergy?: (s: Value) => Value
  /** `ln(sum over s of e^(x s - ownEnergy(s)))`, an integral for numbers. Shapes: as x. */
  readonly logSum: (x: Value) => Value
  /** The element type of noise. */
  readonly noise: 'int32' | 'float32'
  readonly fillNoise: (key: Key, noise: Float32Array | Int32Array) => void
}

/**
 * One row per kind of unit.
 * Source: Smolensky (1986); Welling, Rosen-Zvi and Hinton, "Exponential family harmoniums with an
 * application to information retrieval" (2005).
 */
export const unitTable: { readonly [K in UnitKind]: UnitRow } = {
  bernoulli: {
    doc: '0 or 1, with P(1) = sigmoid(x)',
    mean: sigmoid,
    sample: (mean, noise) => cast(less(uniformOf(noise), mean), 'float32'),
    logSum: softplus,
    noise: 'int32',
    fillNoise: (key, { buffer, byteOffset, length }) =>
      fillBits(key, new Uint32Array(buffer, byteOffset, length)),
  },
  gaussian: {
    doc: 'a number, N(x, 1): the linear units of the literature',
    mean: x => x,
    sample: add,
    ownEnergy: s => mul(0.5, mul(s, s)),
    logSum: x => add(mul(0.5, mul(x, x)), 0.5 * Math.log(2 * Math.PI)),
    noise: 'float32',
    fillNoise: (key, noise) => fillNormal(key, noise as Float32Array, 0, 1),
  },
}

/** 32 random bits, read as a signed integer, as a number uniform from 0 to 1 in steps of 2^-24 or finer. */
function uniformOf(bits: Value): Value {
  return add(mul(cast(bits, 'float32'), 2 ** -32), 0.5)
}
