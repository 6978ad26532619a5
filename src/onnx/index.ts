export type { Dialect } from './emitter.ts'
export { lowerings } from './lowering.ts'
export { encodeProgram, type ModelOptions, modelOf, nextName, opset, outputName } from './model.ts'
export type { Lowering } from './row.ts'
