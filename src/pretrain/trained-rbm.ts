import { keyOf, splitKey, type Tensor } from '../base/index.ts'
import type { Value } from '../ir/index.ts'
import { type AnnealingOptions, annealedLogPartition, type LogPartition } from './annealing.ts'
import { drawSamples, type Sample, type SampleOptions } from './chains.ts'
import { exactLogPartition } from './log-partition.ts'
import { Machine, type RbmSettings, type RowsLike } from './machine.ts'
import { checkRbm, type RbmConfig } from './rbm.ts'
import type { RbmWeights } from './rbm-graph.ts'
import { measuresOf, type RbmMeasures } from './rbm-measures.ts'

/** A machine with parameters, and what it makes of rows. All of it is plain data; nothing is to be disposed. */
export interface Rbm {
  readonly config: RbmConfig
  readonly weights: RbmWeights
  /** `P(h = 1 | v)` of Bernoulli units, the means of Gaussian ones. Shapes: [N, ...] -> [N, H]. */
  hiddenMeans(rows: RowsLike): Promise<Tensor>
  /** The same backwards, through the same weights: `P(v = 1 | h)`. Shapes: [N, H] -> [N, V]. */
  visibleMeans(hidden: RowsLike): Promise<Tensor>
  /** The visible means of the hidden means. Shapes: [N, ...] -> [N, V]. */
  reconstruct(rows: RowsLike): Promise<Tensor>
  /** `F(v) = -ln(sum over h of e^-E(v, h))`, nats. Shapes: [N, ...] -> [N]. */
  freeEnergy(rows: RowsLike): Promise<Tensor>
  /** How well rows are reconstructed, and how likely they are. The seed is the pseudo-likelihood's. */
  measure(rows: RowsLike, options?: { readonly seed?: number }): Promise<RbmMeasures>
  /** Rows that the machine draws by itself. */
  sample(options?: SampleOptions): Promise<Sample>
  /**
   * ln Z exactly, by going through the states of a side of at most 20 Bernoulli units. The mean
   * log-likelihood of rows is then `-measure(rows).freeEnergy - ln Z`.
   */
  logPartition(): Promise<number>
  /** ln Z of any machine, estimated by annealed importance sampling. */
  estimateLogPartition(options?: AnnealingOptions): Promise<LogPartition>
}

/**
 * A machine of given parameters, such as those of a file.
 * Throws ConfigError when they do not fit the description.
 */
export function trainedRbm(
  config: RbmConfig,
  weights: RbmWeights,
  settings: RbmSettings = {},
): Rbm {
  checkRbm(config)
  const machine = new Machine(config, weights, settings)
  const { hiddenInput, visibleInput, hidden, visible, freeEnergy } = machine.values
  const hiddenMeans = (v: Value) => hidden.mean(hiddenInput(v))
  const visibleMeans = (h: Value) => visible.mean(visibleInput(h))
  return {
    config,
    weights,
    hiddenMeans: rows => machine.map('hiddenMeans', rows, hiddenMeans),
    visibleMeans: codes => machine.mapCodes('visibleMeans', codes, visibleMeans),
    reconstruct: rows => machine.map('reconstruct', rows, v => visibleMeans(hiddenMeans(v))),
    freeEnergy: rows => machine.map('freeEnergy', rows, freeEnergy),
    async measure(rows, { seed = 0 } = {}) {
      const { rows: programs } = await machine.parts()
      return measuresOf(
        machine.values,
        programs,
        machine.rowsOf(rows),
        splitKey(keyOf(seed), 'measure'),
      )
    },
    sample: (options = {}) => drawSamples(machine, options),
    logPartition: () => exactLogPartition(machine),
    estimateLogPartition: (options = {}) => annealedLogPartition(machine, options),
  }
}
