import type { Value } from '../src/ir/index.ts'
import type { OptimizerConfig } from '../src/optim/index.ts'
import {
  type MinimiseOptions,
  minimise as minimiseWith,
  type PathPoint,
} from '../src/train/index.ts'

/** `minimise` as tables of optimisers call it. */
export function minimise(
  optimizer: OptimizerConfig,
  f: (p: Value) => Value,
  from: readonly number[],
  steps: number,
  options: Partial<MinimiseOptions> = {},
): Promise<PathPoint[]> {
  return minimiseWith(f, { optimizer, from, steps, ...options })
}
