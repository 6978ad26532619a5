import { mapNamed, type Named } from '../base/index.ts'
import { optimised } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import { add, type Program, sum, type Value, withOrigin } from '../ir/index.ts'
import { type AppliedModel, applyModel, type BufferSpec } from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import { penaltyOf } from '../optim/index.ts'
import { batchInputs } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'
import {
  bufferGroup,
  inputUnits,
  joinUnits,
  type Layout,
  paramShapes,
  trainedUnits,
} from './layout.ts'
import { scoresOf } from './scoring.ts'
import { averagedUnits, updatedUnits } from './update.ts'

/** The random tensors that are drawn anew for every step. */
export type Draws = Pick<AppliedModel, 'masks' | 'noises'>

/** One training step as a program, and what has to be fed to it beside the batch. */
export interface TrainingProgram {
  readonly program: Program
  readonly draws: Draws
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
  const { units, tensors } = inputUnits(layout)
  const pass = simplified(forwardPass(experiment, layout, tensors, batchSize))
  const state = nextState(experiment, layout, units, pass)
  return { program: optimised({ outputs: pass.outputs, state }), draws: pass.applied }
}

/** A batch's way forward. */
export interface ForwardPass {
  readonly applied: AppliedModel
  /** `loss` and, of a classification, `correct`. */
  readonly outputs: Named<Value>
  /** The parameters as the loss reads them. */
  readonly params: Named<Value>
  /** What the units of buffers become. */
  readonly buffers: Named<Value>
}

/** What a batch scores, and what it is computed from. */
export function forwardPass(
  { model, loss, data }: Experiment,
  layout: Layout,
  tensors: Named<Value>,
  batchSize: number,
): ForwardPass {
  const applied = applyModel(model, batchInputs(model, data, batchSize), {
    isTraining: true,
    leaf: name => tensors[name]!,
  })
  const scores = scoresOf(loss, applied, data, batchSize)
  const meanLoss = withOrigin({ kind: 'loss', path: loss.kind }, () => mean(scores.losses))
  return {
    applied,
    outputs: { loss: meanLoss, ...(scores.correct ? { correct: sum(scores.correct) } : {}) },
    params: mapNamed(paramShapes(layout), (_, name) => tensors[name]!),
    buffers: nextBuffers(layout, tensors, applied.buffers),
  }
}

/** Before it is differentiated: what is gone by then needs no gradient. */
function simplified({ applied, outputs, params, buffers }: ForwardPass): ForwardPass {
  const simple = optimised(
    { outputs, state: { ...params, ...buffers } },
    { isDifferentiated: false },
  )
  const own = (values: Named<Value>) => mapNamed(values, (_, name) => simple.state[name]!)
  return { applied, outputs: simple.outputs, params: own(params), buffers: own(buffers) }
}

/** What everything that a step carries becomes: every unit with its optimiser tensors, and averages. */
export function nextState(
  experiment: Experiment,
  layout: Layout,
  units: Named<Value>,
  { outputs, params, buffers }: ForwardPass,
): Named<Value> {
  const slopes = slopesOf(experiment, layout, outputs.loss!, params)
  const next = { ...buffers, ...updatedUnits(experiment, layout, units, slopes) }
  return experiment.averaging ? { ...next, ...averagedUnits(layout, next) } : next
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

/** The gradient of the loss and its penalties by each trained unit. */
function slopesOf(
  { penalty }: Experiment,
  layout: Layout,
  loss: Value,
  params: Named<Value>,
): Named<Value> {
  const price = penalty && penaltyOf(penalty, params)
  const slopes = gradients(price ? add(loss, price) : loss, Object.values(params))
  const slopeOf = Object.fromEntries(Object.keys(params).map((name, i) => [name, slopes[i]!]))
  return joinUnits(layout, slopeOf, trainedUnits(layout))
}
