export type { AdamConfig } from './adam.ts'
export type { AdamaxConfig, NadamConfig } from './adam-variants.ts'
export type { AdadeltaConfig, AdagradConfig, RmspropConfig } from './adaptive.ts'
export {
  type AveragedStep,
  type AveragingConfig,
  type AveragingConfigs,
  type AveragingRow,
  averagingTable,
  averagingWeight,
  type EmaConfig,
  ema,
  type SwaConfig,
  swa,
} from './averaging.ts'
export {
  type ClipConfig,
  type ClipKind,
  type ClipRow,
  clipByNorm,
  clipByValue,
  clipped,
  clipTable,
} from './clip.ts'
export {
  type ConstraintConfig,
  type ConstraintKind,
  type ConstraintRow,
  constrained,
  constraintTable,
  maxNorm,
} from './constraint.ts'
export { type EarlyStoppingConfig, earlyStopping } from './early-stopping.ts'
export {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  momentum,
  nadam,
  nesterov,
  rmsprop,
  sgd,
} from './factories.ts'
export { groupOf, type ParameterGroup, requireGroups } from './groups.ts'
export { type AroundOptimizer, requireKnownKinds } from './known.ts'
export type { CommonSettings, OptimizerRow, Updated, UpdateInputs } from './optimizer.ts'
export {
  type OptimizerConfig,
  type OptimizerConfigs,
  type OptimizerKind,
  optimizerTable,
} from './optimizers.ts'
export {
  l1,
  l2,
  type PenaltyConfig,
  type PenaltyKind,
  type PenaltyRow,
  penaltyOf,
  penaltyTable,
} from './penalty.ts'
export type { Instant, ScheduleRow, Unit } from './schedule.ts'
export {
  chain,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  linearWarmup,
  multiStepDecay,
  oneCycle,
  reduceOnPlateau,
  sequence,
  stepDecay,
} from './schedule-factories.ts'
export {
  factorOf,
  monitorsAccuracy,
  type ScheduleConfig,
  type ScheduleConfigs,
  type ScheduleKind,
  scheduleTable,
} from './schedules.ts'
export type { MomentumConfig, NesterovConfig, SgdConfig } from './sgd.ts'
export { type UpdateRule, updateRuleOf, updateRulesOf } from './update.ts'
