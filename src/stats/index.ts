export { holm, type PairedDifference, type PairedOptions, pairedDifference } from './paired.ts'
export { type Proportion, proportion } from './proportion.ts'
export { difference, type Estimate, estimate } from './statistics.ts'
