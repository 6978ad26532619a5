export { type AnnealingOptions, annealingSchedule, type LogPartition } from './annealing.ts'
export {
  type AutoencoderOptions,
  autoencoder,
  encoder,
  encoderOf,
  type Net,
} from './autoencoder.ts'
export type { Sample, SampleOptions } from './chains.ts'
export { type Dbn, type FitDbnOptions, fitDbn } from './fit-dbn.ts'
export { type FitRbmOptions, fitRbm, type RbmEpoch, type RbmRun } from './fit-rbm.ts'
export type { RbmSettings, RowsLike } from './machine.ts'
export { type Pca, type PcaOptions, pca } from './pca.ts'
export {
  type FilterImagesOptions,
  filterImages,
  type ImageLine,
  type ImageLinesOptions,
  imageLines,
} from './pictures.ts'
export {
  type MomentumSwitch,
  type RbmConfig,
  type RbmOptions,
  rbm,
  type SparsityTarget,
} from './rbm.ts'
export { type RbmUnits, type RbmValues, type RbmWeights, rbmValues } from './rbm-graph.ts'
export type { RbmMeasures } from './rbm-measures.ts'
export type { Scaling } from './rbm-step.ts'
export { type Rbm, trainedRbm } from './trained-rbm.ts'
export { type UnitKind, type UnitRow, unitTable } from './units.ts'
export { type Unlabelled, type UnlabelledOptions, unlabelled } from './unlabelled.ts'
export type { ClassifierOptions } from './unrolled.ts'
