import { type ActivationConfigs, activationRows } from './activations.ts'
import { type DropoutConfig, dropoutRow } from './dropout.ts'
import { type FlattenConfig, flattenRow } from './flatten.ts'
import type { LayerRow } from './layer.ts'
import { type LinearConfig, linearRow } from './linear.ts'
import { type SequentialConfig, sequentialRow } from './sequential.ts'

/** The descriptions of layers, by kind. */
export interface LayerConfigs extends ActivationConfigs {
  readonly linear: LinearConfig
  readonly flatten: FlattenConfig
  readonly dropout: DropoutConfig
  readonly sequential: SequentialConfig
}

/** The kind of a layer. */
export type LayerKind = keyof LayerConfigs

/** A layer as data: frozen, comparable, and the same after a trip through JSON. */
export type LayerConfig = LayerConfigs[LayerKind]

/** One row per layer. */
export const layerTable: { readonly [K in LayerKind]: LayerRow<LayerConfigs[K]> } = {
  linear: linearRow,
  flatten: flattenRow,
  dropout: dropoutRow,
  sequential: sequentialRow,
  ...activationRows,
}
