import type { Named } from '../base/index.ts'
import type { Value } from '../ir/index.ts'
import type { ParameterGroup } from './groups.ts'

/** What every optimiser is told. */
export interface CommonSettings {
  readonly learningRate: number
  /** How strongly parameters are pulled to 0 in every step; the optimiser's row says in which form. */
  readonly weightDecay: number
  /** Parameters with settings of their own. */
  readonly groups?: readonly ParameterGroup[]
}

/** What an update rule works on: one parameter tensor, or many packed into one. */
export interface UpdateInputs {
  readonly param: Value
  readonly gradient: Value
  /** The rule's own tensors, each shaped as the parameter. */
  readonly slots: Named<Value>
  /** The rule's scalars of this step. */
  readonly scalars: Named<Value>
}

/** What an update rule returns. */
export interface Updated {
  readonly param: Value
  readonly slots: Named<Value>
}

/**
 * An update rule, elementwise in the parameters. What depends on the step number alone is worked out
 * on the host in float64 and fed as scalars, so changing the rate compiles nothing.
 */
export interface OptimizerRow<C> {
  /** One line for the catalogue. */
  readonly doc: string
  /**
   * How weights decay. Coupled: `g += weightDecay p` before the rule, which is the gradient of
   * `weightDecay / 2 sum(p^2)`. Decoupled: `p *= 1 - rate weightDecay` beside the rule.
   */
  readonly weightDecay: 'coupled' | 'decoupled'
  /** The names of the rule's own tensors, which start at zero. */
  readonly slots: (config: C) => readonly string[]
  /** The scalars of step t = 1, 2, … */
  readonly scalars: (config: C, step: number, learningRate: number) => Named<number>
  readonly update: (config: C, inputs: UpdateInputs) => Updated
}
