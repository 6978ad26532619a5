export { difference, type Estimate, estimate, tQuantile } from './statistics.ts'
