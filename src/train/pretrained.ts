import {
  fillBits,
  type Key,
  type Named,
  splitKey,
  type Tensor,
  zerosTensor,
} from '../base/index.ts'
import { rowsAt, rowsOf } from '../data/index.ts'
import { type Engine, type Executable, optimised } from '../engine/index.ts'
import { pureProgram } from '../ir/index.ts'
import { type FitRbmOptions, fitRbm, rbm, type Unlabelled } from '../pretrain/index.ts'
import { inputParts } from './batch-graph.ts'
import type { FitOptions } from './experiment.ts'
import { type MachineLayer, machineLayers } from './machine-layers.ts'
import { tell } from './tell.ts'

type ModelAndData = Pick<FitOptions, 'model' | 'data'>
type PretrainingOptions = ModelAndData & Pick<FitOptions, 'recorders' | 'signal'>

/** Examples computed at once. */
const blockRows = 1000
/** The rate of Gaussian units beside that of Bernoulli ones, as in the published recipe. */
const gaussianRate = 0.01

/**
 * The tensors a run starts from, with the weights drawn by `greedyRbm` taught layer by layer, from the
 * input on: each as a restricted Boltzmann machine on what the layers below give for the training inputs,
 * in inference mode. The hidden biases become those of the layers. Other tensors are returned as they are.
 * Nothing when the signal stopped it: a half of pre-training is nothing to go on from.
 * Throws ConfigError when such a weight is of a layer that is no machine, and as `fitRbm`.
 */
export async function pretrained(
  options: PretrainingOptions,
  engine: Engine,
  key: Key,
  tensors: Named<Tensor>,
): Promise<Named<Tensor> | undefined> {
  const { recorders = [], signal } = options
  const layers = machineLayers(options, 2)
  let taught = tensors
  for (const [i, layer] of layers.entries()) {
    const { weight } = layer
    const { epochs } = layer.options
    const told = { weight, machine: i + 1, machines: layers.length, epochs }
    const say = (done: { readonly epoch: number; readonly squaredError?: number }) =>
      tell(recorders, recorder => recorder.pretrain?.({ ...told, ...done }))
    await say({ epoch: 0 })
    const data = await visibleRows(options, layer, engine, taught)
    const tensorsOfLayer = await taughtLayer(layer, data, engine, key, taught, {
      ...(signal && { signal }),
      onEpoch: ({ epoch, squaredError }) => say({ epoch, squaredError }),
    })
    if (!tensorsOfLayer) return undefined
    taught = { ...taught, ...tensorsOfLayer }
  }
  return taught
}

/** What a layer sees of the training examples: the data as they are, or what the layers below give. */
async function visibleRows(
  experiment: ModelAndData,
  { weight, seesData }: MachineLayer,
  engine: Engine,
  tensors: Named<Tensor>,
): Promise<Unlabelled> {
  const { train, scale, normalization } = experiment.data
  if (seesData)
    return {
      train: train.inputs,
      ...(scale !== undefined && { scale }),
      ...(normalization && { normalization }),
    }
  const rows = rowsOf(train)
  const features = tensors[weight]!.shape[1]!
  const data = new Float32Array(rows * features)
  const parts = Object.entries(inputParts(train))
  const compiled = new Map<number, Executable>()
  try {
    for (let start = 0; start < rows; start += blockRows) {
      const count = Math.min(blockRows, rows - start)
      const executable =
        compiled.get(count) ?? (await compileInput(experiment, weight, count, engine))
      compiled.set(count, executable)
      const batch = parts.map(([name, all]) => [name, rowsAt(all, start, count)] as const)
      const { seen } = await executable.run({ ...tensors, ...Object.fromEntries(batch) })
      data.set(seen!.data, start * features)
    }
  } finally {
    for (const executable of compiled.values()) await executable.release()
  }
  return { train: { dtype: 'float32', shape: [rows, features], data } }
}

/** What the layer of a weight computes on, for so many examples. */
async function compileInput(
  experiment: ModelAndData,
  weight: string,
  count: number,
  engine: Engine,
): Promise<Executable> {
  const layer = machineLayers(experiment, count).find(layer => layer.weight === weight)!
  return engine.compile(optimised(pureProgram({ seen: layer.input })))
}

/** The tensors of a layer after it learnt as a machine, by their paths; nothing when it was stopped. */
async function taughtLayer(
  { weight, bias, options, visibleUnits, hiddenUnits }: MachineLayer,
  data: Unlabelled,
  engine: Engine,
  key: Key,
  tensors: Named<Tensor>,
  heard: Pick<FitRbmOptions, 'onEpoch' | 'signal'>,
): Promise<Named<Tensor> | undefined> {
  const drawn = tensors[weight]!
  const [hidden = 0, visible = 0] = drawn.shape
  const { epochs, learningRate } = options
  const isGaussian = visibleUnits === 'gaussian' || hiddenUnits === 'gaussian'
  const config = rbm({
    hidden,
    visibleUnits,
    hiddenUnits,
    learningRate: isGaussian ? gaussianRate * learningRate : learningRate,
  })
  const { status, weights } = await fitRbm(config, {
    data,
    epochs,
    batchSize: Math.min(options.batchSize, data.train.shape[0]!),
    seed: seedOf(key, weight),
    weights: {
      weight: drawn,
      hiddenBias: zerosTensor('float32', [hidden]),
      visibleBias: zerosTensor('float32', [visible]),
    },
    engine,
    ...heard,
  })
  if (status === 'interrupted') return undefined
  const back = bias.replace(/bias$/, 'backBias')
  return {
    [weight]: weights.weight,
    [bias]: weights.hiddenBias,
    // A layer that is gone through forth and back is a machine both ways.
    ...(tensors[back] && { [back]: weights.visibleBias }),
  }
}

function seedOf(key: Key, name: string): number {
  const bits = new Uint32Array(1)
  fillBits(splitKey(key, 'greedyRbm', name), bits)
  return bits[0]!
}
