import {
  ConfigError,
  type Key,
  mapNamed,
  type Named,
  permutation,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import { gatherRows, rowsOf } from '../data/index.ts'
import { type Engine, type Executable, optimised } from '../engine/index.ts'
import { type InitConfig, type InitOptions, initializers } from '../init/index.ts'
import { describeOrigin, inputsOf, mul, pureProgram, sub, type Value } from '../ir/index.ts'
import { type AppliedModel, applyModel } from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import { ownerOf } from '../probes/index.ts'
import { batchInputs, batchParts } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'

type ModelAndData = Pick<Experiment, 'model' | 'data'>

/** A layer with weights that ask for outputs of variance 1. */
interface ScaledLayer {
  readonly path: string
  /** For the reader: `linear "2"`. */
  readonly name: string
  /** The paths of those weights. */
  readonly weights: readonly string[]
  readonly options: InitOptions<'lsuv'>
}

/**
 * The tensors a run starts from, with the weights drawn by `lsuv` divided by the standard deviation of
 * their layer's output, layer by layer from the input on, until its variance over a batch of training
 * examples is 1. Biases count and stay; dropout passes everything and normalisation uses its first
 * statistics, as in inference. Other tensors are returned as they are.
 * Throws ConfigError when a layer's output is constant, or its variance does not get to 1.
 * Source: Mishkin and Matas, "All you need is a good init" (2016), algorithm 1.
 */
export async function scaledByData(
  experiment: ModelAndData,
  engine: Engine,
  key: Key,
  tensors: Named<Tensor>,
): Promise<Named<Tensor>> {
  const layers = scaledLayers(
    applyModel(experiment.model, batchInputs(experiment.model, experiment.data, 2)),
  )
  const probes = new Map<number, Probe>()
  let scaled = tensors
  try {
    for (const layer of layers) {
      const size = Math.min(layer.options.batchSize, rowsOf(experiment.data.train))
      const probe = probes.get(size) ?? (await probeOn(experiment, engine, key, size, layers))
      probes.set(size, probe)
      scaled = await scaledLayer(layer, probe, scaled)
    }
  } finally {
    for (const { executable } of probes.values()) await executable.release()
  }
  return scaled
}

/** Whether an experiment starts from weights that are scaled by data, in as many passes as they take. */
export function isScaledByData({ model, data, weights }: Experiment): boolean {
  if (weights) return false
  const { params } = applyModel(model, batchInputs(model, data, 2))
  return [...params.values()].some(({ init }) => isLsuv(init))
}

/** The layers with such weights, in the order in which they compute. */
function scaledLayers({ params, layers }: AppliedModel): ScaledLayer[] {
  const weightsOf = new Map<string, string[]>()
  const optionsOf = new Map<string, InitOptions<'lsuv'>>()
  for (const [name, { init }] of params) {
    if (!isLsuv(init)) continue
    const path = ownerOf(name, layers)
    weightsOf.set(path, [...(weightsOf.get(path) ?? []), name])
    optionsOf.set(path, { ...initializers.lsuv.defaults, ...init })
  }
  return [...layers].flatMap(([path, { output }]) => {
    const weights = weightsOf.get(path)
    if (!weights) return []
    return {
      path,
      name: describeOrigin(output.origin, output.op),
      weights,
      options: optionsOf.get(path)!,
    }
  })
}

const isLsuv = (init: InitConfig) => init.kind === 'lsuv'

/** The mean and the variance of the outputs of some layers on one batch. */
interface Probe {
  readonly executable: Executable
  readonly measure: (path: string, tensors: Named<Tensor>) => Promise<Spread>
}

interface Spread {
  readonly mean: number
  readonly variance: number
}

async function probeOn(
  { model, data }: ModelAndData,
  engine: Engine,
  key: Key,
  batchSize: number,
  layers: readonly ScaledLayer[],
): Promise<Probe> {
  const applied = applyModel(model, batchInputs(model, data, batchSize))
  const outputs: Record<string, Value> = {}
  for (const { path } of layers)
    Object.assign(outputs, spreadOf(path, applied.layers.get(path)!.output))
  const program = optimised(pureProgram(outputs))
  const names = [...inputsOf(program).keys()]
  const executable = await engine.compile(program)
  const order = permutation(splitKey(key, 'lsuv'), rowsOf(data.train))
  const batch = mapNamed(batchParts(data.train), rows => gatherRows(rows, order, 0, batchSize))
  return {
    executable,
    async measure(path, tensors) {
      const feeds: Named<Tensor> = { ...tensors, ...batch }
      const found = await executable.run(
        Object.fromEntries(names.map(name => [name, feeds[name]!])),
      )
      const figure = (name: string) => found[`${name}/${path}`]!.data[0]!
      return { mean: figure('mean'), variance: figure('variance') }
    },
  }
}

/** Over all elements, in two passes: a mean far from 0 costs the variance no digits. */
function spreadOf(path: string, output: Value): Named<Value> {
  const centre = mean(output)
  const distance = sub(output, centre)
  return { [`mean/${path}`]: centre, [`variance/${path}`]: mean(mul(distance, distance)) }
}

async function scaledLayer(
  { path, name, weights, options }: ScaledLayer,
  probe: Probe,
  tensors: Named<Tensor>,
): Promise<Named<Tensor>> {
  const { tolerance, iterations } = options
  let scaled = tensors
  for (let iteration = 0; ; iteration++) {
    const spread = await probe.measure(path, scaled)
    const { variance } = spread
    if (Math.abs(variance - 1) <= tolerance) return scaled
    if (isConstant(spread)) throw constantOutput(name, spread.mean)
    if (iteration === iterations) throw notReached(name, options, variance)
    const factor = 1 / Math.sqrt(variance)
    const changed = weights.map(weight => [weight, times(scaled[weight]!, factor)])
    scaled = { ...scaled, ...Object.fromEntries(changed) }
  }
}

/** Whether what varies is no more than float32 rounds of the mean. */
function isConstant({ mean, variance }: Spread): boolean {
  return !(variance > 1e-12 * mean * mean && Number.isFinite(variance))
}

function times({ dtype, shape, data }: Tensor, factor: number): Tensor {
  return { dtype, shape, data: data.map(x => x * factor) as Tensor['data'] }
}

function constantOutput(name: string, mean: number): ConfigError {
  return new ConfigError({
    who: `lsuv of ${name}`,
    expected: 'an output that varies over the training examples',
    received: `${mean.toPrecision(4)} everywhere`,
    hint: 'Look at the layers before it: a signal that they do not let through cannot be scaled',
  })
}

function notReached(
  name: string,
  { tolerance, iterations }: InitOptions<'lsuv'>,
  variance: number,
): ConfigError {
  return new ConfigError({
    who: `lsuv of ${name}`,
    expected: `a variance of 1 +- ${tolerance} after ${iterations} iterations`,
    received: variance.toPrecision(4),
    hint: 'A bias that varies by itself, such as biasInit: normal(), stands in the way: start it at zeros()',
  })
}
