export { referenceEngine } from './engine.ts'
export { evaluate } from './evaluate.ts'
