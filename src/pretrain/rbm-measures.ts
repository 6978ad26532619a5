import { type Key, type Named, randomIndex, splitKey, type Tensor } from '../base/index.ts'
import { type Rows, rowSizeOf } from '../data/index.ts'
import {
  add,
  constant,
  input,
  less,
  log,
  max,
  mul,
  neg,
  oneHot,
  sub,
  sum,
  type Value,
  where,
} from '../ir/index.ts'
import { binaryCrossEntropyPerElement, logSigmoid, squaredErrorPerElement } from '../ops/index.ts'
import type { RbmValues } from './rbm-graph.ts'
import type { RowPrograms } from './row-programs.ts'
import { unitTable } from './units.ts'

/** How well a machine fits rows; each is the mean over the rows. */
export interface RbmMeasures {
  /** `|v - v^|²`, v^ the visible means of the hidden means: without a draw. */
  readonly squaredError: number
  /** `-sum(v ln v^ + (1 - v) ln(1 - v^))`, nats; of Bernoulli units. */
  readonly crossEntropy?: number
  /** The cross-entropy less the entropy of v itself: `KL(v || v^)` summed over the units, nats. */
  readonly klDivergence?: number
  /** `F(v) = -ln(sum over h of e^-E(v, h))`, nats; up to ln Z this is -ln P(v). */
  readonly freeEnergy: number
  /**
   * `V ln P(v_i | others)` for one unit i drawn for each row, whose mean is the log pseudo-likelihood;
   * of Bernoulli units, rows rounded to 0 and 1. The higher the better.
   */
  readonly pseudoLogLikelihood?: number
  readonly rows: number
}

/** The measures of rows. The key draws the units that the pseudo-likelihood looks at. */
export async function measuresOf(
  values: RbmValues,
  programs: RowPrograms,
  rows: Rows,
  key: Key,
): Promise<RbmMeasures> {
  const isBernoulli = values.visible === unitTable.bernoulli
  const visible = rowSizeOf(rows)
  const outputs = await programs.run(rows, {
    name: 'measures',
    build: v => ({
      freeEnergy: values.freeEnergy(v),
      ...reconstructionErrors(values, v, isBernoulli),
      ...(isBernoulli && { pseudoLogLikelihood: pseudoLogLikelihood(values, v) }),
    }),
    ...(isBernoulli && {
      feeds: (start, count) => ({ [flippedName]: drawnUnits(key, start, count, visible) }),
    }),
  })
  return { ...meansOf(outputs), rows: rows.shape[0]! } as RbmMeasures
}

/** The mean free energy of rows. */
export async function freeEnergyOf(
  values: RbmValues,
  programs: RowPrograms,
  rows: Rows,
): Promise<number> {
  const build = (v: Value) => ({ y: values.freeEnergy(v) })
  return meansOf(await programs.run(rows, { name: 'freeEnergy', build })).y!
}

/** The errors of each row's reconstruction. Shapes: [B, V] -> [B] each. */
function reconstructionErrors(values: RbmValues, v: Value, isBernoulli: boolean): Named<Value> {
  const { visible, hidden, hiddenInput, visibleInput } = values
  const x = visibleInput(hidden.mean(hiddenInput(v)))
  const squaredError = sum(squaredErrorPerElement(visible.mean(x), v), -1)
  if (!isBernoulli) return { squaredError }
  const crossEntropy = sum(binaryCrossEntropyPerElement(x, v), -1)
  return { squaredError, crossEntropy, klDivergence: sub(crossEntropy, entropy(v)) }
}

/** `-sum(v ln v + (1 - v) ln(1 - v))`, where 0 ln 0 is 0. Shapes: [B, V] -> [B]. */
function entropy(v: Value): Value {
  const part = (p: Value) => mul(p, log(where(less(0, p), p, 1)))
  return neg(sum(add(part(v), part(max(sub(1, v), 0))), -1))
}

const flippedName = 'flipped'

/**
 * `V ln sigmoid(F(v with unit i flipped) - F(v))` for the unit i that is fed for each row.
 * Source: Marlin, Swersky, Chen and de Freitas, "Inductive principles for restricted Boltzmann machine
 * learning" (2010); the same estimate as scikit-learn's `BernoulliRBM.score_samples`.
 */
function pseudoLogLikelihood({ freeEnergy }: RbmValues, rows: Value): Value {
  const [count = 0, visible = 0] = rows.shape
  const v = where(less(rows, 0.5), mul(0, rows), constant(1))
  const flipped = oneHot(input(flippedName, [count], 'int32'), visible)
  const other = add(v, mul(flipped, sub(1, mul(2, v))))
  return mul(visible, logSigmoid(sub(freeEnergy(other), freeEnergy(v))))
}

function drawnUnits(key: Key, start: number, count: number, visible: number): Tensor {
  const data = Int32Array.from({ length: count }, (_, i) =>
    randomIndex(splitKey(key, start + i), visible),
  )
  return { dtype: 'int32', shape: [count], data }
}

/** The mean of each output over its rows, added up in float64. */
export function meansOf(outputs: Named<Tensor>): Named<number> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, { data }]) => [
      name,
      (data as Float32Array).reduce((total, x) => total + x, 0) / data.length,
    ]),
  )
}
