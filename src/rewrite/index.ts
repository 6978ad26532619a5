export { replicate } from './replicate.ts'
export { type Evaluate, type SimplifyOptions, simplify } from './simplify.ts'
