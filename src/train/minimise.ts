import {
  ConfigError,
  mapNamed,
  type Named,
  type Tensor,
  tensor,
  zerosTensor,
} from '../base/index.ts'
import { referenceEngine } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { input, type Value } from '../ir/index.ts'
import { type OptimizerConfig, updateRuleOf } from '../optim/index.ts'

/** A point on the way of an optimiser, and the tensors of its rule. */
export interface PathPoint {
  readonly p: readonly number[]
  readonly slots: Named<Tensor>
}

/** From where an optimiser goes, and how far. */
export interface MinimiseOptions {
  readonly optimizer: OptimizerConfig
  readonly from: readonly number[]
  readonly steps: number
  /** Steps that were made before, which bias corrections count; default 0. */
  readonly stepsBefore?: number
  /** The rule's tensors; zeros at the start. */
  readonly slots?: Named<Tensor>
  /** The rate of step t = 1, 2, …; by default the optimiser's own. */
  readonly rateAt?: (step: number) => number
}

/**
 * Returns the points that an optimiser goes through on the way down a function of a vector, in float64
 * on the reference engine: `from`, and one for each step.
 * Shapes: f takes [n] and gives [].
 * Throws ConfigError when `from` has no numbers or the number of steps is not whole, and GraphError when
 * f does not give one number that depends on its input.
 */
export async function minimise(
  f: (p: Value) => Value,
  options: MinimiseOptions,
): Promise<PathPoint[]> {
  const { optimizer, from, steps, stepsBefore = 0, rateAt = () => optimizer.learningRate } = options
  if (from.length === 0 || !(Number.isInteger(steps) && steps >= 0))
    throw new ConfigError({
      who: 'minimise',
      expected: 'a point of at least one number and a whole number of steps',
      received: `[${from.join(', ')}] and ${steps}`,
    })
  const rule = updateRuleOf(optimizer)
  const start = tensor([...from], 'float64')
  const held =
    options.slots ??
    Object.fromEntries(rule.slots.map(name => [name, zerosTensor('float64', start.shape)]))
  const p = input('p', start.shape, 'float64')
  const scalarsAt = (step: number): Named<Tensor> =>
    mapNamed(rule.scalars(step, rateAt(step)), x => tensor(x, 'float64'))
  const updated = rule.update({
    param: p,
    gradient: gradients(f(p), [p])[0]!,
    slots: mapNamed(held, ({ shape }, name) => input(name, shape, 'float64')),
    scalars: mapNamed(scalarsAt(1), (_, name) => input(name, [], 'float64')),
  })
  const next = { p: updated.param, ...updated.slots }
  const engine = referenceEngine()
  const executable = await engine.compile({ outputs: next, state: next })
  const state = engine.createState({ p: start, ...held })
  const points: PathPoint[] = [{ p: from, slots: held }]
  for (let step = stepsBefore + 1; step <= stepsBefore + steps; step++) {
    const { p: reached, ...slots } = await executable.run(scalarsAt(step), state)
    points.push({ p: [...reached!.data], slots })
  }
  return points
}
