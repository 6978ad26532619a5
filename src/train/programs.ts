import {
  isFloat,
  type Named,
  type NumericArray,
  type Shape,
  ShapeError,
  sizeOf,
  type Tensor,
} from '../base/index.ts'
import { type DataSource, type Dataset, splitsOf } from '../data/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import type { InitConfig } from '../init/index.ts'
import {
  add,
  cast,
  constant,
  describeOrigin,
  input,
  mul,
  type Program,
  pureProgram,
  resultsOf,
  sum,
  type Value,
  valuesOf,
  withOrigin,
} from '../ir/index.ts'
import { applyModel, lossRowOf, type MaskSpec } from '../nn/index.ts'
import { encodeProgram } from '../onnx/index.ts'
import { mean } from '../ops/index.ts'
import { optimizerRowOf, penaltyOf } from '../optim/index.ts'
import { simplify } from '../rewrite/index.ts'
import type { Experiment } from './experiment.ts'
import { inputUnits, joinUnits, type Layout } from './layout.ts'

/** The names under which a batch is fed. */
export const inputsName = 'batch/inputs'
export const targetsName = 'batch/targets'

/** The name of a scalar of the optimiser. */
export const scalarName = (name: string): string => `scalar/${name}`

/** The name of a tensor of the optimiser, for a unit or a parameter. */
export const slotName = (slot: string, name: string): string => `optimizer/${slot}/${name}`

/** One training step as a program, and what has to be fed to it beside the batch. */
export interface TrainingProgram {
  readonly program: Program
  readonly masks: ReadonlyMap<string, MaskSpec>
}

/** The shapes and initialisers of a model's parameters, by path. */
export function paramsOf({ model, data }: Experiment): Named<{ shape: Shape; init: InitConfig }> {
  const { params } = applyModel(model, batchInput(data, 1), { isTraining: true })
  return Object.fromEntries(
    [...params].map(([name, { value, init }]) => [name, { shape: value.shape, init }]),
  )
}

/**
 * Checks that a model's output fits its loss and the targets.
 * Throws ShapeError when it does not, or when a class has no output, whose loss would be 0.
 */
