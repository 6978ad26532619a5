import { mapNamed, type Named, type Tensor, tensor } from '../base/index.ts'
import { inputsOf } from '../ir/index.ts'
import { encodeProgram, nextName } from '../onnx/index.ts'
import type { Checkpoint } from '../runs/index.ts'
import { familiesOf, withoutBest } from './carried.ts'
import type { Experiment } from './experiment.ts'
import { requireTensors } from './guards.ts'
import type { Layout } from './layout.ts'
import { experimentLayout } from './model-tensors.ts'
import { rateAfter } from './rate.ts'
import { trainingProgram } from './training-program.ts'
import { scalarsAt } from './update.ts'

/** A training step that runs wherever ONNX Runtime does, and what it starts from. */
export interface ExportedStep {
  /**
   * The model of one step. Inputs: every tensor of `state`, the batch (`batch/inputs`,
   * `batch/targets`), the scalars of the update rule, a mask of 0 and 1 for every dropout layer
   * and N(0, 1) numbers for every noise layer.
   * Outputs: `loss`, and for each tensor `NAME` of the state `NAME:next`, what it becomes.
   */
  readonly onnx: Uint8Array<ArrayBuffer>
  /** Parameters, buffers, the optimiser's tensors and averages, by the names of a checkpoint. */
  readonly state: Named<Tensor>
  /** Row i of each is the scalar to feed in the step i + 1 from here. Shapes: [steps]. */
  readonly scalars: Named<Tensor>
}

/** How a step is exported. */
export interface StepExportOptions {
  /** Steps in an epoch of the run; a schedule counts by them. */
  readonly stepsPerEpoch: number
  /** For how many steps the scalars are given; default all that the run has left, at least one. */
  readonly steps?: number
  /** Examples in a batch; default the experiment's. */
  readonly batchSize?: number
}

/**
 * The training step of an experiment, to go on from a checkpoint without Justright. The state is by
 * parameter, not packed as inside our engines, and only operators of the ONNX standard are used.
 * Throws RunError when the checkpoint is of another model or optimiser.
 */
export function exportStep(
  experiment: Experiment,
  { tensors, progress }: Checkpoint,
  options: StepExportOptions,
): ExportedStep {
  const { epochs, batchSize } = experiment
  const { stepsPerEpoch } = options
  const layout = experimentLayout(experiment)
  const carried = withoutBest(tensors)
  requireTensors(carried, layout, familiesOf(experiment, layout), 'export')
  const { program } = trainingProgram(experiment, apart(layout), options.batchSize ?? batchSize)
  const inputs = inputsOf(program)
  const left = Math.max(1, epochs * stepsPerEpoch - progress.step)
  const rows = Array.from({ length: options.steps ?? left }, (_, i) => {
    const step = progress.step + i
    const rate = rateAfter(experiment, stepsPerEpoch, step, progress.history)
    return scalarsAt(experiment, { step: step + 1, stepsPerEpoch, learningRate: rate })
  })
  return {
    onnx: encodeProgram(program, {
      dialect: 'standard',
      metadata: {
        model: experiment.name ?? 'experiment',
        stepsDone: String(progress.step),
        next: nextName('NAME'),
      },
    }),
    state: Object.fromEntries(Object.entries(carried).filter(([name]) => inputs.has(name))),
    scalars: mapNamed(rows[0]!, (_, name) => tensor(rows.map(row => row[name]!))),
  }
}

/** The same tensors, each a unit of its own. */
function apart({ shapes, units, groups }: Layout): Layout {
  const unitOf = Object.entries(units).flatMap(([unit, names]) =>
    names.map((name): [string, string] => [name, unit]),
  )
  return {
    shapes,
    units: Object.fromEntries(unitOf.map(([name]) => [name, [name]])),
    groups: Object.fromEntries(unitOf.map(([name, unit]) => [name, groups[unit]!])),
  }
}
