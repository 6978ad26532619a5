export { type Derivative, derivatives } from './derivatives.ts'
export { gradients } from './gradients.ts'
