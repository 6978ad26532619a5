export {
  type ActivationConfigs,
  type ActivationKind,
  activationRows,
  elu,
  gelu,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  relu,
  selu,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  tanh,
} from './activations.ts'
export { type Conv2dConfig, type Conv2dOptions, conv2d } from './conv.ts'
export {
  type AlphaDropoutConfig,
  alphaDropout,
  type DropoutConfig,
  dropout,
} from './dropout.ts'
export { type EmbeddingConfig, type EmbeddingOptions, embedding } from './embedding.ts'
export { type FlattenConfig, flatten } from './flatten.ts'
export { type GaussianNoiseConfig, gaussianNoise } from './gaussian-noise.ts'
export { apply, type GraphConfig, type GraphNode, model, type Symbolic } from './graph.ts'
export { drawTensor, initialParameters } from './initial-parameters.ts'
export { type JointLossConfig, jointLoss, mainLoss } from './joint-loss.ts'
export type { LayerContext, LayerRow } from './layer.ts'
export { type LayerConfig, type LayerConfigs, type LayerKind, layerTable } from './layers.ts'
export { type LinearConfig, type LinearOptions, linear } from './linear.ts'
export {
  binaryCrossEntropy,
  type CrossEntropySettings,
  crossEntropy,
  hinge,
  huber,
  klDivergence,
  type LossConfig,
  type LossConfigs,
  type LossContext,
  type LossRow,
  lossPerExample,
  lossRowOf,
  lossTable,
  meanAbsoluteError,
  meanSquaredError,
  taskOf,
} from './losses.ts'
export { type MaxoutConfig, maxout } from './maxout.ts'
export { type MergeBy, type MergeConfig, merge } from './merge.ts'
export { type MirrorConfig, mirror } from './mirror.ts'
export {
  type AppliedLayer,
  type AppliedModel,
  type ApplyOptions,
  applyModel,
  type BufferSpec,
  type IndexSpec,
  type MaskSpec,
  type NoiseSpec,
  type ParamSpec,
} from './model.ts'
export {
  type BatchNormConfig,
  type BatchNormOptions,
  batchNorm,
  type LayerNormConfig,
  type LayerNormOptions,
  layerNorm,
} from './norm.ts'
export { type ParallelConfig, parallel } from './parallel.ts'
export {
  type AvgPool2dConfig,
  type AvgPool2dOptions,
  avgPool2d,
  type GlobalAveragePoolConfig,
  globalAveragePool,
  type MaxPool2dConfig,
  type MaxPool2dOptions,
  maxPool2d,
  type ZeroPad2dConfig,
  zeroPad2d,
} from './pool.ts'
export { type PreluConfig, type PreluOptions, prelu } from './prelu.ts'
export {
  type GruConfig,
  gru,
  type LstmConfig,
  lstm,
  type RecurrentOptions,
  type RnnConfig,
  rnn,
} from './recurrent.ts'
export { type ReshapeConfig, reshape } from './reshape.ts'
export { type ResidualConfig, residual } from './residual.ts'
export { type SequentialConfig, sequential } from './sequential.ts'
export type { Size } from './window.ts'
