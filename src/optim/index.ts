export type { AdamConfig } from './adam.ts'
export type { AdagradConfig, RmspropConfig } from './adaptive.ts'
export type { OptimizerRow, Updated, UpdateInputs } from './optimizer.ts'
export {
  adagrad,
  adam,
  momentum,
  nesterov,
  type OptimizerConfig,
  type OptimizerConfigs,
  type OptimizerKind,
  optimizerRowOf,
  optimizerTable,
  rmsprop,
  sgd,
} from './optimizers.ts'
export { l2, type PenaltyConfig, penaltyOf } from './penalty.ts'
export type { MomentumConfig, SgdConfig } from './sgd.ts'
