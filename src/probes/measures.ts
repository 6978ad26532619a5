import { sizeOf } from '../base/index.ts'
import { cast, div, mul, sub, type Value } from '../ir/index.ts'
import { type BinRange, rangeOf } from './histograms.ts'
import type { Figure } from './pack.ts'
import type { Spread } from './signals.ts'
import { meanOf, rmsOf, shareOf, spreadOf, sumOf } from './statistics.ts'

type Measured = Value | Figure

/** How figures of tensors are worked out. */
export interface Measures {
  readonly mean: (x: Value) => Measured
  /** The share of elements for which a condition holds. */
  readonly share: (condition: Value, like: Value) => Measured
  readonly rms: (x: Value) => Measured
  readonly norm: (x: Value) => Measured
  readonly spread: (x: Value) => Spread<Measured>
  /** `rms(x) / rms(y)` of tensors of one shape. */
  readonly ratio: (x: Value, y: Value) => Measured
  /** From 4 root mean squares below 0 to 4 above. */
  readonly range: (x: Value) => BinRange
}

/** Whatever the magnitude of the numbers, every figure a value of the graph. */
export const fullMeasures: Measures = {
  mean: meanOf,
  share: shareOf,
  rms: rmsOf,
  norm: x => mul(rmsOf(x), Math.sqrt(sizeOf(x.shape))),
  spread: spreadOf,
  ratio: (x, y) => div(rmsOf(x), rmsOf(y)),
  range: x => rangeOf(rmsOf(x)),
}

/**
 * In few ops: the graph has sums alone, and what follows from them is worked out when they are read.
 * Squares that float32 loses are 0.
 */
export function thriftyMeasures(): Measures {
  const known = new Map<Value, Value>()
  const squaresOf = (x: Value): Value => {
    const squares = known.get(x) ?? sumOf(mul(x, x))
    known.set(x, squares)
    return squares
  }
  const mean = (x: Value): Figure => ({ of: [sumOf(x)], read: total => total / sizeOf(x.shape) })
  const rms = (x: Value): Figure => ({
    of: [squaresOf(x)],
    read: squares => Math.sqrt(squares / sizeOf(x.shape)),
  })
  return {
    mean,
    share: (condition, like) => mean(cast(condition, like.dtype)),
    rms,
    norm: x => ({ of: [squaresOf(x)], read: Math.sqrt }),
    spread: x => ({ mean: mean(x), std: rms(sub(x, meanOf(x))), rms: rms(x) }),
    ratio: (x, y) => ({
      of: [squaresOf(x), squaresOf(y)],
      read: (squares, others) => Math.sqrt(squares / others),
    }),
    range: x => ({ squares: squaresOf(x), count: sizeOf(x.shape) }),
  }
}
