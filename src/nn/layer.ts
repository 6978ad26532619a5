import type { Shape } from '../base/index.ts'
import type { InitConfig } from '../init/index.ts'
import type { Value } from '../ir/index.ts'
import type { LayerConfig } from './layers.ts'

/** What a layer may ask for while it is applied. Names are relative to the layer. */
export interface LayerContext {
  readonly isTraining: boolean
  /** A trained tensor. */
  param(name: string, shape: Shape, init: InitConfig): Value
  /**
   * A tensor that training carries on without a gradient, such as a running mean; in inference it is
   * what training left. Read it here, and say with `setBuffer` what it becomes.
   */
  buffer(name: string, shape: Shape, init: InitConfig): Value
  /** What a buffer is after this step; only in training. */
  setBuffer(name: string, next: Value): void
  /** Tells of a result besides the one returned: a model may have several, each with a name. */
  setOutput(name: string, value: Value): void
  /** A uint8 tensor of 0 and 1, drawn anew for every step; 1 with the given probability. */
  mask(name: string, shape: Shape, keepProbability: number): Value
  /** A float32 tensor of N(0, 1) numbers, drawn anew for every step. */
  noise(name: string, shape: Shape): Value
  /**
   * Says that a value holds integers from 0 to size - 1. Engines do not check it: where it follows
   * from the data alone, `fit` does, before the first step.
   */
  requireIndices(indices: Value, size: number): void
  /**
   * Applies a layer inside this one, under a name; further inputs go to layers that take several.
   * Under a name used before, the layer shares its parameters with that use.
   */
  apply(name: string, layer: LayerConfig, x: Value, ...more: readonly Value[]): Value
}

/**
 * How a layer computes: a pure function of its description, its input and what the context gives.
 * `more` holds the further inputs of a layer that takes several.
 */
export interface LayerRow<C> {
  /** One line for the catalogue: formula and shapes. */
  readonly doc: string
  readonly apply: (config: C, x: Value, context: LayerContext, ...more: readonly Value[]) => Value
}
