import {
  ConfigError,
  fillNormal,
  formatShape,
  type Key,
  keyOf,
  mapNamed,
  type Named,
  permutation,
  requirements,
  requireSetting,
  type Shape,
  ShapeError,
  sizeOf,
  splitKey,
  type Tensor,
  tensorOf,
  zerosTensor,
} from '../base/index.ts'
import { type DataSource, rowsOf } from '../data/index.ts'
import { type Engine, type Executable, engineOfRun, optimised, workOf } from '../engine/index.ts'
import { div, input, inputsOf, mul, type Program, pureProgram, sum } from '../ir/index.ts'
import { type AppliedModel, applyModel, type LayerConfig, type LossConfig } from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import {
  type LayerSignals,
  type Packed,
  type ProbeOptions,
  packed,
  probesOf,
  type SignalReport,
  spreadOf,
  type TheoryStep,
  theoryFor,
  theoryStepsOf,
} from '../probes/index.ts'
import { batchInputs } from './batch-graph.ts'
import { Batcher } from './batcher.ts'
import type { FitSettings } from './experiment.ts'
import { requireTensors } from './guards.ts'
import { layoutOf } from './layout.ts'
import { scaledByData } from './lsuv.ts'
import { drawnTensors, tensorsOf } from './model-tensors.ts'
import { scoresOf } from './scoring.ts'

/** What signals are sent through, and how. An experiment is one, with what it has more. */
export type SignalOptions = ProbeOptions & SignalBatch & SignalSettings

/** Rows of an experiment's training data, or inputs of one's own. */
export type SignalBatch =
  | { readonly data: DataSource; readonly inputs?: undefined }
  | {
      /** A batch [B, ...], or the shape of one that is drawn from N(0, 1) by the seed. */
      readonly inputs: Tensor | Shape
      readonly targets?: Tensor
      readonly data?: undefined
    }

/** The model, and where its gradients come from. */
export interface SignalSettings {
  readonly model: LayerConfig
  readonly loss?: LossConfig
  /** Decides drawn weights, masks, rows and factors as it does for `fit`; default 0. */
  readonly seed?: number
  /** Parameters and buffers by path, of a trained model for example, instead of drawn ones. */
  readonly weights?: Named<Tensor>
  /**
   * What gradients are of: the `loss`, by default where there is one, or the sum of all outputs with
   * factors drawn from N(0, 1), which tells what the layers alone do to a gradient.
   */
  readonly upstream?: 'loss' | 'normal'
  /** Examples; by default all inputs given, and 256 of training data. */
  readonly examples?: number
  readonly engine?: FitSettings['engine']
}

/** The name under which the factors of outputs are fed. */
const factorsName = 'probe/factors'

/** Rows of training data that are sent, unless asked otherwise. */
const defaultExamples = 256

/**
 * Sends a batch forward and its gradients back through a model as training starts it, or with given
 * weights, and returns the signals of every layer beside what theory expects of them. One compiled graph,
 * in training mode: with masks, and batch normalisation by the batch.
 * Throws ConfigError when gradients of a loss are asked for and there is no loss or there are no targets,
 * ShapeError when the inputs are no batch, RunError when weights are not the model's.
 */
export async function signals(options: SignalOptions): Promise<SignalReport> {
  const [report] = await signalsOfSeeds({ ...options, seeds: [options.seed ?? 0] })
  return report!
}

/** The signals of a model for each of some seeds, by one compiled graph. Throws as `signals`. */
export async function signalsOfSeeds(
  options: SignalOptions & { readonly seeds: readonly number[] },
): Promise<SignalReport[]> {
  const { model, weights, seeds } = options
  const dataFor = (key: Key) =>
    options.data ?? sourceOfInputs(inputsFor(options.inputs, key), options.targets)
  const data = dataFor(keyOf(seeds[0] ?? 0))
  const examples = examplesOf(options, rowsOf(data.train))
  const upstream = upstreamOf(options)
  const applied = applyModel(model, batchInputs(model, data, examples), { isTraining: true })
  const { program, unpack } = signalProgram(options, applied, data, examples, upstream)
  const { engine } = await engineOfRun(options.engine, workOf(program))
  const known = weights && ownWeights(weights, model, data)
  const steps = weights ? new Map() : theoryStepsOf(applied)
  const executable = await engine.compile(program)
  try {
    const reports: SignalReport[] = []
    for (const seed of seeds) {
      const key = keyOf(seed)
      const data = dataFor(key)
      const numbers = await numbersOf(executable, program, {
        ...(known ?? (await startWeights(model, data, engine, key))),
        ...batchFeeds(options, data, applied, examples, key),
        [factorsName]: normalTensor(applied.output.shape, splitKey(key, 'factors')),
      })
      reports.push(withTheory(steps, { examples, upstream, ...unpack(numbers) }))
    }
    return reports
  } finally {
    await executable.release()
  }
}

