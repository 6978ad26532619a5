import { JustrightError } from '../base/index.ts'
import { type DataSource, rowsOf, sampleRows } from '../data/index.ts'
import { exponentialDecay } from '../optim/index.ts'
import type { Recorder, StepRecord } from '../runs/index.ts'
import { type Experiment, type FitSettings, fit } from '../train/index.ts'
import { onceOnly } from './checkup.ts'

/** What short trainings tell of an experiment; each is made once, when first asked for. */
export interface Trials {
  /** The loss while the rate rises from step to step; undefined where it cannot be trained. */
  readonly range: () => Promise<RangeTest | undefined>
  /** Training on a few rows alone, at the experiment's rate or the one suggested: the better of them. */
  readonly fewRows: () => Promise<readonly StepRecord[]>
}

/** A training whose rate rises from next to nothing until the loss is thrown up. */
export interface RangeTest {
  /** The loss by rate, smoothed, as far as it went. */
  readonly points: readonly (readonly [rate: number, loss: number])[]
  /** The rate at which half of the fall was undone, or the loss thrown up; undefined where it never was. */
  readonly tooHigh?: number
  /** A tenth of the rate at which the loss was all but its least; undefined where it did not fall. */
  readonly suggested?: number
  /** Milliseconds of a step. */
  readonly stepMs: number
}

const lowest = 1e-6
const highest = 100
const rangeSteps = 140
/** Steps that the average of gradients reaches back in usual optimisers: 1 / (1 - .9). */
const usualReach = 10
/** Steps at the beginning, whose rates change nothing: what moves there is the noise of batches. */
const still = 20
/** Times the least loss so far, beyond which the loss has been thrown up. */
const thrownUp = 4
/** Share of the loss that has to go before a rate is suggested. */
const leastFall = 0.05
/** Rows of the training on a few, and its steps. */
const fewRows = 8
const fewSteps = 300
/** Milliseconds that a trial may take. */
const mostMs = 3000

/** The trials of an experiment. */
export function trialsOf(experiment: Experiment, engine: FitSettings['engine']): Trials {
  const range = onceOnly(() => rangeTest(experiment, engine))
  return {
    range,
    fewRows: onceOnly(async () => {
      const { suggested } = (await range()) ?? {}
      const rates = new Set([experiment.optimizer.learningRate, ...(suggested ? [suggested] : [])])
      const runs: (readonly StepRecord[])[] = []
      for (const rate of rates)
        runs.push(await trained(await bare(experiment, fewRows, rate), { engine, steps: fewSteps }))
      return runs.reduce((a, b) => (lastLoss(b) < lastLoss(a) ? b : a))
    }),
  }
}

/** The least loss of the last steps; of none, or where they are not finite, infinity. */
const lastLoss = (steps: readonly StepRecord[]): number =>
  Math.min(
    ...steps.slice(-20).map(({ loss }) => (Number.isNaN(loss) ? Number.POSITIVE_INFINITY : loss)),
  )

/** Source: Smith 2017, "Cyclical Learning Rates", section 3.3; a tenth of the minimum as in fastai. */
async function rangeTest(
  experiment: Experiment,
  engine: FitSettings['engine'],
): Promise<RangeTest | undefined> {
  const steps = stepsFor(experiment)
  const factor = (highest / lowest) ** (1 / steps)
  const plain = await bare(experiment, 20 * experiment.batchSize, lowest)
  const schedule = exponentialDecay({ factor, per: 'step' })
  let [mean, weight, least] = [0, 0, Number.POSITIVE_INFINITY]
  const points: [number, number][] = []
  let thrown: number | undefined
  const startedAt = performance.now()
  const made = await trained(
    { ...plain, schedule },
    {
      engine,
      steps,
      isOver({ loss, learningRate }) {
        mean = 0.8 * mean + 0.2 * loss
        weight = 0.8 * weight + 0.2
        const smoothed = mean / weight
        if (!Number.isFinite(loss) || smoothed > thrownUp * least) thrown = learningRate
        else points.push([learningRate, smoothed])
        least = Math.min(least, smoothed)
        return thrown !== undefined
      },
    },
  )
  if (points.length < 2 * still) return undefined
  const stepMs = (performance.now() - startedAt) / made.length
  return { points, stepMs, ...readRange(points, thrown) }
}

