export {
  chooseEngine,
  type EngineChoice,
  type EngineReport,
  engineNames,
  reportEngines,
} from './choose.ts'
export type { CompileOptions, Engine, EngineName, Executable, State } from './contract.ts'
export { nativeEngine, type OrtOptions } from './ort/native.ts'
export { wasmEngine } from './ort/wasm.ts'
export { evaluate, referenceEngine } from './reference/index.ts'
