export {
  batchInputs,
  batchTargets,
  exportedName,
  inTargetUnits,
} from './batch-graph.ts'
export { BatchSums } from './batch-sums.ts'
export { checkOutput } from './check-model.ts'
export { checkOptions } from './check-options.ts'
export { describeExperiment } from './describe.ts'
export { scoresFrom } from './evaluate.ts'
export type {
  Experiment,
  FitOptions,
  FitSettings,
  InspectOptions,
  ScoredModel,
} from './experiment.ts'
export { fit, type InterruptedRun, type Run } from './fit.ts'
export { type FitSeedsOptions, fitSeeds, seedsWay } from './fit-seeds.ts'
export { inferenceModel, openBatchModel } from './inference-model.ts'
export { layerGraph } from './layer-graph.ts'
export { inputUnits, type Layout, packUnits } from './layout.ts'
export { type MinimiseOptions, minimise, type PathPoint } from './minimise.ts'
export {
  factsOf,
  type ModelFacts,
  type ModelInput,
  type ModelSummary,
  metadataOf,
  summaryOf,
} from './model-facts.ts'
export {
  engineOf,
  type ScoreOptions,
  scoredSplit,
  scoreModel,
  scoringMetrics,
  trainedLayout,
} from './score-model.ts'
export { answersOf, metricPrefix } from './scoring.ts'
export {
  type SignalBatch,
  type SignalOptions,
  type SignalSettings,
  signals,
  signalsOfSeeds,
} from './signals.ts'
export { type DataSignature, signatureOf, storedExperiment } from './signature.ts'
export { type ExportedStep, exportStep, type StepExportOptions } from './step-export.ts'
