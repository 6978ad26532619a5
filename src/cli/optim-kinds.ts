import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  chain,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  l2,
  linearWarmup,
  momentum,
  multiStepDecay,
  nadam,
  nesterov,
  type OptimizerKind,
  oneCycle,
  type PenaltyConfig,
  reduceOnPlateau,
  rmsprop,
  type ScheduleConfig,
  type ScheduleKind,
  sequence,
  sgd,
  stepDecay,
} from '../optim/index.ts'
import { by, type Make, type Settings } from './make.ts'

/** What makes the optimisers. */
export const optimizers: Readonly<Record<OptimizerKind, Make>> = {
  sgd: by(sgd),
  momentum: by(momentum),
  nesterov: by(nesterov),
  adagrad: by(adagrad),
  rmsprop: by(rmsprop),
  adadelta: by(adadelta),
  adam: by(adam),
  adamw: by(adamw),
  adamax: by(adamax),
  nadam: by(nadam),
}

/** What makes the schedules. */
export const schedules: Readonly<Record<ScheduleKind, Make>> = {
  stepDecay: by(stepDecay),
  multiStepDecay: by(multiStepDecay),
  exponentialDecay: by(exponentialDecay),
  cosineDecay: by(cosineDecay),
  cosineRestarts: by(cosineRestarts),
  linearWarmup: by(linearWarmup),
  oneCycle: by(oneCycle),
  reduceOnPlateau: by(reduceOnPlateau),
  sequence: by(
    ({ schedules, ...rest }: { schedules: ScheduleConfig[]; milestones: readonly number[] }) =>
      sequence(schedules, rest),
  ),
  chain: by(({ schedules = [] }: { schedules?: ScheduleConfig[] }) => chain(...schedules)),
}

/** What makes the penalties. */
export const penalties: Readonly<Record<PenaltyConfig['kind'], Make>> = {
  l2: by(({ factor }: { factor?: number }) => l2(factor)),
}

/** Settings without a default, each with an example of its type. */
export const required: Readonly<Record<string, Settings>> = {
  multiStepDecay: { milestones: [1] },
  sequence: { schedules: [linearWarmup(), cosineDecay()], milestones: [1] },
  chain: { schedules: [cosineDecay()] },
}

const groups = [{ match: 'bias', rateFactor: 1, weightDecay: 0 }]

/** Settings that may be left out, each with an example of its type. */
export const optional: Readonly<Record<string, Settings>> = {
  ...Object.fromEntries(Object.keys(optimizers).map(kind => [kind, { groups }])),
  cosineDecay: { length: 1 },
  linearWarmup: { length: 1 },
  oneCycle: { length: 1 },
}
