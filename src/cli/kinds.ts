import type { Shape } from '../base/index.ts'
import { type AugmentKind, cutout, horizontalFlip, randomCrop, shift } from '../data/index.ts'
import { expectedMoments, type InitConfig, type InitKind, initializers } from '../init/index.ts'
import { type MetricKind, metrics } from '../inspect/index.ts'
import {
  alphaDropout,
  apply,
  avgPool2d,
  batchNorm,
  binaryCrossEntropy,
  conv2d,
  crossEntropy,
  dropout,
  elu,
  embedding,
  flatten,
  type GraphConfig,
  gaussianNoise,
  gelu,
  globalAveragePool,
  gru,
  hardtanh,
  hinge,
  huber,
  type JointLossConfig,
  jointLoss,
  klDivergence,
  type LayerConfig,
  type LayerKind,
  type LossConfigs,
  layerNorm,
  leakyRelu,
  linear,
  logSigmoid,
  logSoftmax,
  lstm,
  type MergeBy,
  maxout,
  maxPool2d,
  meanAbsoluteError,
  meanSquaredError,
  merge,
  mirror,
  mish,
  model,
  parallel,
  prelu,
  relu,
  reshape,
  residual,
  rnn,
  type Size,
  selu,
  sequential,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  tanh,
  zeroPad2d,
} from '../nn/index.ts'
import { by, type Make, type Settings } from './make.ts'
import {
  averages,
  clips,
  constraints,
  optimizers,
  optional,
  optionalParts,
  penalties,
  required,
  schedules,
  stops,
} from './optim-kinds.ts'

const layers: Readonly<Record<LayerKind, Make>> = {
  linear: by(({ features, ...rest }: { features: number }) => linear(features, rest)),
  sequential: by(({ layers = [] }: { layers?: LayerConfig[] }) => sequential(...layers)),
  residual: by(({ branch, ...rest }: { branch: LayerConfig; projection?: LayerConfig }) =>
    residual(branch, rest),
  ),
  parallel: by(({ branches, ...rest }: { branches: LayerConfig[] }) => parallel(branches, rest)),
  mirror: by(({ layers }: { layers: LayerConfig[] }) => mirror(...layers)),
  merge: by(({ by, ...rest }: { by: MergeBy }) => merge(by, rest)),
  graph: by((settings: Omit<GraphConfig, 'kind'>) => Object.freeze({ kind: 'graph', ...settings })),
  conv2d: by(({ channels, kernel, ...rest }: { channels: number; kernel: Size }) =>
    conv2d(channels, kernel, rest),
  ),
  maxPool2d: by(({ kernel, ...rest }: { kernel: Size }) => maxPool2d(kernel, rest)),
  avgPool2d: by(({ kernel, ...rest }: { kernel: Size }) => avgPool2d(kernel, rest)),
  globalAveragePool: by(globalAveragePool),
  zeroPad2d: by(({ padding }: { padding: Size }) => zeroPad2d(padding)),
  flatten: by(flatten),
  reshape: by(({ shape }: { shape: Shape }) => reshape(shape)),
  embedding: by(({ count, features, ...rest }: { count: number; features: number }) =>
    embedding(count, features, rest),
  ),
  rnn: by(({ units, ...rest }: { units: number }) => rnn(units, rest)),
  lstm: by(({ units, ...rest }: { units: number }) => lstm(units, rest)),
  gru: by(({ units, ...rest }: { units: number }) => gru(units, rest)),
  prelu: by(prelu),
  maxout: by(({ pieces, ...rest }: { pieces: number }) => maxout(pieces, rest)),
  dropout: by(({ rate }: { rate?: number }) => dropout(rate)),
  alphaDropout: by(({ rate }: { rate?: number }) => alphaDropout(rate)),
  gaussianNoise: by(({ std }: { std?: number }) => gaussianNoise(std)),
  batchNorm: by(batchNorm),
  layerNorm: by(layerNorm),
  sigmoid: by(sigmoid),
  tanh: by(tanh),
  relu: by(relu),
  leakyRelu: by(leakyRelu),
  elu: by(elu),
  selu: by(selu),
  gelu: by(gelu),
  silu: by(silu),
  softplus: by(softplus),
  softsign: by(softsign),
  hardtanh: by(hardtanh),
  mish: by(mish),
  logSigmoid: by(logSigmoid),
  softmax: by(softmax),
  logSoftmax: by(logSoftmax),
}

