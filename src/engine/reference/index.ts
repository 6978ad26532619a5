export { referenceEngine } from './engine.ts'
export { evaluate } from './evaluate.ts'
export { type GradientError, gradientErrors } from './gradient-errors.ts'
