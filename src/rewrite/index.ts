export { replicate } from './replicate.ts'
export { type Evaluate, simplify } from './simplify.ts'