const losses: Readonly<Record<keyof LossConfigs, Make>> = {
  crossEntropy: by(crossEntropy),
  binaryCrossEntropy: by(binaryCrossEntropy),
  meanSquaredError: by(meanSquaredError),
  joint: by(({ terms, weights }: Omit<JointLossConfig, 'kind'>) => jointLoss(terms, { weights })),
  meanAbsoluteError: by(meanAbsoluteError),
  huber: by(huber),
  klDivergence: by(klDivergence),
  hinge: by(hinge),
}

const augmentations: Readonly<Record<AugmentKind, Make>> = {
  randomCrop: by(randomCrop),
  shift: by(shift),
  horizontalFlip: by(horizontalFlip),
  cutout: by(cutout),
}

const inits = Object.fromEntries(
  (Object.keys(initializers) as InitKind[]).map(kind => [
    kind,
    by((settings: Settings) => init(kind, settings)),
  ]),
) as Readonly<Record<InitKind, Make>>

function init(kind: InitKind, settings: object): InitConfig {
  const config = { kind, ...initializers[kind].defaults, ...settings } as InitConfig
  // Checks names and ranges; what it returns, for any shape, is not wanted here.
  expectedMoments(config, [2, 2])
  return Object.freeze(config)
}

const metricMakes: Readonly<Record<MetricKind, Make>> = {
  accuracy: by(metrics.accuracy),
  topK: by(({ k }: { k?: number }) => metrics.topK(k)),
  confusionMatrix: by(metrics.confusionMatrix),
  precision: by(metrics.precision),
  recall: by(metrics.recall),
  f1: by(metrics.f1),
  meanAbsoluteError: by(metrics.meanAbsoluteError),
  rootMeanSquaredError: by(metrics.rootMeanSquaredError),
  rSquared: by(metrics.rSquared),
  squaredError: by(metrics.squaredError),
}

/** The families of descriptions: every kind with what makes it. */
export const families: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  layer: layers,
  loss: losses,
  optimizer: optimizers,
  schedule: schedules,
  penalty: penalties,
  clip: clips,
  constraint: constraints,
  averaging: averages,
  earlyStopping: stops,
  init: inits,
  augmentation: augmentations,
  metric: metricMakes,
}

/** The family of the description that stands under a name; in a list, of each of its items. */
export const familyUnder: Readonly<Record<string, keyof typeof families>> = {
  model: 'layer',
  layers: 'layer',
  branch: 'layer',
  branches: 'layer',
  projection: 'layer',
  loss: 'loss',
  optimizer: 'optimizer',
  schedule: 'schedule',
  schedules: 'schedule',
  penalty: 'penalty',
  clip: 'clip',
  constraint: 'constraint',
  averaging: 'averaging',
  earlyStopping: 'earlyStopping',
  weightInit: 'init',
  biasInit: 'init',
  recurrentInit: 'init',
  slopeInit: 'init',
  scaleInit: 'init',
  shiftInit: 'init',
  augment: 'augmentation',
  metrics: 'metric',
}

/** Settings without a default, each with an example of its type. */
export const requiredSettings: Readonly<Record<string, Settings>> = {
  linear: { features: 1 },
  sequential: { layers: [relu()] },
  residual: { branch: relu() },
  parallel: { branches: [relu()] },
  mirror: { layers: [linear(1)] },
  graph: { ...model(x => apply(relu(), x)) },
  joint: { terms: { output: crossEntropy() } },
  conv2d: { channels: 1, kernel: 1 },
  maxPool2d: { kernel: 1 },
  avgPool2d: { kernel: 1 },
  zeroPad2d: { padding: 0 },
  reshape: { shape: [-1] },
  embedding: { count: 1, features: 1 },
  rnn: { units: 1 },
  lstm: { units: 1 },
  gru: { units: 1 },
  maxout: { pieces: 1 },
  ...required,
}

/** Settings that a kind, or the experiment itself, may do without, each with an example of its type. */
export const optionalSettings: Readonly<Record<string, Settings>> = {
  experiment: {
    name: 'experiment',
    seed: 0,
    shuffle: true,
    onNonFinite: 'stop',
    inspect: { every: 100, bins: 40, mostBytes: 2 ** 31 },
    ...optionalParts,
    augment: [horizontalFlip()],
    metrics: [metrics.accuracy()],
  },
  linear: { inputFeatures: 1 },
  crossEntropy: { classWeights: [1] },
  conv2d: { inputChannels: 1 },
  rnn: { inputFeatures: 1 },
  lstm: { inputFeatures: 1 },
  gru: { inputFeatures: 1 },
  residual: { projection: relu() },
  ...optional,
}

/** Every setting of a kind with its default, or else an example of its type. */
export function templateOf(make: Make, kind: string): Settings {
  const { kind: _, ...settings } = make(requiredSettings[kind] ?? {})
  return { ...settings, ...optionalSettings[kind] }
}
