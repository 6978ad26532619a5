import { DataError, mapNamed, type Named, type Tensor } from '../base/index.ts'
import {
  checkDataset,
  type DataSource,
  type Dataset,
  type SplitName,
  splitsOf,
} from '../data/index.ts'
import { chooseEngine, type Engine, type EngineChoice } from '../engine/index.ts'
import { type MetricConfig, metricName } from '../inspect/index.ts'
import type { Scores } from '../runs/index.ts'
import { checkOutput } from './check-model.ts'
import { Evaluator } from './evaluate.ts'
import type { ScoredModel } from './experiment.ts'
import { requireTensors } from './guards.ts'
import { type Layout, layoutOf, packUnits } from './layout.ts'
import { tensorsOf } from './model-tensors.ts'
import { metricsFor } from './scoring.ts'

/** What is scored, and how. */
export interface ScoreOptions {
  /** By default `test`, or `validation` where there is none, or else `train`. */
  readonly split?: SplitName
  /** By default every metric that fits the loss, and those of the experiment. */
  readonly metrics?: readonly MetricConfig[]
  readonly engine?: Engine | EngineChoice
}

/**
 * The loss and metrics of a model with the given parameters, such as `run.parameters`, on a split of some
 * data, exactly over the whole of it. The data are scaled and normalised as `data` says: for other examples
 * than those of the training pass `{ ...data, test: others }`.
 * Throws DataError when the data have no such split, RunError when the parameters are not those of the
 * model, ShapeError or ConfigError when loss, data or metrics do not fit.
 */
export async function scoreModel(
  experiment: ScoredModel,
  parameters: Named<Tensor>,
  options: ScoreOptions = {},
): Promise<Scores> {
  const { model, loss, data } = experiment
  const dataset = scoredSplit(data, options.split)
  const metrics = options.metrics ?? scoringMetrics(experiment)
  const scored = { model, loss, data, metrics }
  checkOutput(scored)
  const layout = trainedLayout(scored, parameters, 'scoreModel')
  const engine = await engineOf(options.engine)
  const evaluator = new Evaluator(scored, layout, engine)
  try {
    return await evaluator.score(dataset, engine.createState(packUnits(layout, parameters)))
  } finally {
    await evaluator.release()
  }
}

/** Every metric that fits a model and its loss, with its defaults, and those that its experiment names. */
export function scoringMetrics(experiment: ScoredModel): MetricConfig[] {
  const fitting = metricsFor(experiment)
  const names = fitting.map(metricName)
  return [
    ...fitting,
    ...(experiment.metrics ?? []).filter(metric => !names.includes(metricName(metric))),
  ]
}

/** Where the parameters of a trained model lie in an engine. Throws RunError when they are not those of the model. */
export function trainedLayout(scored: ScoredModel, parameters: Named<Tensor>, who: string): Layout {
  const { params, buffers } = tensorsOf(scored)
  const layout = layoutOf(mapNamed({ ...params, ...buffers }, ({ shape }) => shape))
  requireTensors(parameters, layout, [{ prefix: '', units: layout.units }], who)
  return layout
}

/** The engine that scores. */
export async function engineOf(choice: ScoreOptions['engine'] = 'auto'): Promise<Engine> {
  return typeof choice === 'string' ? chooseEngine(choice) : choice
}

/** The split that is scored, checked. Throws DataError when there is no such split. */
export function scoredSplit(data: DataSource, split?: SplitName): Dataset {
  const found = split ? data[split] : (data.test ?? data.validation ?? data.train)
  if (found) {
    checkDataset(found)
    return found
  }
  throw new DataError({
    who: `data "${data.description.source}"`,
    expected: `a split "${split}"`,
    received: splitsOf(data)
      .map(([name]) => name)
      .join(', '),
  })
}
