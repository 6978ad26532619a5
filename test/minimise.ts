import { mapNamed, type Named, type Tensor, tensor, zerosTensor } from '../src/base/index.ts'
import { referenceEngine } from '../src/engine/index.ts'
import { gradients } from '../src/grad/index.ts'
import { input, type Value } from '../src/ir/index.ts'
import { type OptimizerConfig, updateRuleOf } from '../src/optim/index.ts'

/** A point on the way of an optimiser, and the tensors of its rule. */
export interface Point {
  readonly p: readonly number[]
  readonly slots: Named<Tensor>
}

/** How the way down is begun and timed. */
export interface MinimiseOptions {
  readonly stepsBefore?: number
  /** The rule's tensors; zeros at the start of a run. */
  readonly slots?: Named<Tensor>
  /** The rate of step t = 1, 2, …; by default the optimiser's own. */
  readonly rateAt?: (step: number) => number
}

/**
 * The points that an optimiser goes through on the way down a function of a vector, in float64 on the
 * reference engine; `from` is the first of them, and step t = 1 leads from it to the next.
 */
export async function minimise(
  optimizer: OptimizerConfig,
  f: (p: Value) => Value,
  from: readonly number[],
  steps: number,
  { stepsBefore = 0, slots, rateAt = () => optimizer.learningRate }: MinimiseOptions = {},
): Promise<Point[]> {
  const rule = updateRuleOf(optimizer)
  const start = tensor([...from], 'float64')
  const p = input('p', start.shape, 'float64')
  const held = slots ?? zeroSlots(optimizer, start)
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
  const points: Point[] = [{ p: from, slots: held }]
  for (let step = stepsBefore + 1; step <= stepsBefore + steps; step++) {
    const { p: reached, ...reachedSlots } = await executable.run(scalarsAt(step), state)
    points.push({ p: [...reached!.data], slots: reachedSlots })
  }
  return points
}

function zeroSlots(optimizer: OptimizerConfig, { shape }: Tensor): Named<Tensor> {
  const { slots } = updateRuleOf(optimizer)
  return Object.fromEntries(slots.map(name => [name, zerosTensor('float64', shape)]))
}
