export { type Combination, type CombinationRow, combinationTable } from './combine.ts'
export { type Ensemble, type EnsembleOptions, ensemble, membersOf } from './ensemble.ts'
export type { Member } from './member.ts'
export type { EnsembleScores } from './scores.ts'
