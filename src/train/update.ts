import { mapNamed, type Named } from '../base/index.ts'
import { input, type Value, withOrigin } from '../ir/index.ts'
import { type OptimizerConfig, updateRulesOf } from '../optim/index.ts'
import type { Experiment } from './experiment.ts'
import { type Layout, trainedUnits } from './layout.ts'

/** The name under which a scalar of the update rule of a group is fed. */
export const scalarName = (name: string, group = ''): string =>
  `scalar/${group ? `${group}/` : ''}${name}`

/** The name of a tensor of the optimiser, for a unit or a parameter. */
export const slotName = (slot: string, name: string): string => `optimizer/${slot}/${name}`

/** The names of the tensors that an optimiser carries for each parameter. */
export function slotsOf(optimizer: OptimizerConfig): readonly string[] {
  return updateRulesOf(optimizer)['']!.slots
}

/** The scalars of step t = 1, 2, … at a rate, under the names by which they are fed. */
export function scalarsAt(
  optimizer: OptimizerConfig,
  step: number,
  learningRate: number,
): Named<number> {
  return Object.fromEntries(
    Object.entries(updateRulesOf(optimizer)).flatMap(([group, rule]) =>
      Object.entries(rule.scalars(step, learningRate)).map(([name, value]) => [
        scalarName(name, group),
        value,
      ]),
    ),
  )
}

/** What the trained units and the optimiser's tensors become in a step, from a gradient for each unit. */
export function updatedUnits(
  { optimizer }: Pick<Experiment, 'optimizer'>,
  layout: Layout,
  units: Named<Value>,
  slopes: Named<Value>,
): Named<Value> {
  const rules = updateRulesOf(optimizer)
  const scalars = mapNamed(rules, (rule, group) =>
    mapNamed(rule.scalars(1, 0), (_, name) => input(scalarName(name, group), [])),
  )
  const next: Record<string, Value> = {}
  for (const unit of Object.keys(trainedUnits(layout))) {
    const group = layout.groups[unit]!
    const param = units[unit]!
    const rule = rules[group]!
    const slots = Object.fromEntries(
      rule.slots.map(slot => [slot, input(slotName(slot, unit), param.shape)]),
    )
    const updated = withOrigin({ kind: optimizer.kind, path: unit, pass: 'update' }, () =>
      rule.update({ param, gradient: slopes[unit]!, slots, scalars: scalars[group]! }),
    )
    next[unit] = updated.param
    for (const [slot, value] of Object.entries(updated.slots)) next[slotName(slot, unit)] = value
  }
  return next
}
