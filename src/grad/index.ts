export { gradients } from './gradients.ts'
