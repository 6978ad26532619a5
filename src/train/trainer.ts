import {
  type Key,
  type Named,
  prefixNamed,
  splitKey,
  type Tensor,
  unprefixNamed,
} from '../base/index.ts'
import { type Dataset, epochOrder, rowsOf } from '../data/index.ts'
import type { Engine, Executable, State } from '../engine/index.ts'
import { bestPrefix, type EpochRecord, type StepRecord } from '../runs/index.ts'
import { Batcher } from './batcher.ts'
import {
  type Family,
  familiesOf,
  packFamilies,
  scoredPrefix,
  scoredTensors,
  unpackFamilies,
} from './carried.ts'
import type { Experiment } from './experiment.ts'
import { type BadValue, firstBadValue } from './first-bad-value.ts'
import { requireTensors } from './guards.ts'
import { type Layout, packUnits, tensorAt } from './layout.ts'
import { rateAfter } from './rate.ts'
import { type Draws, type TrainingProgram, trainingProgram } from './training-program.ts'
import { scalarsAt } from './update.ts'

/** What a trainer works with. */
export interface TrainerSetup {
  readonly experiment: Experiment
  readonly layout: Layout
  /** The step of a whole batch. */
  readonly step: TrainingProgram
  readonly engine: Engine
  /** Decides the order of rows, masks and augmentation. */
  readonly key: Key
  readonly stepsPerCall: number
  /** What the run starts from, or goes on from. */
  readonly tensors: Named<Tensor>
}

/** A compiled step, and what feeds it. */
interface CompiledStep {
  readonly executable: Executable
  readonly batcher: Batcher
}

/** Programs, beyond which calls of yet another number of steps are made step by step. */
const mostCompiled = 8

const keyOfCall = (batchSize: number, steps: number) => `${batchSize} ${steps}`

/** Runs the training steps of an experiment on an engine. */
export class Trainer {
  readonly stepsPerEpoch: number
  /** What the rates of the schedule are multiplied by. */
  rateFactor = 1
  readonly #experiment: Experiment
  readonly #layout: Layout
  readonly #families: readonly Family[]
  readonly #engine: Engine
  readonly #key: Key
  readonly #stepsPerCall: number
  readonly #step: TrainingProgram
  readonly #compiled = new Map<string, CompiledStep>()
  #state: State
  #best: Named<Tensor> | undefined
  #order: { readonly epoch: number; readonly rows: Uint32Array } | undefined

  constructor({ experiment, layout, step, engine, key, stepsPerCall, tensors }: TrainerSetup) {
    this.#experiment = experiment
    this.#layout = layout
    this.#families = familiesOf(experiment, layout)
    this.#engine = engine
    this.#key = key
    this.#stepsPerCall = stepsPerCall
    this.#step = step
    this.stepsPerEpoch = Math.ceil(rowsOf(experiment.data.train) / experiment.batchSize)
    const kept = Object.entries(unprefixNamed(bestPrefix, tensors))
    const isKept = this.#restoresBest && kept.length > 0
    requireTensors(tensors, layout, [
      ...this.#families,
      ...(isKept ? [{ prefix: bestPrefix, units: layout.units }] : []),
    ])
    this.#best = isKept ? Object.fromEntries(kept) : undefined
    this.#state = engine.createState(packFamilies(layout, this.#families, tensors))
  }

  /** What the engine holds between steps. */
  get state(): State {
    return this.#state
  }

  /** Whether steps can be made again: not where other runs make theirs in the same calls. */
  get canReplay(): boolean {
    return !this.#engine.isShared
  }

  /** The parameters of the best epoch so far, where they are kept. */
  get best(): Named<Tensor> | undefined {
    return this.#best
  }

  /** Takes back what `state` held once, and `best` where that is to go back too. */
  restore(tensors: Named<Tensor>, best = this.#best): void {
    this.#state = this.#engine.createState(tensors)
    this.#best = best
  }

  /**
   * Makes the next steps of an epoch, as many as one call holds, and returns what they scored.
   * `step` counts the steps done before, over the whole run; `history` has the epochs done, by which
   * some schedules go.
   */
  async advance(
    step: number,
    history: readonly EpochRecord[] = [],
    most = this.#stepsPerCall,
  ): Promise<StepRecord[]> {
    const { size, left } = this.batchAt(step)
    const steps = this.#stepsOfCall(size, Math.min(most, Math.floor(left / size)))
    const compiled = await this.#compiledAs(keyOfCall(size, steps), steps, () =>
      this.#program(size),
    )
    return (await this.#make(compiled, step, steps, history)).records
  }

  /** Makes the next step by a program of a whole batch that does the same and gives more. */
  async advanceBy(
    program: TrainingProgram,
    step: number,
    history: readonly EpochRecord[],
  ): Promise<{ readonly record: StepRecord; readonly outputs: Named<Tensor> }> {
    const compiled = await this.#compiledAs('given', 1, () => program)
    const { records, outputs } = await this.#make(compiled, step, 1, history)
    return { record: records[0]!, outputs }
  }

