export { type CompareOptions, checkComparison, compare, type Variant } from './compare.ts'
export {
  type ComparedSplit,
  type Comparison,
  comparisonOf,
  type Stopped,
  type VariantResult,
} from './comparison.ts'
export { type Criterion, criterionOf, figureOf } from './criterion.ts'
export { curvesOf } from './curves.ts'
export { formatFigure, formatGap, formatP, gapUnit } from './figures.ts'
export { type Gap, type JudgeOptions, judge, level, type Standing, type Verdict } from './judge.ts'
export type { SeedRun } from './seed-run.ts'
export { sentencesOf, spread } from './sentences.ts'
