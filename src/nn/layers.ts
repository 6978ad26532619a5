import { type ActivationConfigs, activationRows } from './activations.ts'
import { type Conv2dConfig, conv2dRow } from './conv.ts'
import {
  type AlphaDropoutConfig,
  alphaDropoutRow,
  type DropoutConfig,
  dropoutRow,
} from './dropout.ts'
import { type EmbeddingConfig, embeddingRow } from './embedding.ts'
import { type FlattenConfig, flattenRow } from './flatten.ts'
import { type GaussianNoiseConfig, gaussianNoiseRow } from './gaussian-noise.ts'
import { type GraphConfig, graphRow } from './graph.ts'
import type { LayerRow } from './layer.ts'
import { type LinearConfig, linearRow } from './linear.ts'
import { type MaxoutConfig, maxoutRow } from './maxout.ts'
import { type MergeConfig, mergeRow } from './merge.ts'
import { type MirrorConfig, mirrorRow } from './mirror.ts'
import { type BatchNormConfig, batchNormRow, type LayerNormConfig, layerNormRow } from './norm.ts'
import { type ParallelConfig, parallelRow } from './parallel.ts'
import {
  type AvgPool2dConfig,
  avgPool2dRow,
  type GlobalAveragePoolConfig,
  globalAveragePoolRow,
  type MaxPool2dConfig,
  maxPool2dRow,
  type ZeroPad2dConfig,
  zeroPad2dRow,
} from './pool.ts'
import { type PreluConfig, preluRow } from './prelu.ts'
import {
  type GruConfig,
  gruRow,
  type LstmConfig,
  lstmRow,
  type RnnConfig,
  rnnRow,
} from './recurrent.ts'
import { type ReshapeConfig, reshapeRow } from './reshape.ts'
import { type ResidualConfig, residualRow } from './residual.ts'
import { type SequentialConfig, sequentialRow } from './sequential.ts'

/** The descriptions of layers, by kind. */
export interface LayerConfigs extends ActivationConfigs {
  readonly linear: LinearConfig
  readonly conv2d: Conv2dConfig
  readonly maxPool2d: MaxPool2dConfig
  readonly avgPool2d: AvgPool2dConfig
  readonly globalAveragePool: GlobalAveragePoolConfig
  readonly zeroPad2d: ZeroPad2dConfig
  readonly flatten: FlattenConfig
  readonly reshape: ReshapeConfig
  readonly embedding: EmbeddingConfig
  readonly rnn: RnnConfig
  readonly lstm: LstmConfig
  readonly gru: GruConfig
  readonly prelu: PreluConfig
  readonly maxout: MaxoutConfig
  readonly dropout: DropoutConfig
  readonly alphaDropout: AlphaDropoutConfig
  readonly gaussianNoise: GaussianNoiseConfig
  readonly batchNorm: BatchNormConfig
  readonly layerNorm: LayerNormConfig
  readonly sequential: SequentialConfig
  readonly residual: ResidualConfig
  readonly parallel: ParallelConfig
  readonly merge: MergeConfig
  readonly mirror: MirrorConfig
  readonly graph: GraphConfig
}

/** The kind of a layer. */
export type LayerKind = keyof LayerConfigs

/** A layer as data: frozen, comparable, and the same after a trip through JSON. */
export type LayerConfig = LayerConfigs[LayerKind]

/** One row per layer. */
export const layerTable: { readonly [K in LayerKind]: LayerRow<LayerConfigs[K]> } = {
  linear: linearRow,
  conv2d: conv2dRow,
  maxPool2d: maxPool2dRow,
  avgPool2d: avgPool2dRow,
  globalAveragePool: globalAveragePoolRow,
  zeroPad2d: zeroPad2dRow,
  flatten: flattenRow,
  reshape: reshapeRow,
  embedding: embeddingRow,
  rnn: rnnRow,
  lstm: lstmRow,
  gru: gruRow,
  prelu: preluRow,
  maxout: maxoutRow,
  dropout: dropoutRow,
  alphaDropout: alphaDropoutRow,
  gaussianNoise: gaussianNoiseRow,
  batchNorm: batchNormRow,
  layerNorm: layerNormRow,
  sequential: sequentialRow,
  residual: residualRow,
  parallel: parallelRow,
  merge: mergeRow,
  mirror: mirrorRow,
  graph: graphRow,
  ...activationRows,
}
