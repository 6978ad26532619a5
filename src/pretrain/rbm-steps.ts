import {
  breathe,
  dtypes,
  type Key,
  type Named,
  type NumericArray,
  RunError,
  sizeOf,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import { epochOrder, gatherRows, type Rows } from '../data/index.ts'
import {
  chooseStepsPerCall,
  type Engine,
  type Executable,
  evenSteps,
  type State,
  workOf,
} from '../engine/index.ts'
import { factorOf } from '../optim/index.ts'
import { NoiseFeeds, type NoiseSpec } from './noise.ts'
import type { RbmConfig } from './rbm.ts'
import { type RbmStep, rbmStep, rowsName, type Scaling } from './rbm-step.ts'

/** What the steps of a machine are made with. */
export interface RbmStepsSetup {
  readonly config: RbmConfig
  readonly rows: Rows
  readonly scaling: Scaling
  readonly epochs: number
  readonly batchSize: number
  readonly shuffle: boolean
  readonly key: Key
  readonly engine: Engine
  readonly state: State
  /** The step of a whole batch. */
  readonly step: RbmStep
}

interface CompiledStep {
  readonly executable: Executable
  readonly noise: ReadonlyMap<string, NoiseSpec>
}

/** Makes the steps of a machine's learning, epoch by epoch. */
export class RbmSteps {
  readonly #setup: RbmStepsSetup
  readonly #stepsPerEpoch: number
  readonly #stepsPerCall: number
  readonly #compiled = new Map<string, CompiledStep>()
  readonly #noise: NoiseFeeds
  readonly #buffers = new Map<number, NumericArray>()

  constructor(setup: RbmStepsSetup) {
    const { rows, batchSize, engine, step } = setup
    const count = rows.shape[0]!
    this.#setup = setup
    this.#noise = new NoiseFeeds(setup.key)
    this.#stepsPerEpoch = Math.ceil(count / batchSize)
    const most = chooseStepsPerCall(workOf(step.program), engine)
    this.#stepsPerCall = evenSteps(most, Math.floor(count / batchSize))
  }

  /**
   * Learns from every row once, given the squared errors of the epochs done. Returns the mean squared
   * error over the rows, or nothing when the signal stopped it.
   * Throws RunError when it is not finite.
   */
  async epoch(errors: readonly number[], signal?: AbortSignal): Promise<number | undefined> {
    const { rows, batchSize, shuffle, key } = this.#setup
    const count = rows.shape[0]!
    const order = epochOrder(splitKey(key, 'shuffle'), count, errors.length, shuffle)
    let total = 0
    for (let start = 0; start < count; ) {
      if (signal?.aborted) return undefined
      const size = Math.min(batchSize, count - start)
      const steps = count - start >= this.#stepsPerCall * batchSize ? this.#stepsPerCall : 1
      const { executable, noise } = await this.#compiledStep(size, steps)
      const step = errors.length * this.#stepsPerEpoch + start / batchSize
      const lead = steps === 1 ? [] : [steps]
      const { squaredError } = await executable.run(
        {
          [rowsName]: this.#rows(order, start, size, steps, lead),
          ...this.#noise.feeds(noise, step, steps),
          ...this.#scalars(errors, step, steps, lead),
        },
        this.#setup.state,
      )
      for (const error of squaredError!.data) total += error * size
      if (!Number.isFinite(total)) this.#refuse(step, errors.length)
      start += steps * size
      await breathe()
    }
    return total / count
  }

  /** Gives the compiled programs back. */
  async release(): Promise<void> {
    for (const { executable } of this.#compiled.values()) await executable.release()
    this.#compiled.clear()
  }

  async #compiledStep(size: number, steps: number): Promise<CompiledStep> {
    const key = `${size} ${steps}`
    const known = this.#compiled.get(key)
    if (known) return known
    const { config, rows, scaling, batchSize, step, engine } = this.#setup
    const { program, noise } =
      size === batchSize ? step : rbmStep(config, rows, scaling, size, batchSize)
    const made = { executable: await engine.compile(program, { stepsPerCall: steps }), noise }
    this.#compiled.set(key, made)
    return made
  }

  #rows(order: Uint32Array, start: number, size: number, steps: number, lead: number[]): Tensor {
    const { rows } = this.#setup
    const row = rows.shape.slice(1)
    const count = steps * size
    const out = this.#buffers.get(count) ?? new dtypes[rows.dtype].array(count * sizeOf(row))
    this.#buffers.set(count, out)
    const { data } = gatherRows(rows, order, start, count, out)
    return { dtype: rows.dtype, shape: [...lead, size, ...row], data }
  }

  #scalars(errors: readonly number[], step: number, steps: number, lead: number[]): Named<Tensor> {
    const { momentum } = this.#setup.config
    const isLater = errors.length + 1 >= momentum.laterFrom
    const scalar = (of: (step: number) => number): Tensor => ({
      dtype: 'float32',
      shape: lead,
      data: Float32Array.from({ length: steps }, (_, i) => of(step + i)),
    })
    return {
      learningRate: scalar(at => this.#rate(errors, at)),
      momentum: scalar(() => (isLater ? momentum.later : momentum.first)),
    }
  }

  #rate(errors: readonly number[], step: number): number {
    const { config, epochs } = this.#setup
    if (!config.schedule) return config.learningRate
    const stepsPerEpoch = this.#stepsPerEpoch
    const scores = errors.map(loss => ({ loss }))
    const at = { step, start: 0, end: epochs * stepsPerEpoch, stepsPerEpoch, scores }
    return config.learningRate * factorOf(config.schedule, at)
  }

  #refuse(step: number, epochs: number): never {
    throw new RunError({
      who: `rbm, after step ${step} (epoch ${epochs + 1})`,
      expected: 'a finite squared error',
      received: 'one that is not',
      hint: 'Lower the learning rate; Gaussian units need about a hundredth of that of Bernoulli ones',
    })
  }
}