/** As much slower a rise as a heavy momentum, which answers late, reaches back farther. */
function stepsFor({ optimizer }: Experiment): number {
  const { momentum = 0 } = optimizer as { readonly momentum?: number }
  return Math.round(rangeSteps * Math.max(1, 1 / (1 - momentum) / usualReach))
}

/** What a curve of the loss over a rising rate tells. */
function readRange(
  points: RangeTest['points'],
  thrown: number | undefined,
): Pick<RangeTest, 'tooHigh' | 'suggested'> {
  const quiet = points.slice(0, still).map(([, loss]) => loss)
  const start = quiet.reduce((sum, loss) => sum + loss, 0) / quiet.length
  const noise = Math.max(...quiet) - Math.min(...quiet)
  // Beyond the first rise the loss is thrown about, and low now and then by luck.
  const rise = points.findIndex(([, loss], i) => i >= still && loss > start + 2 * noise)
  const calm = points.slice(still, rise < 0 ? undefined : rise)
  const least = Math.min(...calm.map(([, loss]) => loss))
  const fall = start - least
  const hasFallen = fall > Math.max(leastFall * start, noise)
  if (!hasFallen) return thrown === undefined ? {} : { tooHigh: thrown }
  const isLow = ([, loss]: readonly [number, number]) => loss <= least + 0.05 * fall
  const first = calm.findIndex(isLow)
  const last = calm.findLastIndex(isLow)
  const undone = points.slice(still + last).find(([, loss]) => loss > least + 0.5 * fall)
  const tooHigh = undone?.[0] ?? thrown
  return {
    suggested: Number((calm[first]![0] / 10).toPrecision(1)),
    ...(tooHigh === undefined ? {} : { tooHigh }),
  }
}

/** An experiment with nothing but its model, its loss and what makes its steps, on some of its training rows. */
async function bare(
  experiment: Experiment,
  rows: number,
  learningRate: number,
): Promise<Experiment> {
  const { model, loss, optimizer, data, batchSize, seed = 0 } = experiment
  const { penalty, clip, constraint, weights } = experiment
  const { validation: _, test: __, ...training } = data
  const count = Math.min(rows, rowsOf(data.train))
  return {
    model,
    loss,
    optimizer: { ...optimizer, learningRate },
    data: (await sampleRows(training as DataSource, { train: count }, { seed })) as DataSource,
    batchSize: Math.min(batchSize, count),
    epochs: 1,
    seed,
    ...(penalty ? { penalty } : {}),
    ...(clip ? { clip } : {}),
    ...(constraint ? { constraint } : {}),
    ...(weights ? { weights } : {}),
  }
}

interface Trial {
  readonly engine: FitSettings['engine']
  readonly steps: number
  /** Whether this step was the last one wanted. */
  readonly isOver?: (step: StepRecord) => boolean
}

/** The steps that an experiment makes until they are enough, it fails, or the time is up. */
async function trained(
  experiment: Experiment,
  { engine, steps, isOver }: Trial,
): Promise<readonly StepRecord[]> {
  const made: StepRecord[] = []
  const stop = new AbortController()
  const startedAt = performance.now()
  const recorder: Recorder = {
    steps(records) {
      for (const record of records) {
        if (stop.signal.aborted) return
        made.push(record)
        const isLate = performance.now() - startedAt > mostMs
        if (isOver?.(record) || made.length >= steps || isLate) stop.abort()
      }
    },
  }
  const perEpoch = Math.ceil(rowsOf(experiment.data.train) / experiment.batchSize)
  try {
    await fit({
      ...experiment,
      epochs: Math.ceil(steps / perEpoch),
      recorders: [recorder],
      signal: stop.signal,
      checkpointEveryMs: Number.POSITIVE_INFINITY,
      ...(engine === undefined ? {} : { engine }),
      ...(isOver ? { stepsPerCall: 1 } : {}),
    })
  } catch (error) {
    // What it made before it failed is what it tells.
    if (!(error instanceof JustrightError)) throw error
  }
  return made
}
