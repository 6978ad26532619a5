import { availableParallelism } from 'node:os'
import { keyOf } from '../../src/base/index.ts'
import type { Dataset } from '../../src/data/index.ts'
import {
  chooseStepsPerCall,
  engineOfRun,
  together,
  workOf,
  workOfCopies,
} from '../../src/engine/index.ts'
import { encodeEvent } from '../../src/formats/index.ts'
import {
  adam,
  batchNorm,
  conv2d,
  crossEntropy,
  type DataSource,
  type EngineChoice,
  type Experiment,
  flatten,
  globalAveragePool,
  type LayerConfig,
  linear,
  lstm,
  maxPool2d,
  meanSquaredError,
  momentum,
  type OptimizerConfig,
  relu,
  residual,
  sequential,
  sgd,
  sigmoid,
  tanh,
  version,
} from '../../src/index.ts'
import type { StepRecord } from '../../src/runs/index.ts'
import { signalEvent } from '../../src/runs/node/signals.ts'
import { Inspector } from '../../src/train/inspector.ts'
import { experimentLayout, initialTensors } from '../../src/train/model-tensors.ts'
import { Trainer } from '../../src/train/trainer.ts'
import { trainingProgram } from '../../src/train/training-program.ts'
import { type Prepare, serve } from './contestant.ts'
import type { Batch } from './data.ts'
import { type LayerSpec, sizeOf, type Workload } from './workloads.ts'

const cores = availableParallelism()
const activations = { relu, sigmoid, tanh }

function layersOf(specs: readonly LayerSpec[]): LayerConfig {
  return sequential(...specs.map(layerOf))
}

function layerOf(spec: LayerSpec): LayerConfig {
  switch (spec.kind) {
    case 'linear':
      return linear(spec.features)
    case 'conv':
      return conv2d(spec.channels, spec.kernel, {
        stride: spec.stride ?? 1,
        padding: Math.floor(spec.kernel / 2),
        useBias: spec.useBias ?? true,
      })
    case 'batchNorm':
      return batchNorm()
    case 'maxPool':
      return maxPool2d(spec.size)
    case 'globalAveragePool':
      return globalAveragePool()
    case 'flatten':
      return flatten()
    case 'lstm':
      return lstm(spec.features, { output: 'last' })
    case 'residual':
      return residual(layersOf(spec.branch), {
        ...(spec.shortcut.length > 0 ? { projection: layersOf(spec.shortcut) } : {}),
      })
    default:
      return activations[spec.kind]()
  }
}

function optimizerOf(settings: Workload['optimizer']): OptimizerConfig {
  const { kind, learningRate } = settings
  if (kind === 'adam') return adam({ learningRate })
  return settings.momentum
    ? momentum({ learningRate, momentum: settings.momentum })
    : sgd({ learningRate })
}

/** Steps of one net before the next has its turn, where they take turns: a run does not share its caches. */
const seedBlock = 100

/** How the nets of several seeds are trained, or that signals are left out where a workload has them. */
type Way = 'together' | 'one-by-one' | 'side-by-side' | 'without-inspect'

/**
 * Builds the net of a workload as `fit` does, data, shuffle and feeds included, with as many steps
 * per call of the engine as `fit` chooses, or as JUSTRIGHT_STEPS_PER_CALL says, and with the engine
 * that JUSTRIGHT_ENGINE names. Several seeds are one graph, or runs one after the other, or a run on
 * every core.
 */
