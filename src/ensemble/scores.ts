import { mapNamed, type Named, prefixNamed, type Tensor, unprefixNamed } from '../base/index.ts'
import { type Dataset, rowsOf } from '../data/index.ts'
import { type Engine, optimised, type State } from '../engine/index.ts'
import { type MetricConfig, MetricTotals, metricSums } from '../inspect/index.ts'
import { type Program, pureProgram, sum, type Value, withOrigin } from '../ir/index.ts'
import { applyModel, lossPerExample, lossRowOf } from '../nn/index.ts'
import type { Scores } from '../runs/index.ts'
import {
  answersOf,
  BatchSums,
  batchInputs,
  batchTargets,
  inputUnits,
  metricPrefix,
  packUnits,
  scoresFrom,
} from '../train/index.ts'
import { type Combination, combinationTable, disagreementOf } from './combine.ts'
import type { Member, Team } from './member.ts'

/** How well an ensemble does, beside those it is made of; all by the loss of the first member. */
export interface EnsembleScores {
  readonly by: Combination
  /** Of each member alone, in their order. */
  readonly members: readonly Scores[]
  /** The mean over the members. */
  readonly mean: Pick<Scores, 'loss' | 'accuracy'>
  readonly ensemble: Scores
  /** The share of answers in which two members differ, in the mean over pairs; of classes and labels. */
  readonly disagreement?: number
}

const memberPrefix = (i: number): string => `member/${i}/`
const ensemblePrefix = 'ensemble/'

/** Every member's output for a batch, in the terms of its loss, from parameters of a prefix of its own. */
export function outputsOf(
  { members }: Pick<Team, 'members'>,
  batchSize: number,
  leafOf: (member: Member, i: number) => (path: string) => Value,
  dataset?: Dataset,
  nameOf?: (name: string | undefined) => string,
): Value[] {
  return members.map((member, i) => {
    const data = dataset ? { ...member.data, train: dataset } : member.data
    const inputs = batchInputs(member.model, data, batchSize, nameOf)
    return applyModel(member.model, inputs, { leaf: leafOf(member, i) }).output
  })
}

/** The scores of an ensemble on a data set, exactly. */
export async function scoreTeam(
  team: Team,
  dataset: Dataset,
  metrics: readonly MetricConfig[],
  engine: Engine,
): Promise<EnsembleScores> {
  const totals: Record<string, number> = {}
  const metricTotals = new MetricTotals(metrics)
  const sums = new BatchSums(engine, (rows, count) => ensembleProgram(team, rows, count, metrics))
  try {
    await sums.each(dataset, stateOf(team, engine), batch => {
      metricTotals.add(unprefixNamed(metricPrefix, batch))
      for (const [name, { data, shape }] of Object.entries(batch))
        if (shape.length === 0) totals[name] = (totals[name] ?? 0) + data[0]!
    })
  } finally {
    await sums.release()
  }
  const examples = rowsOf(dataset)
  const scoresOf = (prefix: string) =>
    scoresFrom(totals[`${prefix}loss`]!, totals[`${prefix}correct`], examples)
  const members = team.members.map((_, i) => scoresOf(memberPrefix(i)))
  const { disagreement } = totals
  return {
    by: team.by,
    members,
    mean: meanOf(members),
    ensemble: { ...scoresOf(ensemblePrefix), metrics: metricTotals.results(examples) },
    ...(disagreement === undefined ? {} : { disagreement: disagreement / examples }),
  }
}

function stateOf({ members, layouts }: Team, engine: Engine): State {
  const units = members.map(
    ({ parameters }, i): Named<Tensor> =>
      prefixNamed(memberPrefix(i), packUnits(layouts[i]!, parameters)),
  )
  return engine.createState(Object.assign({}, ...units))
}

/** The sums over a batch of what each member and all together score. */
function ensembleProgram(
  team: Team,
  dataset: Dataset,
  batchSize: number,
  metrics: readonly MetricConfig[],
): Program {
  const { layouts, by, task, loss } = team
  const leafOf = (_: Member, i: number) => {
    const { tensors } = inputUnits(layouts[i]!, memberPrefix(i))
    return (path: string) => tensors[path]!
  }
  const outputs = outputsOf(team, batchSize, leafOf, dataset)
  const data = { ...team.members[0]!.data, train: dataset }
  const targets = batchTargets(data, batchSize)
  const combined = combinationTable[by].combine(outputs, task)
  const scoresOf = (output: Value): Named<Value> => {
    const correct = lossRowOf(loss).isCorrect?.(output, targets)
    return { loss: lossPerExample(loss, output, targets), ...(correct && { correct }) }
  }
  const perExample = withOrigin({ kind: 'loss', path: loss.kind }, () => ({
    ...Object.assign({}, ...outputs.map((x, i) => prefixNamed(memberPrefix(i), scoresOf(x)))),
    ...prefixNamed(ensemblePrefix, scoresOf(combined)),
    ...(task === 'numbers' ? {} : { disagreement: disagreementOf(outputs, task) }),
  })) as Named<Value>
  return optimised(
    pureProgram({
      ...mapNamed(perExample, value => sum(value)),
      ...prefixNamed(
        metricPrefix,
        metricSums(metrics, answersOf(loss, { output: combined }, data, batchSize)),
      ),
    }),
  )
}

function meanOf(scores: readonly Scores[]): EnsembleScores['mean'] {
  const mean = (of: (one: Scores) => number) =>
    scores.reduce((total, one) => total + of(one), 0) / scores.length
  return {
    loss: mean(({ loss }) => loss),
    ...(scores[0]!.accuracy === undefined ? {} : { accuracy: mean(one => one.accuracy!) }),
  }
}
