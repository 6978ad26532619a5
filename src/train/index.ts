export { describeExperiment } from './describe.ts'
export type { Experiment, FitOptions, FitSettings } from './experiment.ts'
export { fit, type InterruptedRun, type Run } from './fit.ts'
export { inferenceModel } from './programs.ts'
