import { type Key, type Named, splitKey, type Tensor, zerosTensor } from '../base/index.ts'
import { blocksOf, rowSizeOf } from '../data/index.ts'
import { initialize } from '../init/index.ts'
import type { RbmConfig } from './rbm.ts'
import type { RbmWeights } from './rbm-graph.ts'
import { chainName, usageName, velocityPrefix } from './rbm-step.ts'
import type { Unlabelled } from './unlabelled.ts'

/** The parameters that a machine starts from. */
export function firstWeights(config: RbmConfig, data: Unlabelled, key: Key): RbmWeights {
  const visible = rowSizeOf(data.train)
  return {
    weight: initialize(config.weightInit, [config.hidden, visible], splitKey(key, 'weight')),
    hiddenBias: zerosTensor('float32', [config.hidden]),
    visibleBias:
      config.visibleBiasInit === 'zeros'
        ? zerosTensor('float32', [visible])
        : biasOfMeans(config, data),
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
 * The inputs at which visible units without weights have the means of the training rows: the means
 * themselves of Gaussian units, `ln(p / (1 - p))` of Bernoulli ones, p = (sum + 1) / (N + 2) so that it is
 * never infinite. Source: Hinton, "A practical guide" (2010), section 8.1; the rule of Laplace.
 */
function biasOfMeans({ visibleUnits }: RbmConfig, { train, scale = 1 }: Unlabelled): Tensor {
  const size = rowSizeOf(train)
  const count = train.shape[0]!
  const sums = new Float64Array(size)
  for (const { rows } of blocksOf(train))
    for (let i = 0; i < rows.data.length; i++) sums[i % size]! += rows.data[i]! * scale
  const bias = Float32Array.from(sums, sum => {
    const p = (sum + 1) / (count + 2)
    return visibleUnits === 'bernoulli' ? Math.log(p / (1 - p)) : sum / count
  })
  return { dtype: 'float32', shape: [size], data: bias }
}
