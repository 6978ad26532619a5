import type { Named } from '../../src/base/index.ts'
import {
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  factorOf,
  linearWarmup,
  multiStepDecay,
  oneCycle,
  reduceOnPlateau,
  type ScheduleConfig,
  stepDecay,
} from '../../src/optim/index.ts'
import { type Attributes, choiceOf, Given, numberOf, Unsupported } from './given.ts'
import { asNumbers, asObject } from './golden.ts'
import { numbers, type Runner } from './runner.ts'

/** A schedule, and the rate that it multiplies. */
interface Scheduled {
  readonly schedule: ScheduleConfig
  readonly rate: number
}

/** Schedules by the names of the golden cases, whose rates are absolute where ours are factors. */
const schedules: Named<(attrs: Attributes, rate: number) => Scheduled> = {
  stepDecay: (attrs, rate) => ({
    schedule: stepDecay({
      every: numberOf(attrs, 'stepSize'),
      factor: numberOf(attrs, 'gamma', 0.1),
      per: 'step',
    }),
    rate,
  }),
  multiStepDecay: (attrs, rate) => ({
    schedule: multiStepDecay({
      milestones: asNumbers(attrs.get('milestones'), 'milestones'),
      factor: numberOf(attrs, 'gamma', 0.1),
      per: 'step',
    }),
    rate,
  }),
  exponentialDecay: (attrs, rate) => ({
    schedule: exponentialDecay({ factor: numberOf(attrs, 'gamma'), per: 'step' }),
    rate,
  }),
  cosineAnnealing: (attrs, rate) => ({
    schedule: cosineDecay({
      length: numberOf(attrs, 'totalSteps'),
      minFactor: numberOf(attrs, 'minLr', 0) / rate,
    }),
    rate,
  }),
  cosineWarmRestarts: (attrs, rate) => ({
    schedule: cosineRestarts({
      firstPeriod: numberOf(attrs, 'firstPeriod'),
      periodFactor: numberOf(attrs, 'periodMultiplier', 1),
      minFactor: numberOf(attrs, 'minLr', 0) / rate,
      per: 'step',
    }),
    rate,
  }),
  linearWarmup: (attrs, rate) => ({
    schedule: linearWarmup({
      length: numberOf(attrs, 'totalSteps', 5),
      startFactor: numberOf(attrs, 'startFactor', 1 / 3),
    }),
    rate,
  }),
  oneCycle(attrs) {
    const start = 1 / numberOf(attrs, 'divFactor', 25)
    return {
      schedule: oneCycle({
        length: numberOf(attrs, 'totalSteps'),
        riseShare: numberOf(attrs, 'pctStart', 0.3),
        startFactor: start,
        endFactor: start / numberOf(attrs, 'finalDivFactor', 1e4),
        shape: choiceOf(attrs, 'anneal', 'cos', 'linear') === 0 ? 'cosine' : 'linear',
      }),
      // The case's base rate is not used, in PyTorch either.
      rate: numberOf(attrs, 'maxLr'),
    }
  },
  reduceOnPlateau: (attrs, rate) => ({
    schedule: reduceOnPlateau({
      monitor: choiceOf(attrs, 'mode', 'min', 'max') === 0 ? 'loss' : 'accuracy',
      factor: numberOf(attrs, 'factor', 0.1),
      patience: numberOf(attrs, 'patience', 10),
      threshold: numberOf(attrs, 'threshold', 1e-4),
      cooldown: numberOf(attrs, 'cooldown', 0),
      minFactor: numberOf(attrs, 'minLr', 0) / rate,
    }),
    rate,
  }),
}

/** The names of the schedules. */
export const scheduleNames = Object.keys(schedules)

/** Compares the rate of every step; where there is a metric, every step is an epoch that scored it. */
export const scheduleRunner: Runner = async golden => {
  const attrs = new Given('attribute', asObject(golden.attrs, 'attrs'))
  const make = schedules[String(golden.op)]
  if (!make) throw new Unsupported('unknown op')
  const { schedule, rate } = make(attrs, numberOf(attrs, 'baseLr'))
  attrs.refuseRest()
  const rates = asNumbers(golden.lrs, 'lrs')
  const metric = asNumbers(golden.metric ?? [], 'metric')
  const found = rates.map((_, step) => {
    const scores = metric.slice(0, step).map(score => ({ loss: score, accuracy: score }))
    const at = { step, start: 0, end: rates.length, stepsPerEpoch: 1, scores }
    return rate * factorOf(schedule, at)
  })
  return [numbers('rates', found, rates)]
}
