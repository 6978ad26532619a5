import { ConfigError, mapNamed, type Named, type Tensor } from '../base/index.ts'
import { type Engine, type Executable, optimised, peakBytes, type State } from '../engine/index.ts'
import { inputsOf, type Program, pureProgram } from '../ir/index.ts'
import { applyModel } from '../nn/index.ts'
import { mean } from '../ops/index.ts'
import { type LayerSignals, packed, probesOf } from '../probes/index.ts'
import type { BinCounts, SignalRecord } from '../runs/index.ts'
import { batchInputs } from './batch-graph.ts'
import type { Experiment } from './experiment.ts'
import { inputUnits, type Layout, paramShapes, splitUnit, trainedUnits } from './layout.ts'
import { scoresOf } from './scoring.ts'
import { type Draws, slopesOf } from './training-program.ts'
import { updatedUnits } from './update.ts'

/**
 * Measures the signals of a step: a program of its own, with the step's forward and backward pass and its
 * update, that reads what the engine holds and changes nothing. The steps themselves stay as they are.
 */
export class Inspector {
  readonly #engine: Engine
  readonly #every: number
  readonly #program: Program
  readonly #inputs: readonly string[]
  readonly #read: (numbers: ArrayLike<number>) => readonly LayerSignals[]
  /** What is drawn anew for a step. */
  readonly draws: Draws
  #executable: Executable | undefined
  /** How many times so many steps were done when last looked. */
  #rounds: number

  /** Throws ConfigError when its program needs more memory than `inspect.mostBytes`. */
  constructor(experiment: Experiment, layout: Layout, engine: Engine, stepsDone: number) {
    const { every, bins } = experiment.inspect!
    this.#engine = engine
    this.#every = every
    this.#rounds = Math.ceil(stepsDone / every) - 1
    const { batchSize, model, data } = experiment
    const { units, tensors } = inputUnits(layout)
    const applied = applyModel(model, batchInputs(model, data, batchSize), {
      isTraining: true,
      leaf: name => tensors[name]!,
    })
    const loss = mean(scoresOf(experiment.loss, applied, data, batchSize).losses)
    const params = mapNamed(paramShapes(layout), (_, name) => tensors[name]!)
    const slopes = slopesOf(experiment, layout, loss, params)
    const next = updatedUnits(experiment, layout, units, slopes)
    const parts = Object.keys(trainedUnits(layout)).map(unit =>
      splitUnit(layout, unit, next[unit]!),
    )
    const { value, unpack } = packed<LayerSignals[]>(
      probesOf(
        {
          layers: applied.layers,
          buffers: applied.buffers,
          params,
          loss,
          next: Object.assign({}, ...parts),
          batchSize,
        },
        { detail: 'thrifty', ...(bins === undefined ? {} : { bins }) },
      ),
    )
    this.#program = optimised(pureProgram({ signals: value }))
    requireMemory(this.#program, experiment)
    this.#inputs = [...inputsOf(this.#program).keys()]
    this.#read = unpack
    this.draws = applied
  }

  /** Whether so many steps are done since it last looked; then it is to look now. */
  isDue(step: number): boolean {
    return Math.floor(step / this.#every) > this.#rounds
  }

  /** The signals of the step after `step` others, from what it is fed. */
  async look(step: number, feeds: Named<Tensor>, state: State): Promise<readonly LayerSignals[]> {
    this.#rounds = Math.floor(step / this.#every)
    this.#executable ??= await this.#engine.compile(this.#program)
    const names = this.#inputs.filter(name => Object.hasOwn(feeds, name))
    const read = Object.fromEntries(names.map(name => [name, feeds[name]!]))
    const { signals } = await this.#executable.run(read, state)
    return this.#read(signals!.data)
  }

  /** Gives the compiled program back. */
  async release(): Promise<void> {
    await this.#executable?.release()
  }
}

/** What the probes may need at once, unless asked otherwise. */
const defaultMostBytes = 2 ** 31

function requireMemory(program: Program, { inspect, batchSize }: Experiment): void {
  const { mostBytes = defaultMostBytes } = inspect!
  const bytes = peakBytes(program)
  if (bytes <= mostBytes) return
  const megabytes = (size: number) => `${(size / 1e6).toFixed(1)} MB`
  throw new ConfigError({
    who: 'inspect',
    expected: `probes that need at most ${megabytes(mostBytes)} at once (inspect.mostBytes)`,
    received: `${megabytes(bytes)} with ${batchSize} examples a batch`,
    hint: 'Allow more, take a smaller batch, or train without inspect',
  })
}

/** Signals as a recorder takes them, by tags that put one figure of all layers side by side. */
export function signalRecord(
  step: number,
  epoch: number,
  layers: readonly LayerSignals[],
): SignalRecord {
  const scalars: Record<string, number> = {}
  const histograms: Record<string, BinCounts> = {}
  for (const { path, output, activation, running, gradient, parameters } of layers) {
    const layer = path || 'model'
    const tell = (figures: Readonly<Record<string, number | undefined>>, where = layer) => {
      for (const [name, value] of Object.entries(figures))
        if (value !== undefined) scalars[`${name}/${where}`] = value
    }
    const { saturated, silent, derivative } = activation ?? {}
    tell({
      output_mean: output.mean,
      output_std: output.std,
      output_zeros: output.zeros,
      saturated: saturated && saturated.low + saturated.high,
      silent,
      derivative_mean: derivative?.mean,
      derivative_small: derivative?.small,
      running_mean_drift: running?.mean,
      running_variance_drift: running?.variance,
      gradient_rms: gradient?.rms,
    })
    histograms[`output/${layer}`] = output.histogram
    if (gradient) histograms[`gradient/${layer}`] = gradient.histogram
    for (const [name, { norm, gradient, updateRatio, histogram }] of Object.entries(parameters)) {
      const where = path ? `${path}.${name}` : name
      tell(
        {
          parameter_norm: norm,
          parameter_gradient_norm: gradient?.norm,
          parameter_gradient_rms: gradient?.rms,
          // Of a parameter that is still 0 there is no ratio.
          update_ratio: norm > 0 ? updateRatio : undefined,
        },
        where,
      )
      histograms[`parameter/${where}`] = histogram
      if (gradient) histograms[`parameter_gradient/${where}`] = gradient.histogram
    }
  }
  return { step, epoch, scalars, histograms }
}
