import {
  add,
  argMax,
  cast,
  constant,
  div,
  equal,
  exp,
  less,
  log,
  logSoftmax,
  max,
  mul,
  neg,
  reshape,
  sub,
  sum,
  type Value,
} from '../ir/index.ts'
import { type LossConfig, lossRowOf } from '../nn/index.ts'
import { logSigmoid, mean, softmax, type Task } from '../ops/index.ts'

/** How the answers of several models become one. */
export type Combination = 'probabilities' | 'logits' | 'votes' | 'mean'

/** How a combination computes, and for which models. */
export interface CombinationRow {
  /** One line for the catalogue. */
  readonly doc: string
  readonly fits: (loss: LossConfig) => boolean
  /** One output in the terms of the loss, from those of the members, all of one shape. */
  readonly combine: (outputs: readonly Value[], task: Task) => Value
}

const isNumbers = ({ kind }: LossConfig): boolean =>
  lossRowOf({ kind } as LossConfig).task === 'numbers'
/** A hinge learns scores that are no logarithms of anything. */
const hasProbabilities = (loss: LossConfig): boolean => !isNumbers(loss) && loss.kind !== 'hinge'

/** One row per combination; the first that fits is the default. */
export const combinationTable: { readonly [K in Combination]: CombinationRow } = {
  probabilities: {
    doc: 'the mean of the probabilities: p = mean(p_i)',
    fits: hasProbabilities,
    combine: (outputs, task) =>
      task === 'classes'
        ? logMeanExp(outputs.map(output => logSoftmax(output)))
        : sub(
            logMeanExp(outputs.map(logSigmoid)),
            logMeanExp(outputs.map(x => logSigmoid(neg(x)))),
          ),
  },
  logits: {
    doc: 'the mean of the logits: the geometric mean of the probabilities, made to sum to 1',
    fits: loss => !isNumbers(loss),
    combine: meanOf,
  },
  votes: {
    doc: 'a vote each; the mean of the probabilities is one voice more, which decides ties',
    fits: loss => !isNumbers(loss),
    combine(outputs, task) {
      const probability = task === 'classes' ? softmax : sigmoidOf
      const voices = add(votesOf(outputs, task), meanOf(outputs.map(output => probability(output))))
      const share = mul(voices, 1 / (outputs.length + 1))
      const yes = log(max(share, leastShare))
      return task === 'classes' ? yes : sub(yes, log(max(sub(1, share), leastShare)))
    },
  },
  mean: { doc: 'the mean of the numbers', fits: isNumbers, combine: meanOf },
}

/** So that no logarithm is infinite. */
const leastShare = 1e-30

const sigmoidOf = (x: Value): Value => exp(logSigmoid(x))

const total = (values: readonly Value[]): Value => values.reduce((a, b) => add(a, b))

function meanOf(values: readonly Value[]): Value {
  return mul(total(values), 1 / values.length)
}

/** `ln(mean(exp(x_i)))`, of numbers of any size. */
function logMeanExp(values: readonly Value[]): Value {
  const greatest = values.reduce((a, b) => max(a, b))
  return add(greatest, log(meanOf(values.map(x => exp(sub(x, greatest))))))
}

/**
 * How many members answer so: of K classes, [..., K], the greatest output has the vote, of equal ones the
 * first; of labels, [B, D], those with a logit above 0.
 */
function votesOf(outputs: readonly Value[], task: Task): Value {
  return total(
    outputs.map(output => {
      if (task === 'labels') return cast(less(0, output), output.dtype)
      const [classes = 1, ...batch] = [...output.shape].reverse()
      const chosen = reshape(argMax(output), [...batch.reverse(), 1])
      const each = constant(
        Array.from({ length: classes }, (_, k) => k),
        chosen.dtype,
      )
      return cast(equal(chosen, each), output.dtype)
    }),
  )
}

/**
 * The share of pairs of members that answer differently, for each example, [B]; of an example with several
 * places or labels the mean over them.
 */
export function disagreementOf(outputs: readonly Value[], task: Task): Value {
  const members = outputs.length
  const votes = votesOf(outputs, task)
  const pairs = (count: Value) => div(mul(count, sub(count, 1)), members * (members - 1))
  const agreed =
    task === 'classes' ? sum(pairs(votes), -1) : add(pairs(votes), pairs(sub(members, votes)))
  const apart = sub(1, agreed)
  const axes = [...apart.shape.keys()].slice(1)
  return axes.length > 0 ? mean(apart, axes) : apart
}
