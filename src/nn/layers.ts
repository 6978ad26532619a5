import { type ActivationConfigs, activationRows } from './activations.ts'
import {
  type AlphaDropoutConfig,
  alphaDropoutRow,
  type DropoutConfig,
  dropoutRow,
} from './dropout.ts'
import { type EmbeddingConfig, embeddingRow } from './embedding.ts'
import { type FlattenConfig, flattenRow } from './flatten.ts'
import { type GraphConfig, graphRow } from './graph.ts'
import type { LayerRow } from './layer.ts'
import { type LinearConfig, linearRow } from './linear.ts'
import { type MaxoutConfig, maxoutRow } from './maxout.ts'
import { type MergeConfig, mergeRow } from './merge.ts'
import { type BatchNormConfig, batchNormRow, type LayerNormConfig, layerNormRow } from './norm.ts'
import { type ParallelConfig, parallelRow } from './parallel.ts'
import { type PreluConfig, preluRow } from './prelu.ts'
import { type ReshapeConfig, reshapeRow } from './reshape.ts'
import { type ResidualConfig, residualRow } from './residual.ts'
import { type SequentialConfig, sequentialRow } from './sequential.ts'

/** The descriptions of layers, by kind. */
export interface LayerConfigs extends ActivationConfigs {
  readonly linear: LinearConfig
  readonly flatten: FlattenConfig
  readonly reshape: ReshapeConfig
  readonly embedding: EmbeddingConfig
  readonly prelu: PreluConfig
  readonly maxout: MaxoutConfig
  readonly dropout: DropoutConfig
  readonly alphaDropout: AlphaDropoutConfig
  readonly batchNorm: BatchNormConfig
  readonly layerNorm: LayerNormConfig
  readonly sequential: SequentialConfig
  readonly residual: ResidualConfig
  readonly parallel: ParallelConfig
  readonly merge: MergeConfig
  readonly graph: GraphConfig
}

/** The kind of a layer. */
export type LayerKind = keyof LayerConfigs

/** A layer as data: frozen, comparable, and the same after a trip through JSON. */
export type LayerConfig = LayerConfigs[LayerKind]

/** One row per layer. */
export const layerTable: { readonly [K in LayerKind]: LayerRow<LayerConfigs[K]> } = {
  linear: linearRow,
  flatten: flattenRow,
  reshape: reshapeRow,
  embedding: embeddingRow,
  prelu: preluRow,
  maxout: maxoutRow,
  dropout: dropoutRow,
  alphaDropout: alphaDropoutRow,
  batchNorm: batchNormRow,
  layerNorm: layerNormRow,
  sequential: sequentialRow,
  residual: residualRow,
  parallel: parallelRow,
  merge: mergeRow,
  graph: graphRow,
  ...activationRows,
}
