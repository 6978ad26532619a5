import {
  type Key,
  mapNamed,
  type Named,
  prefixNamed,
  sizeOf,
  splitKey,
  type Tensor,
  unprefixNamed,
  zerosTensor,
} from '../base/index.ts'
import { type Dataset, epochOrder, rowsOf } from '../data/index.ts'
import type { Engine, Executable, State } from '../engine/index.ts'
import { initialize } from '../init/index.ts'
import type { MaskSpec } from '../nn/index.ts'
import type { EpochRecord, StepRecord } from '../runs/index.ts'
import { Batcher } from './batcher.ts'
import type { Experiment } from './experiment.ts'
import { requireTensors } from './guards.ts'
import { type Layout, packUnits, paramShapes, trainedUnits, unpackUnits } from './layout.ts'
import { stepFlops, type TensorSpec, tensorsOf, trainingProgram } from './programs.ts'
import { rateAfter } from './rate.ts'
import { scalarsAt, slotName, slotsOf } from './update.ts'

/** Work in one call of an engine that does not say: it hides the cost, and a signal waits for it. */
const usualCallMs = 40
/** A cautious rate, to turn operations into time before anything was measured. */
const flopsPerMs = 1e8
const mostStepsPerCall = 50

/** The steps in one call that take about as long as the engine asks for. */
export function chooseStepsPerCall(
  layout: Layout,
  batchSize: number,
  { callMs = usualCallMs }: Pick<Engine, 'callMs'> = {},
): number {
  const stepMs = stepFlops(layout, batchSize) / flopsPerMs
  return Math.max(1, Math.min(mostStepsPerCall, Math.round(callMs / Math.max(stepMs, 0.01))))
}

/**
 * The steps in one call, at most so many, that share out the whole batches of an epoch evenly: those
 * left over are made one by one.
 */
export function evenSteps(most: number, wholeBatches: number): number {
  return Math.floor(wholeBatches / Math.ceil(wholeBatches / most))
}

/** The tensors that a run starts from: drawn parameters and buffers, and optimiser tensors of zeros. */
export function initialTensors(experiment: Experiment, key: Key): Named<Tensor> {
  const draw = ({ shape, init }: TensorSpec, name: string) =>
    initialize(init, shape, splitKey(key, 'init', name))
  const specs = tensorsOf(experiment)
  const params = mapNamed(specs.params, draw)
  const zeros = slotsOf(experiment.optimizer).flatMap(slot =>
    Object.entries(params).map(([name, { dtype, shape }]) => [
      slotName(slot, name),
      zerosTensor(dtype, shape),
    ]),
  )
  return { ...params, ...mapNamed(specs.buffers, draw), ...Object.fromEntries(zeros) }
}

/** A compiled step, and the masks it wants. */
interface CompiledStep {
  readonly executable: Executable
  readonly batcher: Batcher
}

/** Runs the training steps of an experiment on an engine. */
export class Trainer {
  readonly state: State
  readonly stepsPerEpoch: number
  readonly #experiment: Experiment
  readonly #layout: Layout
  readonly #trained: Layout['units']
  readonly #engine: Engine
  readonly #key: Key
  readonly #stepsPerCall: number
  readonly #compiled = new Map<string, CompiledStep>()
  #order: { readonly epoch: number; readonly rows: Uint32Array } | undefined

  constructor(
    experiment: Experiment,
    layout: Layout,
    engine: Engine,
    key: Key,
    stepsPerCall: number,
    tensors: Named<Tensor>,
  ) {
    this.#experiment = experiment
    this.#layout = layout
    this.#trained = trainedUnits(layout)
    this.#engine = engine
    this.#key = key
    this.#stepsPerCall = stepsPerCall
    this.stepsPerEpoch = Math.ceil(rowsOf(experiment.data.train) / experiment.batchSize)
    this.state = engine.createState(this.#toUnits(tensors))
  }

  /**
   * Makes the next steps of an epoch, as many as one call holds, and returns what they scored.
   * `step` counts the steps done before, over the whole run; `history` has the epochs done, by which
   * some schedules go.
   */
  async advance(step: number, history: readonly EpochRecord[] = []): Promise<StepRecord[]> {
    const { train } = this.#experiment.data
    const { batchSize, optimizer } = this.#experiment
    const epoch = Math.floor(step / this.stepsPerEpoch)
    const start = (step % this.stepsPerEpoch) * batchSize
    const left = rowsOf(train) - start
    const size = Math.min(batchSize, left)
    const steps = left >= this.#stepsPerCall * batchSize ? this.#stepsPerCall : 1
    const { executable, batcher } = await this.#step(size, steps)
    const rates = Array.from({ length: steps }, (_, i) =>
      rateAfter(this.#experiment, this.stepsPerEpoch, step + i, history),
    )
    const feeds = batcher.feeds({
      step,
      steps,
      batchSize: size,
      order: this.#orderOf(epoch, train),
      start,
      scalars: t => scalarsAt(optimizer, t, rates[t - step - 1]!),
    })
    const { loss, correct } = await executable.run(feeds, this.state)
    return Array.from({ length: steps }, (_, i) => ({
      step: step + i + 1,
      epoch: epoch + 1,
      loss: loss!.data[i]!,
      ...(correct ? { accuracy: correct.data[i]! / size } : {}),
      learningRate: rates[i]!,
      examples: size,
    }))
  }

  /** A copy of the parameters, and of the optimiser's tensors under their own names. */
  async tensors(): Promise<Named<Tensor>> {
    const units = await this.state.read()
    const tensors = { ...unpackUnits(this.#layout, units) }
    for (const prefix of this.#slotPrefixes()) {
      const slot = unpackUnits(this.#layout, unprefixNamed(prefix, units), this.#trained)
      Object.assign(tensors, prefixNamed(prefix, slot))
    }
    return tensors
  }

  /** Gives the compiled programs back. */
  async release(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.release()
    this.#compiled.clear()
  }

  #toUnits(tensors: Named<Tensor>): Named<Tensor> {
    requireTensors(tensors, this.#layout, this.#slotPrefixes())
    const units = { ...packUnits(this.#layout, tensors) }
    for (const prefix of this.#slotPrefixes()) {
      const slot = packUnits(this.#layout, unprefixNamed(prefix, tensors), this.#trained)
      Object.assign(units, prefixNamed(prefix, slot))
    }
    return units
  }

  #slotPrefixes(): string[] {
    return slotsOf(this.#experiment.optimizer).map(slot => slotName(slot, ''))
  }

  #orderOf(epoch: number, { inputs }: Dataset): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const { shuffle = true } = this.#experiment
      const key = splitKey(this.#key, 'shuffle')
      this.#order = { epoch, rows: epochOrder(key, inputs.shape[0]!, epoch, shuffle) }
    }
    return this.#order!.rows
  }

  async #step(batchSize: number, steps: number): Promise<CompiledStep> {
    const key = `${batchSize} ${steps}`
    const known = this.#compiled.get(key)
    if (known) return known
    const { program, masks } = trainingProgram(this.#experiment, this.#layout, batchSize)
    const made = {
      executable: await this.#engine.compile(program, { stepsPerCall: steps }),
      batcher: this.#batcher(masks),
    }
    this.#compiled.set(key, made)
    return made
  }

  #batcher(masks: ReadonlyMap<string, MaskSpec>): Batcher {
    const { data, augment = [] } = this.#experiment
    return new Batcher(data.train, masks, this.#key, augment)
  }
}

/** The number of parameters. */
export function countParameters(layout: Layout): number {
  return Object.values(paramShapes(layout)).reduce((total, shape) => total + sizeOf(shape), 0)
}
