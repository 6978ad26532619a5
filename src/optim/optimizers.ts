import { rowNamed } from '../base/index.ts'
import { type AdamConfig, adamRow, adamwRow } from './adam.ts'
import { type AdamaxConfig, adamaxRow, type NadamConfig, nadamRow } from './adam-variants.ts'
import {
  type AdadeltaConfig,
  type AdagradConfig,
  adadeltaRow,
  adagradRow,
  type RmspropConfig,
  rmspropRow,
} from './adaptive.ts'
import type { OptimizerRow } from './optimizer.ts'
import {
  type MomentumConfig,
  momentumRow,
  type NesterovConfig,
  nesterovRow,
  type SgdConfig,
  sgdRow,
} from './sgd.ts'

/** The descriptions of optimisers, by kind. */
export interface OptimizerConfigs {
  readonly sgd: SgdConfig
  readonly momentum: MomentumConfig
  readonly nesterov: NesterovConfig
  readonly adagrad: AdagradConfig
  readonly rmsprop: RmspropConfig
  readonly adadelta: AdadeltaConfig
  readonly adam: AdamConfig
  readonly adamw: AdamConfig<'adamw'>
  readonly adamax: AdamaxConfig
  readonly nadam: NadamConfig
}

/** The kind of an optimiser. */
export type OptimizerKind = keyof OptimizerConfigs

/** An optimiser as data. */
export type OptimizerConfig = OptimizerConfigs[OptimizerKind]

/** One row per optimiser. */
export const optimizerTable: { readonly [K in OptimizerKind]: OptimizerRow<OptimizerConfigs[K]> } =
  {
    sgd: sgdRow,
    momentum: momentumRow,
    nesterov: nesterovRow,
    adagrad: adagradRow,
    rmsprop: rmspropRow,
    adadelta: adadeltaRow,
    adam: adamRow,
    adamw: adamwRow,
    adamax: adamaxRow,
    nadam: nadamRow,
  }

/** The row of an optimiser. Throws ConfigError when its kind is unknown. */
export function optimizerRowOf(optimizer: OptimizerConfig): OptimizerRow<OptimizerConfig> {
  return rowNamed('optimizer', optimizerTable, optimizer.kind) as OptimizerRow<OptimizerConfig>
}
