import { ConfigError, keyOf, splitKey } from '../base/index.ts'
import { type Rows, rowRange, rowSizeOf } from '../data/index.ts'
import { type EngineOption, engineOfRun, workOf } from '../engine/index.ts'
import { firstCarried, firstWeights } from './first-tensors.ts'
import { checkRbm, type RbmConfig } from './rbm.ts'
import { type RbmWeights, rbmValues, sidesOf, weightInputs, weightsIn } from './rbm-graph.ts'
import { freeEnergyOf, measuresOf, type RbmMeasures } from './rbm-measures.ts'
import { rbmStep } from './rbm-step.ts'
import { RbmSteps } from './rbm-steps.ts'
import { RowPrograms } from './row-programs.ts'
import { type Rbm, trainedRbm } from './trained-rbm.ts'
import { checkUnlabelled, type Unlabelled } from './unlabelled.ts'

/** What a machine learns from, for how long, and how it is run. */
export interface FitRbmOptions {
  readonly data: Unlabelled
  /** Passes over the training rows. */
  readonly epochs: number
  /** Rows of a step, and persistent chains; default 100. */
  readonly batchSize?: number
  /** Decides initial weights, order and draws; default 0. */
  readonly seed?: number
  /** Whether every epoch sees the rows in a new order; default true. */
  readonly shuffle?: boolean
  /** Parameters to start from instead of drawn ones. */
  readonly weights?: RbmWeights
  /** An engine, its name, or what chooses one by the work of a step; by default the fastest here. */
  readonly engine?: EngineOption
  /** Stops after the step under way. */
  readonly signal?: AbortSignal
  /** Told of every epoch that is done; a promise is awaited. */
  readonly onEpoch?: (epoch: RbmEpoch) => unknown
}

/** What an epoch came to. */
export interface RbmEpoch {
  /** Counted from 1. */
  readonly epoch: number
  /** While it was learning: the mean over the rows of `|v - P(v | drawn h)|²`. */
  readonly squaredError: number
  /** Of the validation rows, at the end of the epoch. */
  readonly validation?: RbmMeasures
  /**
   * The mean free energy of the validation rows less that of as many training rows: it grows when a
   * machine begins to know its training rows by heart.
   */
  readonly freeEnergyGap?: number
  /** Wall time of the epoch's steps, without what is measured after them. */
  readonly seconds: number
}

/** A machine that learnt. */
export interface RbmRun extends Rbm {
  /** `interrupted` when the signal stopped it: the machine is as far as it came. */
  readonly status: 'completed' | 'interrupted'
  readonly history: readonly RbmEpoch[]
  /** The engine that ran it, and why that one. */
  readonly engine: { readonly name: string; readonly description: string; readonly reason: string }
}

/**
 * Teaches a machine to give rows like the training rows a high probability; labels are nowhere in it.
 * Every step is one compiled graph. Equal settings give equal results, bit for bit on one kind of machine.
 * Throws DataError or ConfigError before the first step when something does not fit, and RunError when
 * numbers stop being finite.
 */
export async function fitRbm(config: RbmConfig, options: FitRbmOptions): Promise<RbmRun> {
  checkRbm(config)
  const { data, epochs, batchSize = 100, seed = 0, shuffle = true, signal, onEpoch } = options
  if (!Number.isInteger(epochs) || epochs < 0)
    throw new ConfigError({
      who: 'fitRbm epochs',
      expected: 'an integer of at least 0',
      received: String(epochs),
    })
  checkUnlabelled(data, config.visibleUnits, batchSize)
  const { train, validation, ...scaling } = data
  const key = keyOf(seed)
  const start = options.weights ?? firstWeights(config, data, key)
  sidesOf(start)
  const step = rbmStep(config, train, scaling, batchSize)
  const { engine, reason } = await engineOfRun(options.engine, workOf(step.program))
  const state = engine.createState({ ...start, ...firstCarried(config, start, batchSize) })
  const steps = new RbmSteps({
    ...{ config, rows: train, scaling, epochs, batchSize, shuffle, key, engine, state, step },
  })
  const programs = new RowPrograms(engine, state, scaling)
  const values = rbmValues(config, weightInputs(config.hidden, rowSizeOf(train)))
  const history: RbmEpoch[] = []
  const measured = async (held: Rows) => {
    const measures = await measuresOf(values, programs, held, splitKey(key, 'measure'))
    const as = rowRange(train, 0, Math.min(train.shape[0]!, measures.rows))
    const gap = measures.freeEnergy - (await freeEnergyOf(values, programs, as))
    return { validation: measures, freeEnergyGap: gap }
  }
  let isDone = true
  try {
    while (history.length < epochs) {
      const startedAt = performance.now()
      const squaredError = await steps.epoch(
        history.map(({ squaredError }) => squaredError),
        signal,
      )
      isDone = squaredError !== undefined
      if (squaredError === undefined) break
      const seconds = (performance.now() - startedAt) / 1000
      const epoch = {
        epoch: history.length + 1,
        squaredError,
        ...(validation && (await measured(validation))),
        seconds,
      }
      history.push(epoch)
      await onEpoch?.(epoch)
    }
    const machine = trainedRbm(config, weightsIn(await state.read()), { ...scaling, engine })
    const { name, description } = engine
    return {
      ...machine,
      status: isDone ? 'completed' : 'interrupted',
      history,
      engine: { name, description, reason },
    }
  } finally {
    await steps.release()
    await programs.release()
  }
}