/** A batch's way through a model and back, with all statistics of it packed as one output. */
function signalProgram(
  options: SignalOptions,
  applied: AppliedModel,
  data: DataSource,
  batchSize: number,
  upstream: SignalReport['upstream'],
): { program: Program; unpack: Packed<Measured>['unpack'] } {
  const { output, layers, buffers } = applied
  const loss =
    upstream === 'loss'
      ? mean(scoresOf(options.loss!, applied, data, batchSize).losses)
      : div(sum(mul(output, input(factorsName, output.shape))), batchSize)
  const params = mapNamed(Object.fromEntries(applied.params), ({ value }) => value)
  const { value, unpack } = packed<Measured>({
    ...(upstream === 'loss' && { loss }),
    inputs: spreadOf(layers.get('')!.inputs[0]!),
    layers: probesOf({ layers, buffers, params, loss, batchSize }, options),
  })
  return { program: optimised(pureProgram({ signals: value })), unpack }
}

/** A report with theory's values at the layers that it knows. */
function withTheory(
  steps: ReadonlyMap<string, TheoryStep>,
  measured: Omit<SignalReport, 'layers'> & Measured,
): SignalReport {
  const theory = theoryFor(steps, measured)
  const layers = measured.layers.map(layer => {
    const expected = theory.get(layer.path)
    return expected ? { ...layer, theory: expected } : layer
  })
  return { ...measured, layers }
}

/** What is measured in the graph. */
type Measured = Pick<SignalReport, 'loss' | 'inputs'> & { readonly layers: readonly LayerSignals[] }

function inputsFor(inputs: Tensor | Shape, key: Key): Tensor {
  return 'data' in inputs ? inputs : normalTensor(inputs, splitKey(key, 'inputs'))
}

/** A source whose one split are inputs of one's own. */
function sourceOfInputs(inputs: Tensor, targets?: Tensor): DataSource {
  const [rows] = inputs.shape
  if (!rows)
    throw new ShapeError({
      who: 'signals',
      expected: 'a batch of inputs [B, ...]',
      received: formatShape(inputs.shape),
    })
  return {
    train: { name: 'inputs', inputs, targets: targets ?? zerosTensor('float32', [rows]) },
    description: { source: 'inputs', hash: '', rows: { train: rows } },
  }
}

function examplesOf({ examples, data }: SignalOptions, rows: number): number {
  const wanted = examples ?? (data ? defaultExamples : rows)
  requireSetting('signals, examples', wanted, requirements.count)
  return Math.min(wanted, rows)
}

function upstreamOf({ upstream, loss, data, targets }: SignalOptions & { targets?: Tensor }) {
  const lacking = !loss ? 'no loss' : !data && !targets ? 'no targets' : undefined
  if (upstream === 'loss' && lacking)
    throw new ConfigError({
      who: 'signals, upstream',
      expected: 'a loss and targets, to take gradients of the loss',
      received: lacking,
      hint: "With upstream: 'normal' neither is needed",
    })
  return upstream ?? (lacking ? 'normal' : 'loss')
}

/** Given weights, which have to be all that the model has, and no others. */
function ownWeights(weights: Named<Tensor>, model: LayerConfig, data: DataSource): Named<Tensor> {
  const { params, buffers } = tensorsOf({ model, data })
  const layout = layoutOf(mapNamed({ ...params, ...buffers }, ({ shape }) => shape))
  requireTensors(weights, layout, [{ prefix: '', units: layout.units }], 'weights')
  return weights
}

/** What training starts from: drawn, and scaled by data where an initialiser asks for it. */
function startWeights(
  model: LayerConfig,
  data: DataSource,
  engine: Engine,
  key: Key,
): Promise<Named<Tensor>> {
  const { params, buffers } = drawnTensors(tensorsOf({ model, data }), key)
  return scaledByData({ model, data }, engine, key, { ...params, ...buffers })
}

/** A batch with its masks and noise: rows of data at random, inputs of one's own in their order. */
function batchFeeds(
  { data: isData }: SignalOptions,
  { train }: DataSource,
  draws: AppliedModel,
  batchSize: number,
  key: Key,
): Named<Tensor> {
  const rows = rowsOf(train)
  const order = isData
    ? permutation(splitKey(key, 'signals'), rows)
    : Uint32Array.from({ length: rows }, (_, i) => i)
  const call = { step: 0, steps: 1, batchSize, order, start: 0, scalars: () => ({}) }
  return new Batcher(train, draws, key).feeds(call)
}

function normalTensor(shape: Shape, key: Key): Tensor {
  const data = new Float32Array(sizeOf(shape))
  fillNormal(key, data, 0, 1)
  return tensorOf('float32', shape, data)
}

/** The numbers of a program's only output. */
async function numbersOf(executable: Executable, program: Program, feeds: Named<Tensor>) {
  const names = [...inputsOf(program).keys()]
  const results = await executable.run(Object.fromEntries(names.map(name => [name, feeds[name]!])))
  return Object.values(results)[0]!.data
}
