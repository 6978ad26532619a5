import {
  isFloat,
  mapNamed,
  type Named,
  type NumericArray,
  prefixNamed,
  type Shape,
  ShapeError,
  sizeOf,
} from '../base/index.ts'
import { type DataSource, type Dataset, rowsOf, splitsOf } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import type { InitConfig } from '../init/index.ts'
import { type Answers, fittingMetrics, type MetricConfig, metricSums } from '../inspect/index.ts'
import {
  add,
  describeOrigin,
  input,
  type Program,
  pureProgram,
  sum,
  type Value,
  withOrigin,
} from '../ir/index.ts'
import {
  type AppliedModel,
  applyModel,
  type BufferSpec,
  lossPerExample,
  lossRowOf,
  type MaskSpec,
  mainLoss,
  type ParamSpec,
  taskOf,
} from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import { groupOf, penaltyOf, requireGroups } from '../optim/index.ts'
import { type SimplifyOptions, simplify } from '../rewrite/index.ts'
import { batchInputs, batchTargets, inTargetUnits, partName } from './batch-graph.ts'
import type { Experiment, ScoredModel } from './experiment.ts'
import {
  bufferGroup,
  inputUnits,
  joinUnits,
  type Layout,
  layoutOf,
  paramShapes,
  trainedUnits,
} from './layout.ts'
import { averagedUnits, updatedUnits } from './update.ts'

/** One training step as a program, and what has to be fed to it beside the batch. */
export interface TrainingProgram {
  readonly program: Program
  readonly masks: ReadonlyMap<string, MaskSpec>
}

/** A tensor that a model carries, before it has a value. */
export interface TensorSpec {
  readonly shape: Shape
  readonly init: InitConfig
}

/** The shapes and initialisers of what a model carries, by path: what is trained, and its buffers. */
export function tensorsOf({ model, data }: Pick<Experiment, 'model' | 'data'>): {
  params: Named<TensorSpec>
  buffers: Named<TensorSpec>
} {
  // Two examples, since the statistics of one have no spread.
  const applied = applyModel(model, batchInputs(model, data, 2), { isTraining: true })
  const specs = (asked: ReadonlyMap<string, ParamSpec>): Named<TensorSpec> =>
    Object.fromEntries(
      [...asked].map(([name, { value, init }]) => [name, { shape: value.shape, init }]),
    )
  return { params: specs(applied.params), buffers: specs(applied.buffers) }
}

/**
 * Where the tensors of an experiment lie inside an engine.
 * Throws ConfigError when a group of the optimiser has no parameter.
 */
export function experimentLayout(
  experiment: Pick<Experiment, 'model' | 'data' | 'optimizer'>,
): Layout {
  const { optimizer } = experiment
  const { params, buffers } = tensorsOf(experiment)
  requireGroups(optimizer, Object.keys(params))
  return layoutOf(
    mapNamed({ ...params, ...buffers }, ({ shape }) => shape),
    name => (Object.hasOwn(buffers, name) ? bufferGroup : groupOf(optimizer, name)),
  )
}

/**
 * Checks that a model's output fits its loss and the targets.
 * Throws ShapeError when it does not, or when a class has no output, whose loss would be 0; ConfigError when
 * a metric does not fit.
 */
export function checkOutput({ model, loss, data, metrics = [] }: ScoredModel): void {
  const applied = applyModel(model, batchInputs(model, data, 1))
  const { output } = applied
  scoresOf(loss, applied, data, 1)
  metricSums(metrics, answersOf(loss, applied, data, 1))
  for (const [, { name, targets, classes }] of splitsOf(data)) {
    if (isFloat(targets.dtype) || targets.shape.length >= output.shape.length) continue
    const needed = classes ?? 1 + greatest(targets.data)
    if (output.shape.at(-1)! < needed)
      throw new ShapeError({
        who: loss.kind,
        expected: `[B, ${needed}], an output for each class of dataset "${name}"`,
        received: `[${['B', ...output.shape.slice(1)].join(', ')}]`,
        from: `output of ${describeOrigin(output.origin, output.op)}`,
      })
  }
}

/**
 * Checks that a model can be trained on every batch of an epoch, of which the last may be smaller.
 * Throws ShapeError when a layer refuses one, as batch normalisation does a single example.
 */
export function checkBatches({
  model,
  data,
  batchSize,
}: Pick<Experiment, 'model' | 'data' | 'batchSize'>): void {
  const rest = rowsOf(data.train) % batchSize
  for (const size of rest > 0 ? [batchSize, rest] : [batchSize])
    applyModel(model, batchInputs(model, data, size), { isTraining: true })
}

/**
 * Forward, backward and update of one batch. The state is every unit with its optimiser tensors.
 * Outputs: `loss`, the mean over the batch without penalties, and `correct`, the number of examples
 * classified right.
 */
