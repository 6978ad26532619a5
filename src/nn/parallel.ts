import { ConfigError } from '../base/index.ts'
import type { LayerRow } from './layer.ts'
import type { LayerConfig } from './layers.ts'
import { type MergeBy, merge, mergeValues } from './merge.ts'

/** The description of branches beside each other. */
export interface ParallelConfig {
  readonly kind: 'parallel'
  readonly branches: readonly LayerConfig[]
  readonly by: MergeBy
  readonly axis: number
}

/**
 * Branches that all see the input, merged: split and merge. Branch i is called `i`.
 * `y = merge(branch_0(x), branch_1(x), …)`
 * Throws ConfigError when there is no branch, ShapeError when what they give does not fit together.
 * Source: Szegedy et al. 2015 (concat), Xie et al. 2017 (add).
 */
export function parallel(
  branches: readonly LayerConfig[],
  { by = 'concat' as MergeBy, axis = 1 } = {},
): ParallelConfig {
  if (branches.length === 0)
    throw new ConfigError({ who: 'parallel', expected: 'at least one branch', received: 'none' })
  return Object.freeze({
    kind: 'parallel',
    branches: Object.freeze([...branches]),
    by: merge(by).by,
    axis,
  })
}

/** How branches beside each other compute. */
export const parallelRow: LayerRow<ParallelConfig> = {
  doc: 'y = merge(branch_0(x), branch_1(x), …)',
  apply({ branches, by, axis }, x, context) {
    const [first, ...others] = branches.map((branch, i) => context.apply(String(i), branch, x))
    return mergeValues({ by, axis }, [first!, ...others])
  },
}