  /** Looks into the next step, without making it: the first of its values that is not finite. */
  async firstBadValue(
    step: number,
    history: readonly EpochRecord[],
  ): Promise<BadValue | undefined> {
    const { program, draws } = this.#program(this.batchAt(step).size)
    const { feeds } = this.#feedsOf(this.#batcher(draws), step, 1, history)
    return firstBadValue(program, this.#engine, feeds, await this.#state.read(), (unit, element) =>
      tensorAt(this.#layout, unit, element),
    )
  }

  /**
   * A copy of the parameters and buffers, of the optimiser's tensors and of averages under names of
   * their own, and of the best epoch's parameters where they are kept.
   */
  async tensors(): Promise<Named<Tensor>> {
    const tensors = unpackFamilies(this.#layout, this.#families, await this.#state.read())
    return this.#best ? { ...tensors, ...prefixNamed(bestPrefix, this.#best) } : tensors
  }

  /** Whether the parameters of the best epoch are kept so far. */
  get keepsBest(): boolean {
    return this.#best !== undefined
  }

  /** Keeps what is scored now, at the end of the best epoch so far, if the best is to be the result. */
  async keepBest(): Promise<void> {
    if (this.#restoresBest)
      this.#best = scoredTensors(this.#experiment, this.#layout, await this.tensors())
  }

  /** The parameters and buffers that training comes to, and a state to score them in. */
  async result(): Promise<{ tensors: Named<Tensor>; state: State }> {
    const [experiment, layout, best] = [this.#experiment, this.#layout, this.#best]
    if (!best)
      return {
        tensors: scoredTensors(experiment, layout, await this.tensors()),
        state: this.#state,
      }
    const units = prefixNamed(scoredPrefix(experiment), packUnits(layout, best))
    return { tensors: best, state: this.#engine.createState(units) }
  }

  /** Gives the compiled programs back. */
  async release(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.release()
    this.#compiled.clear()
  }

  get #restoresBest(): boolean {
    return this.#experiment.earlyStopping?.restoreBest === true
  }

  /** Examples of the next step, and how many are left in its epoch, its own included. */
  batchAt(step: number): { readonly size: number; readonly left: number } {
    const { data, batchSize } = this.#experiment
    const left = rowsOf(data.train) - (step % this.stepsPerEpoch) * batchSize
    return { size: Math.min(batchSize, left), left }
  }

  /** As many as are wanted, where that many can be made at once; else one. */
  #stepsOfCall(batchSize: number, wanted: number): number {
    const isKnown = this.#compiled.has(keyOfCall(batchSize, wanted))
    return isKnown || this.#compiled.size < mostCompiled ? wanted : 1
  }

  async #make(
    { executable, batcher }: CompiledStep,
    step: number,
    steps: number,
    history: readonly EpochRecord[],
  ) {
    const { size } = this.batchAt(step)
    const { feeds, rates } = this.#feedsOf(batcher, step, steps, history)
    const outputs = await executable.run(feeds, this.#state)
    const { loss, correct } = outputs
    const records = rates.map((learningRate, i) => ({
      step: step + i + 1,
      epoch: Math.floor(step / this.stepsPerEpoch) + 1,
      loss: loss!.data[i]!,
      ...(correct ? { accuracy: correct.data[i]! / size } : {}),
      learningRate,
      examples: size,
    }))
    return { records, outputs }
  }

  #feedsOf(batcher: Batcher, step: number, steps: number, history: readonly EpochRecord[]) {
    const { data, batchSize } = this.#experiment
    const rates = Array.from(
      { length: steps },
      (_, i) =>
        this.rateFactor * rateAfter(this.#experiment, this.stepsPerEpoch, step + i, history),
    )
    const feeds = batcher.feeds({
      step,
      steps,
      batchSize: this.batchAt(step).size,
      order: this.#orderOf(Math.floor(step / this.stepsPerEpoch), data.train),
      start: (step % this.stepsPerEpoch) * batchSize,
      scalars: t =>
        scalarsAt(this.#experiment, {
          step: t,
          stepsPerEpoch: this.stepsPerEpoch,
          learningRate: rates[t - step - 1]!,
        }),
    })
    return { feeds, rates }
  }

  #orderOf(epoch: number, { inputs }: Dataset): Uint32Array {
    if (this.#order?.epoch !== epoch) {
      const { shuffle = true } = this.#experiment
      const key = splitKey(this.#key, 'shuffle')
      this.#order = { epoch, rows: epochOrder(key, inputs.shape[0]!, epoch, shuffle) }
    }
    return this.#order!.rows
  }

  async #compiledAs(
    key: string,
    stepsPerCall: number,
    make: () => TrainingProgram,
  ): Promise<CompiledStep> {
    const known = this.#compiled.get(key)
    if (known) return known
    const { program, draws } = make()
    const made = {
      executable: await this.#engine.compile(program, { stepsPerCall }),
      batcher: this.#batcher(draws),
    }
    this.#compiled.set(key, made)
    return made
  }

  #program(batchSize: number): TrainingProgram {
    if (batchSize === this.#experiment.batchSize) return this.#step
    return trainingProgram(this.#experiment, this.#layout, batchSize)
  }

  #batcher(draws: Draws): Batcher {
    const { data, augment = [] } = this.#experiment
    return new Batcher(data.train, draws, this.#key, augment)
  }
}
