import { ConfigError } from '../base/index.ts'
import { optimised, peakBytes } from '../engine/index.ts'
import type { Program } from '../ir/index.ts'
import { type LayerSignals, type Packed, packed, probesOf } from '../probes/index.ts'
import type { BinCounts, EpochRecord, SignalRecord, StepRecord } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'
import { inputUnits, type Layout, splitUnit, trainedUnits } from './layout.ts'
import type { Trainer } from './trainer.ts'
import { forwardPass, nextState, type TrainingProgram } from './training-program.ts'

/** Makes the steps that are measured, and says which they are. */
export class Inspector {
  readonly #every: number
  readonly #program: InspectedProgram
  /** How many times so many steps were done when last looked. */
  #rounds: number

  /** Throws ConfigError when its program needs more memory than `inspect.mostBytes`. */
  constructor(experiment: Experiment, layout: Layout, stepsDone: number) {
    const { every } = experiment.inspect!
    this.#every = every
    this.#rounds = Math.ceil(stepsDone / every) - 1
    this.#program = inspectedProgram(experiment, layout)
    requireMemory(this.#program.program, experiment)
  }

  /** Whether so many steps are done since it last looked; then it is to look now. */
  isDue(step: number): boolean {
    return Math.floor(step / this.#every) > this.#rounds
  }

  /** Makes the step after `step` others, which has a whole batch, and tells of its signals. */
  async advance(
    trainer: Trainer,
    step: number,
    history: readonly EpochRecord[] = [],
  ): Promise<{ readonly record: StepRecord; readonly signals: SignalRecord }> {
    this.#rounds = Math.floor(step / this.#every)
    const { record, outputs } = await trainer.advanceBy(this.#program, step, history)
    const layers = this.#program.unpack(outputs.signals!.data)
    return { record, signals: signalRecord(record.step, record.epoch, layers) }
  }
}

/** A step that tells what it comes by. */
interface InspectedProgram extends TrainingProgram, Pick<Packed<LayerSignals[]>, 'unpack'> {}

/** A step of a whole batch with the signals of its layers as one more output, `signals`. */
function inspectedProgram(experiment: Experiment, layout: Layout): InspectedProgram {
  const { batchSize, inspect } = experiment
  const { units, tensors } = inputUnits(layout)
  const pass = forwardPass(experiment, layout, tensors, batchSize)
  const state = nextState(experiment, layout, units, pass)
  const { applied, outputs, params } = pass
  const next = Object.keys(trainedUnits(layout)).map(unit => splitUnit(layout, unit, state[unit]!))
  const { value, unpack } = packed<LayerSignals[]>(
    probesOf(
      {
        layers: applied.layers,
        buffers: applied.buffers,
        params,
        loss: outputs.loss!,
        next: Object.assign({}, ...next),
        batchSize,
      },
      { detail: 'thrifty', ...(inspect!.bins === undefined ? {} : { bins: inspect!.bins }) },
    ),
  )
  const program = optimised({ outputs: { ...outputs, signals: value }, state })
  return { program, draws: applied, unpack }
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
function signalRecord(step: number, epoch: number, layers: readonly LayerSignals[]): SignalRecord {
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
