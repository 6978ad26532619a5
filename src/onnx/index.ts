export type { Dialect } from './emitter.ts'
export { type Lowering, lowerings } from './lowering.ts'
export { encodeProgram, type ModelOptions, modelOf, nextName, opset, outputName } from './model.ts'
