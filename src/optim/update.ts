import type { Named } from '../base/index.ts'
import { add, mul } from '../ir/index.ts'
import { groupName } from './groups.ts'
import type { Updated, UpdateInputs } from './optimizer.ts'
import { type OptimizerConfig, optimizerRowOf } from './optimizers.ts'

/** What an optimiser does to a unit: its row of the table with weight decay around it. */
export interface UpdateRule {
  /** The names of the rule's own tensors, which start at zero. */
  readonly slots: readonly string[]
  /** The scalars of step t = 1, 2, … at a rate. */
  readonly scalars: (step: number, learningRate: number) => Named<number>
  readonly update: (inputs: UpdateInputs) => Updated
}

/** The update rule of an optimiser. Throws ConfigError when its kind is unknown. */
export function updateRuleOf(optimizer: OptimizerConfig): UpdateRule {
  const row = optimizerRowOf(optimizer)
  const { weightDecay } = optimizer
  const rule: UpdateRule = {
    slots: row.slots(optimizer),
    scalars: (step, rate) => row.scalars(optimizer, step, rate),
    update: inputs => row.update(optimizer, inputs),
  }
  if (weightDecay === 0) return rule
  if (row.weightDecay === 'coupled')
    return {
      ...rule,
      update({ param, gradient, ...rest }) {
        return rule.update({ ...rest, param, gradient: add(gradient, mul(weightDecay, param)) })
      },
    }
  return {
    ...rule,
    scalars: (step, rate) => ({ ...rule.scalars(step, rate), keep: 1 - rate * weightDecay }),
    update({ param, ...rest }) {
      return rule.update({ ...rest, param: mul(rest.scalars.keep!, param) })
    },
  }
}

/** The update rule of the parameters that no group matches, under '', and of each group by its name. */
export function updateRulesOf(optimizer: OptimizerConfig): Named<UpdateRule> {
  const { groups = [] } = optimizer
  const special = groups.map(({ rateFactor = 1, weightDecay = optimizer.weightDecay }, i) => {
    const rule = updateRuleOf({ ...optimizer, weightDecay })
    const scalars: UpdateRule['scalars'] = (step, rate) => rule.scalars(step, rateFactor * rate)
    return [groupName(i), { ...rule, scalars }]
  })
  return { '': updateRuleOf(optimizer), ...Object.fromEntries(special) }
}
