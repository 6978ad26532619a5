import { constant } from '../ir/index.ts'
import { lossRowOf } from '../nn/index.ts'
import {
  checkOutput,
  engineOf,
  exportedName,
  factsOf,
  inTargetUnits,
  type ModelFacts,
  metadataOf,
  openBatchModel,
  type Run,
  type ScoreOptions,
  scoredSplit,
  scoringMetrics,
} from '../train/index.ts'
import { type Combination, combinationTable } from './combine.ts'
import { type Member, type Team, teamOf } from './member.ts'
import { type EnsembleScores, outputsOf, scoreTeam } from './scores.ts'

/** How the members are combined. */
export interface EnsembleOptions {
  /** By default probabilities where the loss has them, else logits; the mean of numbers. */
  readonly by?: Combination
}

/** Several trained models that answer as one. */
export interface Ensemble {
  readonly by: Combination
  readonly members: readonly Member[]
  /**
   * How well each member, the mean member and the ensemble do on a split of the first member's data, exactly
   * over the whole of it. Every member scales and normalises the rows as its own data say.
   * Throws what `scoreModel` throws.
   */
  score(options?: ScoreOptions): Promise<EnsembleScores>
  /** One model for inference with all members in it: ONNX bytes, as of a single one. */
  toOnnx(): Uint8Array<ArrayBuffer>
}

/**
 * Several trained models on the same question as one. They may differ in everything but what is asked:
 * rows, classes or targets, and what kind of answer their losses learn.
 * Throws ConfigError for fewer than two, for one that differs from the first, or for a combination that does
 * not fit; RunError when parameters are not those of their model.
 * Source: Hansen and Salamon, "Neural network ensembles" (1990); of probabilities, the mixture is never
 * worse in cross-entropy than its mean member, by Jensen's inequality.
 */
export function ensemble(members: readonly Member[], { by }: EnsembleOptions = {}): Ensemble {
  const team = teamOf(Object.freeze([...members]), by)
  return Object.freeze({
    by: team.by,
    members: team.members,
    async score({ split, metrics, engine }: ScoreOptions = {}): Promise<EnsembleScores> {
      const [first] = team.members as readonly [Member]
      const dataset = scoredSplit(first.data, split)
      const asked = metrics ?? scoringMetrics({ ...first, loss: team.loss })
      const data = { ...first.data, train: dataset }
      for (const { model, loss } of team.members) checkOutput({ model, loss, data })
      return scoreTeam(team, dataset, asked, await engineOf(engine))
    },
    toOnnx: () => ensembleModel(team),
  })
}

/** The members of the runs of one experiment, such as those of `fitSeeds`. */
export function membersOf(
  { name, model, loss, data }: Omit<Member, 'parameters'>,
  runs: readonly Pick<Run, 'parameters'>[],
): Member[] {
  const about = { ...(name === undefined ? {} : { name }), model, loss, data }
  return runs.map(({ parameters }) => ({ ...about, parameters }))
}

function ensembleModel(team: Team): Uint8Array<ArrayBuffer> {
  const { by, task, loss, members } = team
  const { data } = members[0]!
  const weights = members.map(
    ({ parameters }) =>
      new Map(Object.entries(parameters).map(([path, tensor]) => [path, constant(tensor)])),
  )
  return openBatchModel(
    batchSize => {
      const leafOf = (_: Member, i: number) => (path: string) => weights[i]!.get(path)!
      const outputs = outputsOf(team, batchSize, leafOf, undefined, exportedName)
      const combined = combinationTable[by].combine(outputs, task)
      return { output: inTargetUnits(data, lossRowOf(loss).prediction(combined)) }
    },
    metadataOf(factsOfTeam(team)),
  )
}

/** The facts of the first member, as far as they are those of all. */
function factsOfTeam({ members }: Team): ModelFacts {
  const all = members.map(factsOf)
  const [{ scale, normalization, ...first }] = all as [ModelFacts]
  const isShared = (key: keyof ModelFacts) =>
    all.every(facts => JSON.stringify(facts[key]) === JSON.stringify(all[0]![key]))
  const limits = all.flatMap(({ indicesBelow = Number.POSITIVE_INFINITY }) => indicesBelow)
  const below = Math.min(...limits)
  return {
    ...first,
    model: `ensemble of ${members.length}: ${[...new Set(all.map(({ model }) => model))].join(', ')}`,
    ...(isShared('scale') && scale !== undefined ? { scale } : {}),
    ...(isShared('normalization') && normalization !== undefined ? { normalization } : {}),
    ...(Number.isFinite(below) ? { indicesBelow: below } : {}),
  }
}
