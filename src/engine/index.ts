export { type ChosenEngine, chooseEngineFor, type EngineChooser } from './by-size.ts'
export {
  chooseEngine,
  type EngineChoice,
  type EngineReport,
  engineNames,
  engineTable,
  reportEngines,
} from './choose.ts'
export type { CompileOptions, Engine, EngineName, Executable, State } from './contract.ts'
export { type EngineOption, engineOfRun } from './engine-of-run.ts'
export { javascriptOf, jsEngine } from './js/index.ts'
export { optimised } from './optimised.ts'
export { capiEngine, nativeEngine } from './ort/on-node.ts'
export { type OpenModel, openModel } from './ort/open-model.ts'
export { type Device, devices, type OrtOptions } from './ort/options.ts'
export { wasmEngine } from './ort/wasm.ts'
export {
  evaluate,
  type GradientError,
  gradientErrors,
  referenceEngine,
} from './reference/index.ts'
export { chooseStepsPerCall, evenSteps } from './steps-per-call.ts'
export { type Together, together } from './together.ts'
export { peakBytes, type Work, workOf, workOfCopies } from './work.ts'
