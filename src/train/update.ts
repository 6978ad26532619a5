import { mapNamed, type Named } from '../base/index.ts'
import { add, input, mul, sub, type Value, withOrigin } from '../ir/index.ts'
import {
  averagingWeight,
  clipped,
  constrained,
  type OptimizerConfig,
  updateRulesOf,
} from '../optim/index.ts'
import { averagePrefix, slotName } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'
import { joinUnits, type Layout, splitUnit, trainedUnits } from './layout.ts'

/** The name under which a scalar of the update rule of a group is fed. */
const scalarName = (name: string, group = ''): string => `scalar/${group ? `${group}/` : ''}${name}`

/** The name under which the weight of a step in the averages is fed. */
const averagingName = scalarName('weight', 'average')

/** The names of the tensors that an optimiser carries for each parameter. */
export function slotsOf(optimizer: OptimizerConfig): readonly string[] {
  return updateRulesOf(optimizer)['']!.slots
}

/** A step, as far as what is fed beside its batch depends on it. */
export interface StepAt {
  /** t = 1, 2, … */
  readonly step: number
  readonly stepsPerEpoch: number
  /** The rate of the parameters that are in no group. */
  readonly learningRate: number
}

/** The scalars of a step, under the names by which they are fed. */
export function scalarsAt(
  { optimizer, averaging, epochs }: Pick<Experiment, 'optimizer' | 'averaging' | 'epochs'>,
  { step, stepsPerEpoch, learningRate }: StepAt,
): Named<number> {
  const scalars = Object.entries(updateRulesOf(optimizer)).flatMap(([group, rule]) =>
    Object.entries(rule.scalars(step, learningRate)).map(([name, value]): [string, number] => [
      scalarName(name, group),
      value,
    ]),
  )
  if (averaging)
    scalars.push([averagingName, averagingWeight(averaging, { step, stepsPerEpoch, epochs })])
  return Object.fromEntries(scalars)
}

/**
 * What the trained units and the optimiser's tensors become in a step, from a gradient for each unit:
 * clipped, updated, constrained.
 */
export function updatedUnits(
  { optimizer, clip, constraint }: Pick<Experiment, 'optimizer' | 'clip' | 'constraint'>,
  layout: Layout,
  units: Named<Value>,
  slopes: Named<Value>,
): Named<Value> {
  const rules = updateRulesOf(optimizer)
  const scalars = mapNamed(rules, (rule, group) =>
    mapNamed(rule.scalars(1, 0), (_, name) => input(scalarName(name, group), [])),
  )
  const gradients = clip
    ? withOrigin({ kind: clip.kind, path: '', pass: 'update' }, () => clipped(clip, slopes))
    : slopes
  const next: Record<string, Value> = {}
  for (const unit of Object.keys(trainedUnits(layout))) {
    const group = layout.groups[unit]!
    const param = units[unit]!
    const rule = rules[group]!
    const slots = Object.fromEntries(
      rule.slots.map(slot => [slot, input(slotName(slot, unit), param.shape)]),
    )
    const updated = withOrigin({ kind: optimizer.kind, path: unit, pass: 'update' }, () =>
      rule.update({ param, gradient: gradients[unit]!, slots, scalars: scalars[group]! }),
    )
    next[unit] = constraint
      ? withOrigin({ kind: constraint.kind, path: unit, pass: 'update' }, () =>
          mapUnit(layout, unit, updated.param, part => constrained(constraint, part)),
        )
      : updated.param
    for (const [slot, value] of Object.entries(updated.slots)) next[slotName(slot, unit)] = value
  }
  return next
}

/** A unit with each of its tensors changed. */
function mapUnit(
  layout: Layout,
  unit: string,
  value: Value,
  change: (part: Value) => Value,
): Value {
  const parts = mapNamed(splitUnit(layout, unit, value), change)
  return joinUnits(layout, parts, { [unit]: layout.units[unit]! })[unit]!
}

/** What the averages of all units become, from what the units themselves become. */
export function averagedUnits(layout: Layout, next: Named<Value>): Named<Value> {
  const weight = input(averagingName, [])
  return Object.fromEntries(
    Object.keys(layout.units).map(unit => {
      const name = averagePrefix + unit
      return [
        name,
        withOrigin({ kind: 'average', path: unit, pass: 'update' }, () => {
          const average = input(name, next[unit]!.shape)
          return add(average, mul(weight, sub(next[unit]!, average)))
        }),
      ]
    }),
  )
}