export const prepareOurs: Prepare = async (workload, batches, asked) => {
  const way = (asked ?? process.argv[2] ?? 'together') as Way
  const { batch, seeds = 1 } = workload
  const isTogether = seeds > 1 && way === 'together'
  const experiment = experimentOf(workload, batches)
  const layout = experimentLayout(experiment)
  const step = trainingProgram(experiment, layout, batch)
  const work = workOf(step.program)
  const { engine } = await engineOfRun(
    process.env.JUSTRIGHT_ENGINE as EngineChoice | undefined,
    workOfCopies(work, isTogether ? seeds : 1),
    way === 'side-by-side' ? { threads: 1 } : {},
  )
  const engines = isTogether ? together(engine, seeds).engines : Array(seeds).fill(engine)
  const given = Number(process.env.JUSTRIGHT_STEPS_PER_CALL)
  const chosen = Math.min(batches.length, given || chooseStepsPerCall(work, engine))
  // Calls must not run over the end of an epoch of these few batches.
  const stepsPerCall = [...Array(chosen + 1).keys()].findLast(k => batches.length % k === 0)!
  const trainers = engines.map((own, seed) => {
    const key = keyOf(seed + 1)
    const tensors = initialTensors(experiment, key)
    return new Trainer({ experiment, layout, step, engine: own, key, stepsPerCall, tensors })
  })
  const { inspect } = experiment
  const inspector =
    inspect && way !== 'without-inspect' ? new Inspector(experiment, layout, 0) : undefined
  // Looks are among the steps of a block, with and without them.
  const block = inspect?.every ?? (seeds > 1 ? seedBlock : stepsPerCall)
  let done = 0
  let last = Number.NaN
  return {
    engine: `${engines[0]!.description}, ${stepsPerCall} steps per call`,
    version,
    stepsPerCall: block,
    async step(batch) {
      // A batch out of its turn is that batch of the next epoch.
      done += (batch - (done % batches.length) + batches.length) % batches.length
      const losses = await trainAll(way, trainers, done, block, inspector)
      // The loss before any step stands for the first call, the last one for every other.
      last = losses.at(done === 0 ? 0 : -1)!
      done += block
    },
    loss: () => last,
  }
}

/** Makes so many steps of every net, as many nets at a time as the way says; returns the losses of the first. */
async function trainAll(
  way: Way,
  trainers: readonly Trainer[],
  done: number,
  steps: number,
  inspector: Inspector | undefined,
) {
  const all = trainers.length
  const lanes = { together: all, 'without-inspect': all, 'one-by-one': 1, 'side-by-side': cores }[
    way
  ]
  const waiting = [...trainers]
  const losses: number[] = []
  const lane = async () => {
    for (let trainer = waiting.shift(); trainer; trainer = waiting.shift())
      for (let step = done; step < done + steps; ) {
        const records = inspector?.isDue(step)
          ? [await look(inspector, trainer, step)]
          : await trainer.advance(step)
        if (trainer === trainers[0]) losses.push(...records.map(({ loss }) => loss))
        step = records.at(-1)!.step
      }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return losses
}

/** A step with its signals told as a run directory takes them, up to the bytes of its event file. */
async function look(inspector: Inspector, trainer: Trainer, step: number): Promise<StepRecord> {
  const { record, signals } = await inspector.advance(trainer, step)
  encodeEvent(signalEvent(signals, 0))
  return record
}

function experimentOf(workload: Workload, batches: readonly Batch[]): Experiment {
  const { layers, loss, batch, optimizer } = workload
  return {
    name: workload.name,
    model: layersOf(layers),
    loss: loss === 'mse' ? meanSquaredError() : crossEntropy(),
    optimizer: optimizerOf(optimizer),
    data: sourceOf(workload, batches),
    epochs: 1,
    batchSize: batch,
    ...(workload.inspectEvery && { inspect: { every: workload.inspectEvery } }),
    // The coordinator compares the loss of one batch before and after.
    shuffle: false,
  }
}

function sourceOf(
  { name, input, outputs: units, loss }: Workload,
  batches: readonly Batch[],
): DataSource {
  const width = sizeOf(input)
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
    inputs: { dtype: 'float32', shape: [rows, ...input], data: inputs },
    targets: isClass
      ? { dtype: 'int32', shape: [rows], data: targets }
      : { dtype: 'float32', shape: [rows, units], data: targets },
    ...(isClass ? { classes: units } : {}),
  }
  return { train, description: { source: name, hash: '', rows: { train: rows } } }
}

void serve(prepareOurs)
