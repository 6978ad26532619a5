import { ConfigError, GraphError, type Named } from '../base/index.ts'
import { add, mul, type Value } from '../ir/index.ts'
import type { LossConfig, LossRow } from './losses.ts'

/** The description of a loss over several outputs. */
export interface JointLossConfig {
  readonly kind: 'joint'
  /** The loss of each output by name; the first one is of the main output and the main targets. */
  readonly terms: Named<LossConfig>
  /** What each loss is multiplied by; 1 where left out. */
  readonly weights: Named<number>
}

/**
 * The losses of several outputs of a model, weighted and added up.
 * `sum(weights[name] * terms[name])`
 * The first term compares with the data's targets, every other with `more[name]` of the data.
 * Accuracy, where there is one, is the first term's.
 * Throws ConfigError when there is no term, or a weight is of no term or negative.
 */
export function jointLoss(
  terms: Named<LossConfig>,
  { weights = {} }: { readonly weights?: Named<number> } = {},
): JointLossConfig {
  const names = Object.keys(terms)
  if (names.length === 0)
    throw new ConfigError({ who: 'jointLoss', expected: 'at least one term', received: 'none' })
  for (const [name, weight] of Object.entries(weights))
    if (!names.includes(name) || !(weight >= 0 && Number.isFinite(weight)))
      throw new ConfigError({
        who: `jointLoss, weight of "${name}"`,
        expected: `a number >= 0 for one of ${names.join(', ')}`,
        received: `${weight}`,
      })
  return Object.freeze({
    kind: 'joint',
    terms: Object.freeze({ ...terms }),
    weights: Object.freeze({ ...weights }),
  })
}

/** The first term, which the main output and the main targets are of. */
export function mainLoss(loss: LossConfig): LossConfig {
  return loss.kind === 'joint' ? mainLoss(Object.values(loss.terms)[0]!) : loss
}

/** How losses of several outputs compute. */
export const jointRow: LossRow<JointLossConfig> = {
  doc: 'sum(weights[name] terms[name]) over the outputs of a model',
  perExample({ terms, weights }, output, targets, context) {
    const { outputs = {}, more = {} } = context
    const losses = Object.entries(terms).map(([name, term], i) => {
      const [found, wanted] =
        i === 0 ? [output, targets] : [pick(outputs, name, 'output'), pick(more, name, 'target')]
      return mul(weights[name] ?? 1, context.apply(term, found, wanted))
    })
    return losses.reduce((a, b) => add(a, b))
  },
  prediction: output => output,
}

function pick(values: Named<Value>, name: string, what: 'output' | 'target'): Value {
  const found = values[name]
  if (found) return found
  throw new GraphError({
    who: `jointLoss, term "${name}"`,
    expected:
      what === 'output' ? 'an output of the model of this name' : '"more" data of this name',
    received: Object.keys(values).join(', ') || 'none',
  })
}
