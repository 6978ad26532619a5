import type { Named } from '../base/index.ts'
import { asSeen, type DataSource, type Rows, rowSizeOf } from '../data/index.ts'
import { optimised } from '../engine/index.ts'
import {
  add,
  concat,
  input,
  matmul,
  mul,
  type Program,
  reshape,
  sub,
  sum,
  type Value,
} from '../ir/index.ts'
import { squaredErrorPerElement } from '../ops/index.ts'
import { NoiseInputs, type NoiseSpec } from './noise.ts'
import type { RbmConfig } from './rbm.ts'
import { type RbmValues, type RbmWeights, rbmValues, weightInputs } from './rbm-graph.ts'

/** The name under which rows are fed. */
export const rowsName = 'rows'
/** What stands before the names of what momentum carries. */
export const velocityPrefix = 'velocity/'
/** The hidden states of persistent chains [B, H]. */
export const chainName = 'chain'
/** The mean of each hidden unit over past batches [H], for sparsity. */
export const usageName = 'usage'

/** One update of a machine as a program, and the noise to feed beside rows, learningRate and momentum. */
export interface RbmStep {
  readonly program: Program
  readonly noise: ReadonlyMap<string, NoiseSpec>
}

/** Rows as a machine sees them: numbers, scaled and normalised, flat. Shapes: [B, ...] -> [B, V]. */
export function seenRows(rows: Rows, scaling: Scaling, count: number): Value {
  const given = input(rowsName, [count, ...rows.shape.slice(1)], rows.dtype)
  return reshape(asSeen(given, scaling), [count, rowSizeOf(rows)])
}

/** What the graph does to rows first. */
export type Scaling = Pick<DataSource, 'scale' | 'normalization'>

/**
 * One step of contrastive divergence, or of its persistent form, on a batch.
 * Statistics of the rows take the means of the hidden units, those of the chain the means of both
 * sides (of the visible side what was drawn, where it draws); hidden units on the way are drawn.
 * `velocity = momentum velocity + rate (<h v>rows - <h v>chain - weightCost weight)`, `weight += velocity`.
 * State: the parameters, their velocities, and what persistence and sparsity carry.
 * Outputs: `squaredError`, the mean over the rows of `|v - P(v | drawn h)|²`.
 * `chains` is the number of persistent chains; others are as many as rows.
 * Source: Hinton, "Training products of experts by minimizing contrastive divergence" (2002); Tieleman,
 * "Training restricted Boltzmann machines using approximations to the likelihood gradient" (2008).
 */
export function rbmStep(
  config: RbmConfig,
  rows: Rows,
  scaling: Scaling,
  batchSize: number,
  chains = batchSize,
): RbmStep {
  const weights = weightInputs(config.hidden, rowSizeOf(rows))
  const values = rbmValues(config, weights)
  const noise = new NoiseInputs()
  const v0 = seenRows(rows, scaling, batchSize)
  const h0 = values.hidden.mean(values.hiddenInput(v0))
  const drawn = noise.draw('hidden/rows', values.hidden, h0)
  const first = values.visible.mean(values.visibleInput(drawn))
  const start = config.isPersistent ? input(chainName, [chains, config.hidden]) : drawn
  const end = gibbs(config, values, noise, start, config.isPersistent ? undefined : first)
  const sparse = sparsityOf(config, h0)
  const rate = input('learningRate', [])
  const h = concat([
    mul(sparse?.pulled ?? h0, mul(rate, 1 / batchSize)),
    mul(end.h, mul(rate, -1 / chains)),
  ])
  const slopes = {
    weight: matmul(h, concat([v0, end.v]), { transposeA: true }),
    hiddenBias: sum(h, 0),
    visibleBias: mul(sub(mul(sum(v0, 0), 1 / batchSize), mul(sum(end.v, 0), 1 / chains)), rate),
  }
  const state = { ...end.state, ...sparse?.state, ...updated(config, weights, slopes, rate) }
  const squaredError = mul(sum(squaredErrorPerElement(first, v0)), 1 / batchSize)
  return { program: optimised({ outputs: { squaredError }, state }), noise: noise.specs }
}

/** The parameters and velocities after a step. `slopes` have the rate in them. */
function updated(
  { weightCost }: RbmConfig,
  weights: RbmWeights<Value>,
  slopes: RbmWeights<Value>,
  rate: Value,
): Named<Value> {
  const next: Record<string, Value> = {}
  for (const name of ['weight', 'hiddenBias', 'visibleBias'] as const) {
    const kept = mul(input(velocityPrefix + name, weights[name].shape), input('momentum', []))
    const isPriced = name === 'weight' && weightCost > 0
    const left = isPriced ? sub(kept, mul(weights.weight, mul(rate, weightCost))) : kept
    const velocity = add(slopes[name], left)
    next[velocityPrefix + name] = velocity
    next[name] = add(weights[name], velocity)
  }
  return next
}

/**
 * A chain of alternating draws. `first`, the visible means of the first step, when they are known.
 * Returns the visible side at its end, the means of the hidden side, and the state of persistent chains.
 */
function gibbs(
  { gibbsSteps, drawsVisible, isPersistent }: RbmConfig,
  { visible, hidden, visibleInput, hiddenInput }: RbmValues,
  noise: NoiseInputs,
  start: Value,
  first: Value | undefined,
) {
  let states = start
  let h = start
  let v = start
  for (let step = 1; step <= gibbsSteps; step++) {
    const means = (step === 1 ? first : undefined) ?? visible.mean(visibleInput(states))
    v = drawsVisible ? noise.draw(`visible/${step}`, visible, means) : means
    h = hidden.mean(hiddenInput(v))
    if (step < gibbsSteps || isPersistent) states = noise.draw(`hidden/${step}`, hidden, h)
  }
  return { v, h, state: isPersistent ? { [chainName]: states } : {} }
}

/**
 * The means of the hidden units less the pull toward the target. Through the products with the rows it
 * reaches both the bias and the weights.
 * Source: Hinton, "A practical guide to training restricted Boltzmann machines" (2010), section 11.
 */
function sparsityOf({ sparsity, hidden }: RbmConfig, h0: Value) {
  if (!sparsity) return undefined
  const { target, cost, decay } = sparsity
  const batchMean = mul(sum(h0, 0), 1 / h0.shape[0]!)
  const usage = add(mul(input(usageName, [hidden]), decay), mul(batchMean, 1 - decay))
  return { pulled: sub(h0, mul(sub(usage, target), cost)), state: { [usageName]: usage } }
}
