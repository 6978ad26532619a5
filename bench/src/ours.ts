import { keyOf } from '../../src/base/index.ts'
import type { Dataset } from '../../src/data/index.ts'
import {
  adam,
  chooseEngine,
  crossEntropy,
  type DataSource,
  type Experiment,
  type LayerConfig,
  linear,
  meanSquaredError,
  relu,
  sequential,
  sgd,
  sigmoid,
  tanh,
  version,
} from '../../src/index.ts'
import { experimentLayout } from '../../src/train/programs.ts'
import { chooseStepsPerCall, initialTensors, Trainer } from '../../src/train/trainer.ts'
import { type Prepare, serve } from './contestant.ts'
import type { Batch } from './data.ts'
import type { Workload } from './workloads.ts'

const activations = { relu, sigmoid, tanh }
const optimizers = { sgd, adam }

/**
 * Builds the net of a workload as `fit` does, data, shuffle and feeds included, with as many steps
 * per call of the engine as `fit` chooses, or as JUSTRIGHT_STEPS_PER_CALL says.
 */
export const prepareOurs: Prepare = async (workload, batches) => {
  const engine = await chooseEngine((process.env.JUSTRIGHT_ENGINE ?? 'auto') as never)
  const experiment = experimentOf(workload, batches)
  const layout = experimentLayout(experiment)
  const key = keyOf(1)
  const asked = Number(process.env.JUSTRIGHT_STEPS_PER_CALL)
  const chosen = Math.min(batches.length, asked || chooseStepsPerCall(layout, workload.batch))
  // Calls must not run over the end of an epoch of these few batches.
  const stepsPerCall = [...Array(chosen + 1).keys()].findLast(k => batches.length % k === 0)!
  const tensors = initialTensors(experiment, key)
  const trainer = new Trainer(experiment, layout, engine, key, stepsPerCall, tensors)
  let done = 0
  let last = Number.NaN
  return {
    engine: `${engine.description}, ${stepsPerCall} steps per call`,
    version,
    stepsPerCall,
    async step() {
      const records = await trainer.advance(done)
      // The loss before any step stands for the first call, the last one for every other.
      last = records.at(done === 0 ? 0 : -1)!.loss
      done = records.at(-1)!.step
    },
    loss: () => last,
  }
}

function experimentOf(workload: Workload, batches: readonly Batch[]): Experiment {
  const { sizes, activation, loss, batch, optimizer } = workload
  const layers = sizes.slice(1).flatMap((units, i): LayerConfig[] => {
    const isLast = i === sizes.length - 2
    return isLast ? [linear(units)] : [linear(units), activations[activation]()]
  })
  return {
    name: workload.name,
    model: sequential(...layers),
    loss: loss === 'mse' ? meanSquaredError() : crossEntropy(),
    optimizer: optimizers[optimizer.kind]({ learningRate: optimizer.learningRate }),
    data: sourceOf(workload, batches),
    epochs: 1,
    batchSize: batch,
    // The coordinator compares the loss of one batch before and after.
    shuffle: false,
  }
}

function sourceOf({ name, sizes, loss }: Workload, batches: readonly Batch[]): DataSource {
  const [width, units] = [sizes[0]!, sizes.at(-1)!]
  const rows = batches.reduce((sum, { inputs }) => sum + inputs.length / width, 0)
  const inputs = new Float32Array(rows * width)
  const isClass = loss === 'crossEntropy'
  const targets = isClass ? new Int32Array(rows) : new Float32Array(rows * units)
  let row = 0
  for (const batch of batches) {
    inputs.set(batch.inputs, row * width)
    targets.set(batch.targets, isClass ? row : row * units)
    row += batch.inputs.length / width
  }
  const train: Dataset = {
    name,
    inputs: { dtype: 'float32', shape: [rows, width], data: inputs },
    targets: isClass
      ? { dtype: 'int32', shape: [rows], data: targets }
      : { dtype: 'float32', shape: [rows, units], data: targets },
    ...(isClass ? { classes: units } : {}),
  }
  return { train, description: { source: name, hash: '', rows: { train: rows } } }
}

void serve(prepareOurs)
