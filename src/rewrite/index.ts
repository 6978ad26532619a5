export { type Evaluate, simplify } from './simplify.ts'