export function trainingProgram(
  experiment: Experiment,
  layout: Layout,
  batchSize: number,
): TrainingProgram {
  const { model, loss, penalty, data } = experiment
  const { units, tensors } = inputUnits(layout)
  const applied = applyModel(model, batchInputs(model, data, batchSize), {
    isTraining: true,
    leaf: name => tensors[name]!,
  })
  const { masks, buffers } = applied
  const scores = scoresOf(loss, applied, data, batchSize)
  const meanLoss = withOrigin({ kind: 'loss', path: loss.kind }, () => mean(scores.losses))
  const parts = mapNamed(paramShapes(layout), (_, name) => tensors[name]!)
  const carried = nextBuffers(layout, tensors, buffers)
  // Simplified before it is differentiated too: what is gone by then needs no gradient.
  const forward = optimised(
    {
      outputs: { loss: meanLoss, ...(scores.correct ? { correct: sum(scores.correct) } : {}) },
      state: { ...parts, ...carried },
    },
    { isDifferentiated: false },
  )
  const params = mapNamed(parts, (_, name) => forward.state[name]!)
  const price = penalty && penaltyOf(penalty, params)
  const objective = price ? add(forward.outputs.loss!, price) : forward.outputs.loss!
  const slopes = gradients(objective, Object.values(params))
  const slopeOf = Object.fromEntries(Object.keys(params).map((name, i) => [name, slopes[i]!]))
  const joined = joinUnits(layout, slopeOf, trainedUnits(layout))
  const next = {
    ...mapNamed(carried, (_, unit) => forward.state[unit]!),
    ...updatedUnits(experiment, layout, units, joined),
  }
  const state = experiment.averaging ? { ...next, ...averagedUnits(layout, next) } : next
  return { program: optimised({ outputs: forward.outputs, state }), masks }
}

/** What the units of buffers become. */
function nextBuffers(
  layout: Layout,
  tensors: Named<Value>,
  buffers: ReadonlyMap<string, BufferSpec>,
): Named<Value> {
  const units = Object.entries(layout.units).filter(([unit]) => layout.groups[unit] === bufferGroup)
  const next = mapNamed(tensors, (value, name) => buffers.get(name)?.next ?? value)
  return joinUnits(layout, next, Object.fromEntries(units))
}

/** What stands before the names of the sums that metrics are made of. */
export const metricPrefix = 'metric/'

/**
 * The sums of loss, of examples classified right and of metrics over a batch, in inference mode, with
 * the tensors that stand under a prefix.
 */
export function scoringProgram(
  { model, loss, data, metrics = [] }: ScoredModel,
  layout: Layout,
  dataset: Dataset,
  batchSize: number,
  prefix = '',
): Program {
  const { tensors } = inputUnits(layout, prefix)
  const scored = { ...data, train: dataset }
  const inputs = batchInputs(model, scored, batchSize)
  const applied = applyModel(model, inputs, { leaf: name => tensors[name]! })
  const { losses, correct } = scoresOf(loss, applied, scored, batchSize)
  const sums = metricSums(metrics, answersOf(loss, applied, scored, batchSize))
  return optimised(
    pureProgram({
      loss: sum(losses),
      ...(correct ? { correct: sum(correct) } : {}),
      ...prefixNamed(metricPrefix, sums),
    }),
  )
}

/** Every metric that fits a model and its loss, with its defaults. */
export function metricsFor({ model, loss, data }: ScoredModel): MetricConfig[] {
  const applied = applyModel(model, batchInputs(model, data, 1))
  return fittingMetrics(answersOf(loss, applied, data, 1))
}

/** A batch as metrics see it: numbers in the unit in which the targets were given. */
function answersOf(
  loss: Experiment['loss'],
  { output }: AppliedModel,
  data: DataSource,
  batchSize: number,
): Answers {
  const task = taskOf(loss)
  const targets = batchTargets({ train: data.train }, batchSize)
  return { task, output: task === 'numbers' ? inTargetUnits(data, output) : output, targets }
}

/** Floating-point operations of a training step, roughly: two for each weight, three passes. */
export function stepFlops(layout: Layout, batchSize: number): number {
  const weights = Object.values(layout.shapes).filter(({ length }) => length >= 2)
  return 6 * batchSize * weights.reduce((total, shape) => total + sizeOf(shape), 0)
}

function scoresOf(
  loss: Experiment['loss'],
  { output, outputs }: AppliedModel,
  data: DataSource,
  batchSize: number,
) {
  const targets = batchTargets(data, batchSize)
  const more = mapNamed(data.train.more ?? {}, ({ shape, dtype }, name) =>
    input(partName(name), [batchSize, ...shape.slice(1)], dtype),
  )
  return withOrigin({ kind: 'loss', path: loss.kind }, () => ({
    losses: lossPerExample(loss, output, targets, { outputs, more }),
    correct: lossRowOf(mainLoss(loss)).isCorrect?.(output, targets),
  }))
}

function greatest(labels: NumericArray): number {
  let most = 0
  for (const label of labels) most = Math.max(most, label)
  return most
}

/** A program with less to do, and constant parts worked out. */
export function optimised(program: Program, options?: SimplifyOptions): Program {
  return simplify(program, value => evaluate([value])[0]!, options)
}
