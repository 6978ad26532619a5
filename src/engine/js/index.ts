export { javascriptOf, jsEngine } from './engine.ts'
