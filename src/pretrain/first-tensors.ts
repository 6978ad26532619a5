import { type Key, type Named, splitKey, type Tensor, zerosTensor } from '../base/index.ts'
import { asSeen, blocksOf, type Rows, rowSizeOf } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { initialize } from '../init/index.ts'
import { constant } from '../ir/index.ts'
import type { RbmConfig } from './rbm.ts'
import type { RbmWeights } from './rbm-graph.ts'
import { chainName, type Scaling, usageName, velocityPrefix } from './rbm-step.ts'
import type { UnitKind } from './units.ts'
import type { Unlabelled } from './unlabelled.ts'

/** The parameters that a machine starts from. */
export function firstWeights(config: RbmConfig, data: Unlabelled, key: Key): RbmWeights {
  const { train, validation: _, ...scaling } = data
  const visible = rowSizeOf(train)
  return {
    weight: initialize(config.weightInit, [config.hidden, visible], splitKey(key, 'weight')),
    hiddenBias: zerosTensor('float32', [config.hidden]),
    visibleBias:
      config.visibleBiasInit === 'zeros'
        ? zerosTensor('float32', [visible])
        : biasOfMeans(config.visibleUnits, train, scaling),
  }
}

/** What a machine carries beside its parameters when it starts: velocities, chains, use of hidden units. */
export function firstCarried(
  { hidden, isPersistent, sparsity }: RbmConfig,
  weights: RbmWeights,
  chains: number,
): Named<Tensor> {
  const velocities = Object.entries(weights).map(([name, { shape }]) => [
    velocityPrefix + name,
    zerosTensor('float32', shape),
  ])
  return {
    ...Object.fromEntries(velocities),
    ...(isPersistent && { [chainName]: zerosTensor('float32', [chains, hidden]) }),
    ...(sparsity && {
      [usageName]: {
        dtype: 'float32',
        shape: [hidden],
        data: new Float32Array(hidden).fill(sparsity.target),
      },
    }),
  }
}

/**
 * The inputs at which visible units without weights have the means of rows: the means themselves of
 * Gaussian units, `ln(p / (1 - p))` of Bernoulli ones, p = (sum + 1) / (N + 2) so that it is never infinite.
 * Source: Hinton, "A practical guide" (2010), section 8.1; the rule of Laplace.
 */
export function biasOfMeans(units: UnitKind, rows: Rows, scaling: Scaling): Tensor {
  const size = rowSizeOf(rows)
  const count = rows.shape[0]!
  const sums = new Float64Array(size)
  for (const { rows: block } of blocksOf(rows))
    for (let i = 0; i < block.data.length; i++) sums[i % size]! += block.data[i]!
  const row = rows.shape.slice(1)
  const raw = constant({
    dtype: 'float32',
    shape: row,
    data: Float32Array.from(sums, sum => sum / count),
  })
  // Scaling and normalisation keep means: that of the seen rows is the seen mean.
  const [means] = evaluate([asSeen(raw, scaling)])
  const inputFor = (mean: number) => {
    const p = (mean * count + 1) / (count + 2)
    return units === 'bernoulli' ? Math.log(p / (1 - p)) : mean
  }
  return {
    dtype: 'float32',
    shape: [size],
    data: Float32Array.from(means!.data as Float32Array, inputFor),
  }
}
