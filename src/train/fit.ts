import { type Key, keyOf, type Named, type Tensor } from '../base/index.ts'
import { type DataSource, rowsOf } from '../data/index.ts'
import { chooseStepsPerCall, type Engine, engineOfRun, evenSteps, workOf } from '../engine/index.ts'
import type { Checkpoint, EpochRecord, Scores } from '../runs/index.ts'
import { scoredPrefix, withAverages } from './carried.ts'
import { checkOptions } from './check-options.ts'
import { describe } from './describe.ts'
import { Evaluator } from './evaluate.ts'
import type { FitOptions } from './experiment.ts'
import { requireTensors } from './guards.ts'
import { inferenceModel } from './inference-model.ts'
import { Inspector } from './inspector.ts'
import type { Layout } from './layout.ts'
import { scaledByData } from './lsuv.ts'
import { experimentLayout, initialTensors } from './model-tensors.ts'
import { pretrained } from './pretrained.ts'
import { Session } from './session.ts'
import { tell } from './tell.ts'
import { Trainer } from './trainer.ts'
import { trainingProgram } from './training-program.ts'

/** A finished training: scores, history and the trained parameters, as plain data. */
export interface Run<D extends DataSource = DataSource> {
  readonly status: 'completed'
  /** While the model was changing, over the epoch of the parameters. */
  readonly train: Scores
  readonly validation: D extends { readonly validation: object } ? Scores : Scores | undefined
  readonly test: D extends { readonly test: object } ? Scores : Scores | undefined
  readonly history: readonly EpochRecord[]
  /** The epoch at whose end the parameters were these: the last, or the best that was restored. */
  readonly epoch: number
  /** By path, such as `0.weight`; buffers such as running means are among them. */
  readonly parameters: Named<Tensor>
  /** Wall time of all sessions together. */
  readonly seconds: number
  /** The trained model for inference: ONNX bytes, `input` [batch, ...] -> `output`. */
  toOnnx(): Uint8Array<ArrayBuffer>
}

/** A training that was stopped through its signal. */
export interface InterruptedRun {
  readonly status: 'interrupted'
  readonly history: readonly EpochRecord[]
  /**
   * What to go on from, which recorders hold too. Absent where it was stopped while first weights were
   * pre-trained, before it began: that is to be done again.
   */
  readonly checkpoint?: Checkpoint
}

/**
 * Trains a model: every step is one compiled graph. Equal experiments give equal results, bit for
 * bit on one kind of machine, stopped and resumed or not.
 * Throws DataError, ShapeError or ConfigError before the first step when something does not fit, and
 * RunError when the loss stops being finite.
 */
export function fit<D extends DataSource>(
  options: FitOptions<D> & { readonly signal?: undefined },
): Promise<Run<D>>
export function fit<D extends DataSource>(options: FitOptions<D>): Promise<Run<D> | InterruptedRun>
export async function fit<D extends DataSource>(
  options: FitOptions<D>,
): Promise<Run<D> | InterruptedRun> {
  const { recorders = [] } = options
  try {
    return await train(options)
  } catch (error) {
    await tell(recorders, recorder => recorder.fail?.(error))
    throw error
  }
}

async function train<D extends DataSource>(
  options: FitOptions<D>,
): Promise<Run<D> | InterruptedRun> {
  checkOptions(options)
  const { data, epochs, batchSize, recorders = [], resume } = options
  const key = keyOf(options.seed ?? 0)
  const layout = experimentLayout(options)
  const step = trainingProgram(options, layout, batchSize)
  const work = workOf(step.program)
  const chosen = await engineOfRun(options.engine, work)
  const { engine } = chosen
  const tensors = resume?.tensors ?? (await startTensors(options, layout, engine, key))
  if (!tensors) return { status: 'interrupted', history: [] }
  const trainer = new Trainer({
    experiment: options,
    layout,
    step,
    engine,
    key,
    stepsPerCall:
      options.stepsPerCall ??
      evenSteps(chooseStepsPerCall(work, engine), Math.floor(rowsOf(data.train) / batchSize)),
    tensors,
  })
  const evaluator = new Evaluator(options, layout, engine, scoredPrefix(options))
  const inspects = options.inspect && recorders.some(({ signals }) => signals)
  const inspector = inspects
    ? new Inspector(options, layout, resume?.progress.step ?? 0)
    : undefined
  try {
    const session = new Session(options, trainer, evaluator, inspector)
    const description = describe(options, layout, chosen, trainer.stepsPerEpoch)
    await tell(recorders, recorder => recorder.begin?.(description, resume?.progress.step ?? 0))
    if (await session.runTo(epochs)) return await completed(options, session, trainer, evaluator)
    const checkpoint = await session.checkpoint()
    return { status: 'interrupted', history: checkpoint.progress.history, checkpoint }
  } finally {
    await trainer.release()
    await evaluator.release()
  }
}

/** The run of a session that came to its end: tested, exported and told of. */
async function completed<D extends DataSource>(
  options: FitOptions<D>,
  { progress }: Session,
  trainer: Trainer,
  evaluator: Evaluator,
): Promise<Run<D>> {
  const { data, recorders = [] } = options
  const { best, history, step, seconds } = progress
  const epoch = trainer.keepsBest ? best!.epoch : history.length
  const { tensors: parameters, state } = await trainer.result()
  const test = data.test && (await evaluator.score(data.test, state))
  const toOnnx = () => inferenceModel(options, parameters)
  await tell(recorders, recorder => recorder.model?.(toOnnx()))
  const { train, validation } = history[epoch - 1]!
  await tell(recorders, recorder =>
    recorder.end?.({
      status: 'completed',
      epochs: history.length,
      steps: step,
      ...(trainer.keepsBest ? { restoredEpoch: epoch } : {}),
      seconds,
      train,
      ...(validation ? { validation } : {}),
      ...(test ? { test } : {}),
    }),
  )
  return {
    status: 'completed',
    train,
    validation: validation as Run<D>['validation'],
    test: test as Run<D>['test'],
    history,
    epoch,
    parameters,
    seconds,
    toOnnx,
  }
}

/**
 * What a run starts from: drawn, pre-trained or scaled by data where an initialiser asks for it, or given.
 * Nothing when it was stopped before it had that.
 */
async function startTensors(
  options: FitOptions,
  layout: Layout,
  engine: Engine,
  key: Key,
): Promise<Named<Tensor> | undefined> {
  const { weights } = options
  const drawn = initialTensors(options, key)
  const averaged = (tensors: Named<Tensor>) => withAverages(options, layout, tensors)
  if (!weights) {
    const taught = await pretrained(options, engine, key, drawn)
    return taught && averaged(await scaledByData(options, engine, key, taught))
  }
  requireTensors(weights, layout, [{ prefix: '', units: layout.units }], 'weights')
  return averaged({ ...drawn, ...weights })
}
