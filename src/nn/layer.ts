import type { Shape } from '../base/index.ts'
import type { InitConfig } from '../init/index.ts'
import type { Value } from '../ir/index.ts'
import type { LayerConfig } from './layers.ts'

/** What a layer may ask for while it is applied. Names are relative to the layer. */
export interface LayerContext {
  readonly isTraining: boolean
  /** A trained tensor. */
  param(name: string, shape: Shape, init: InitConfig): Value
  /** A uint8 tensor of 0 and 1, drawn anew for every step; 1 with the given probability. */
  mask(name: string, shape: Shape, keepProbability: number): Value
  /** Applies a layer inside this one, under a name. */
  apply(name: string, layer: LayerConfig, x: Value): Value
}

/** How a layer computes: a pure function of its description, its input and what the context gives. */
export interface LayerRow<C> {
  /** One line for the catalogue: formula and shapes. */
  readonly doc: string
  readonly apply: (config: C, x: Value, context: LayerContext) => Value
}