export function checkOutput({ model, loss, data }: Experiment): void {
  const { output } = applyModel(model, batchInput(data, 1), { isTraining: true })
  scoresOf(loss, output, batchTargets(data.train, 1))
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
 * Forward, backward and update of one batch. The state is every unit with its optimiser tensors.
 * Outputs: `loss`, the mean over the batch without penalties, and `correct`, the number of examples
 * classified right.
 */
export function trainingProgram(
  { model, loss, optimizer, penalty, data }: Experiment,
  layout: Layout,
  batchSize: number,
): TrainingProgram {
  const { units, params } = inputUnits(layout)
  const { output, masks } = applyModel(model, batchInput(data, batchSize), {
    isTraining: true,
    leaf: name => params[name]!,
  })
  const scores = scoresOf(loss, output, batchTargets(data.train, batchSize))
  const meanLoss = withOrigin({ kind: 'loss', path: loss.kind }, () => mean(scores.losses))
  const price = penalty && penaltyOf(penalty, params)
  const objective = price ? add(meanLoss, price) : meanLoss
  const names = Object.keys(params)
  const slopes = gradients(objective, Object.values(params))
  const joined = joinUnits(layout, Object.fromEntries(names.map((name, i) => [name, slopes[i]!])))

  const row = optimizerRowOf(optimizer)
  const scalars = Object.fromEntries(
    Object.keys(row.scalars(optimizer, 1, 0)).map(name => [name, input(scalarName(name), [])]),
  )
  const state: Record<string, Value> = {}
  for (const [unit, param] of Object.entries(units)) {
    const slots = Object.fromEntries(
      row.slots(optimizer).map(slot => [slot, input(slotName(slot, unit), param.shape)]),
    )
    const updated = withOrigin({ kind: optimizer.kind, path: unit, pass: 'update' }, () =>
      row.update(optimizer, { param, gradient: joined[unit]!, slots, scalars }),
    )
    state[unit] = updated.param
    for (const [slot, value] of Object.entries(updated.slots)) state[slotName(slot, unit)] = value
  }
  const outputs = { loss: meanLoss, ...(scores.correct ? { correct: sum(scores.correct) } : {}) }
  return { program: optimised({ outputs, state }), masks }
}

/** The sums of loss and of examples classified right over a batch, in inference mode. */
export function scoringProgram(
  { model, loss, data }: Experiment,
  layout: Layout,
  dataset: Dataset,
  batchSize: number,
): Program {
  const { params } = inputUnits(layout)
  const { output } = applyModel(model, batchInput({ ...data, train: dataset }, batchSize), {
    leaf: name => params[name]!,
  })
  const { losses, correct } = scoresOf(loss, output, batchTargets(dataset, batchSize))
  return optimised(
    pureProgram({ loss: sum(losses), ...(correct ? { correct: sum(correct) } : {}) }),
  )
}

/**
 * A trained model for inference as ONNX: `input` [batch, ...] as in the data, scaling included, to
 * `output`, what the loss says a prediction is: probabilities for cross-entropies.
 */
export function inferenceModel(
  { model, loss, data, name }: Experiment,
  params: Named<Tensor>,
  metadata: Named<string> = {},
): Uint8Array<ArrayBuffer> {
  const weights = new Map(Object.entries(params).map(([path, tensor]) => [path, constant(tensor)]))
  const trace = (batchSize: number) => {
    const x = batchInput(data, batchSize, 'input')
    const { output } = applyModel(model, x, { leaf: path => weights.get(path)! })
    return simplify(pureProgram({ output: lossRowOf(loss).prediction(output) }))
  }
  const program = trace(2)
  return encodeProgram(program, {
    dialect: 'standard',
    openAxes: differingAxes(program, trace(3)),
    metadata: { model: name ?? 'experiment', ...metadata },
  })
}

/** The axes that differ between two traces of one model: those that depend on the batch size. */
function differingAxes(a: Program, b: Program): Map<Value, readonly number[]> {
  const twins = valuesOf(resultsOf(b))
  return new Map(
    valuesOf(resultsOf(a)).map((value, i) => [
      value,
      [...value.shape.keys()].filter(axis => value.shape[axis] !== twins[i]!.shape[axis]),
    ]),
  )
}

/** Floating-point operations of a training step, roughly: two for each weight, three passes. */
export function stepFlops(layout: Layout, batchSize: number): number {
  const weights = Object.values(layout.shapes).filter(({ length }) => length >= 2)
  return 6 * batchSize * weights.reduce((total, shape) => total + sizeOf(shape), 0)
}

function scoresOf(loss: Experiment['loss'], output: Value, targets: Value) {
  const row = lossRowOf(loss)
  return withOrigin({ kind: 'loss', path: loss.kind }, () => ({
    losses: row.perExample(loss, output, targets),
    correct: row.isCorrect?.(output, targets),
  }))
}

/** A batch of inputs as the model sees it: bytes travel, floats arrive. */
function batchInput(
  { train, scale }: Pick<DataSource, 'train' | 'scale'>,
  batchSize: number,
  name = inputsName,
): Value {
  const { inputs } = train
  return withOrigin({ kind: 'data', path: 'inputs' }, () => {
    const x = cast(input(name, [batchSize, ...inputs.shape.slice(1)], inputs.dtype), 'float32')
    return scale === undefined ? x : mul(x, scale)
  })
}

function batchTargets({ targets }: Dataset, batchSize: number): Value {
  return input(targetsName, [batchSize, ...targets.shape.slice(1)], targets.dtype)
}

function greatest(labels: NumericArray): number {
  let most = 0
  for (const label of labels) most = Math.max(most, label)
  return most
}

function optimised(program: Program): Program {
  return simplify(program, value => evaluate([value])[0]!)
}
