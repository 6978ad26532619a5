import { ConfigError } from '../base/index.ts'
import { type DataSource, type SplitName, splitNames } from '../data/index.ts'
import { sourceOf as dataSourceOf } from '../data/node/index.ts'
import { recipes } from '../recipes/index.ts'
import type { Checkpoint } from '../runs/index.ts'
import type { StoredRun } from '../runs/node/index.ts'
import { type Experiment, signatureOf } from '../train/index.ts'
import { isExperimentFile, loadExperiment } from './experiment-file.ts'
import type { CheckpointChoice } from './options.ts'
import { sourceOf } from './plan.ts'
import { firstDifference } from './stored-job.ts'
import { readStoredModel } from './stored-model.ts'

/** A stored model, and the examples that it is to be scored on. */
export interface Evaluation {
  /** The experiment of the run, its rows replaced by those to score. */
  readonly experiment: Experiment
  readonly checkpoint: Checkpoint
  readonly split: SplitName
  /** For the reader: what is odd about the run or the data. */
  readonly warnings: readonly string[]
}

/** What a call asks for. */
export interface Asked {
  /** A split, a source of data, or `SOURCE:SPLIT`; by default the test split of the run's own data. */
  readonly data?: string | undefined
  readonly checkpoint?: CheckpointChoice | undefined
  readonly onProgress?: (share: number, what: string) => void
}

/**
 * The model of a run directory with the examples to score it on. Model, scaling and normalisation are
 * those that the run wrote down; the data bring only their rows.
 * Throws RunError when there is no such run or checkpoint, ConfigError when the data are of another kind
 * than those of the training, and what loading them throws.
 */
export async function readEvaluation(
  folder: string | undefined,
  asked: Asked,
): Promise<Evaluation> {
  const stored = await readStoredModel(folder, asked.checkpoint, 'evaluate')
  const { run, experiment, checkpoint } = stored
  const { source: text, split } = partsOf(asked.data)
  const data = text === undefined ? await ownData(run) : await dataNamed(text, run, asked)
  requireSameKind(experiment.data, data)
  const { hash } = run.description.data
  const hasChanged = text === undefined && data.description.hash !== hash
  return {
    experiment: { ...experiment, data: withRows(experiment.data, data) },
    checkpoint,
    split: split ?? (data.test ? 'test' : data.validation ? 'validation' : 'train'),
    warnings: [
      ...run.warnings,
      ...(hasChanged ? ['The data are not what they were when the run was trained'] : []),
    ],
  }
}

/** `test`, `mnist`, or `flowers.csv:train`; a colon as in `toy:moons` is part of the source. */
function partsOf(text: string | undefined): { source?: string; split?: SplitName } {
  const isSplit = (word: string | undefined): word is SplitName =>
    splitNames.some(name => name === word)
  if (text === undefined) return {}
  if (isSplit(text)) return { split: text }
  const colon = text.lastIndexOf(':')
  const split = text.slice(colon + 1)
  return colon > 0 && isSplit(split) ? { source: text.slice(0, colon), split } : { source: text }
}

/** The data that a run was trained on. */
async function ownData({ origin, description }: StoredRun): Promise<DataSource> {
  const { recipe, file } = (origin ?? {}) as { readonly recipe?: string; readonly file?: string }
  const name = recipe ?? file
  if (name !== undefined) return (await sourceOf(name)).recipe.data()
  throw new ConfigError({
    who: `data of run "${description.name}"`,
    expected: '--data with the source of the examples',
    received: 'none',
    hint: `The run was not started by "justright run" and names its data only as "${description.data.source}"`,
  })
}

/** The data of an experiment file, of a recipe, or of a source, read as those of the training were. */
async function dataNamed(
  text: string,
  { description }: StoredRun,
  { onProgress }: Asked,
): Promise<DataSource> {
  if (isExperimentFile(text)) return (await loadExperiment(text)).data
  if (Object.hasOwn(recipes, text)) return recipes[text]!.data()
  const like = description.data as DataSource['description']
  return dataSourceOf(text, { like, ...(onProgress && { onProgress }) })
}

/** Throws ConfigError when rows do not look like those of the training. */
function requireSameKind(trained: DataSource, given: DataSource): void {
  const kindOf = (source: DataSource) => {
    const { inputs, targets, scale = 1, classes = 0, more = {} } = signatureOf(source)
    return { inputs, targets, scale, classes, more }
  }
  const difference = firstDifference(kindOf(trained), kindOf(given), 'data')
  if (!difference) return
  const { path, before, after } = difference
  throw new ConfigError({
    who: '--data',
    expected: `${path} ${JSON.stringify(before)}, as the run was trained on`,
    received: JSON.stringify(after) ?? 'none',
    from: given.description.source,
  })
}

/** The rows of one source, scaled and normalised as another. */
function withRows(trained: DataSource, { train, validation, test, description }: DataSource) {
  const splits = { train, ...(validation && { validation }), ...(test && { test }) }
  return { ...trained, ...splits, description }
}
