import { ConfigError, type Named, type Tensor } from '../base/index.ts'
import { add, input, matmul, mul, neg, sub, sum, type Value } from '../ir/index.ts'
import type { RbmConfig } from './rbm.ts'
import { type UnitRow, unitTable } from './units.ts'

/** The parameters of a machine: weight [H, V] as of a linear layer, hiddenBias [H], visibleBias [V]. */
export interface RbmWeights<T = Tensor> {
  readonly weight: T
  readonly hiddenBias: T
  readonly visibleBias: T
}

/** The kinds of units on both sides. */
export type RbmUnits = Pick<RbmConfig, 'visibleUnits' | 'hiddenUnits'>

/** A machine as expressions: what each side makes of the other, and what states cost. */
export interface RbmValues {
  readonly visible: UnitRow
  readonly hidden: UnitRow
  /** What the hidden units receive: `v weight' + hiddenBias`. Shapes: [B, V] -> [B, H]. */
  readonly hiddenInput: (v: Value) => Value
  /** What the visible units receive, through the same weights: `h weight + visibleBias`. Shapes: [B, H] -> [B, V]. */
  readonly visibleInput: (h: Value) => Value
  /** `E(v, h)` of each row. Shapes: [B, V], [B, H] -> [B]. */
  readonly energy: (v: Value, h: Value) => Value
  /** `F(v) = -ln(sum over h of e^-E(v, h))` of each row. Shapes: [B, V] -> [B]. */
  readonly freeEnergy: (v: Value) => Value
  /** The same from the other side: `-ln(sum over v of e^-E(v, h))`. Shapes: [B, H] -> [B]. */
  readonly hiddenFreeEnergy: (h: Value) => Value
}

/** The expressions of a machine with given parameters. */
export function rbmValues(units: RbmUnits, weights: RbmWeights<Value>): RbmValues {
  const { weight, hiddenBias, visibleBias } = weights
  const visible = unitTable[units.visibleUnits]
  const hidden = unitTable[units.hiddenUnits]
  const hiddenInput = (v: Value) => add(matmul(v, weight, { transposeB: true }), hiddenBias)
  const visibleInput = (h: Value) => add(matmul(h, weight), visibleBias)
  return {
    visible,
    hidden,
    hiddenInput,
    visibleInput,
    energy: (v, h) =>
      sub(
        alone(hidden, h, hiddenBias),
        sum(sub(mul(v, visibleInput(h)), ownEnergy(visible, v)), -1),
      ),
    freeEnergy: v => sub(alone(visible, v, visibleBias), sum(hidden.logSum(hiddenInput(v)), -1)),
    hiddenFreeEnergy: h =>
      sub(alone(hidden, h, hiddenBias), sum(visible.logSum(visibleInput(h)), -1)),
  }
}

const ownEnergy = (units: UnitRow, s: Value): Value => units.ownEnergy?.(s) ?? mul(0, s)

/** What one side costs without the other, of each row: `own(s) - bias s`. */
function alone(units: UnitRow, s: Value, bias: Value): Value {
  const own = units.ownEnergy?.(s)
  return own ? sum(sub(own, mul(s, bias)), -1) : neg(sum(mul(s, bias), -1))
}

/** The parameters as inputs of a program, held by a state under their names. */
export function weightInputs(hidden: number, visible: number): RbmWeights<Value> {
  return {
    weight: input('weight', [hidden, visible]),
    hiddenBias: input('hiddenBias', [hidden]),
    visibleBias: input('visibleBias', [visible]),
  }
}

/**
 * The sizes of both sides.
 * Throws ConfigError when the parameters do not fit each other.
 */
export function sidesOf({ weight, hiddenBias, visibleBias }: RbmWeights): {
  readonly hidden: number
  readonly visible: number
} {
  const [hidden = 0, visible = 0] = weight.shape
  const isMatrix = weight.shape.length === 2
  if (isMatrix && hiddenBias.data.length === hidden && visibleBias.data.length === visible)
    return { hidden, visible }
  throw new ConfigError({
    who: 'rbm weights',
    expected: 'weight [H, V], hiddenBias [H] and visibleBias [V]',
    received: [weight, hiddenBias, visibleBias].map(({ shape }) => `[${shape}]`).join(', '),
  })
}

/** The parameters alone of whatever a state holds. */
export function weightsIn(tensors: Named<Tensor>): RbmWeights {
  const { weight, hiddenBias, visibleBias } = tensors
  return { weight: weight!, hiddenBias: hiddenBias!, visibleBias: visibleBias! }
}
