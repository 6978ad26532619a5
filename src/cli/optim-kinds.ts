import {
  type AveragingConfigs,
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  type ClipKind,
  type ConstraintKind,
  chain,
  clipByNorm,
  clipByValue,
  cosineDecay,
  cosineRestarts,
  type EarlyStoppingConfig,
  earlyStopping,
  ema,
  exponentialDecay,
  l1,
  l2,
  linearWarmup,
  maxNorm,
  momentum,
  multiStepDecay,
  nadam,
  nesterov,
  type OptimizerKind,
  oneCycle,
  type PenaltyKind,
  reduceOnPlateau,
  rmsprop,
  type ScheduleConfig,
  type ScheduleKind,
  sequence,
  sgd,
  stepDecay,
  swa,
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
export const penalties: Readonly<Record<PenaltyKind, Make>> = {
  l1: by(({ factor }: { factor?: number }) => l1(factor)),
  l2: by(({ factor }: { factor?: number }) => l2(factor)),
}

type Limited = { readonly limit?: number }

/** What makes the limits on gradients. */
export const clips: Readonly<Record<ClipKind, Make>> = {
  clipByNorm: by(({ limit }: Limited) => clipByNorm(limit)),
  clipByValue: by(({ limit }: Limited) => clipByValue(limit)),
}

/** What makes the constraints. */
export const constraints: Readonly<Record<ConstraintKind, Make>> = {
  maxNorm: by(({ limit }: Limited) => maxNorm(limit)),
}

/** What makes the averages. */
export const averages: Readonly<Record<keyof AveragingConfigs, Make>> = {
  ema: by(ema),
  swa: by(swa),
}

/** What makes the early ends. */
export const stops: Readonly<Record<EarlyStoppingConfig['kind'], Make>> = {
  earlyStopping: by(earlyStopping),
}

/** What an experiment may do without, each with an example of its type. */
export const optionalParts: Settings = {
  schedule: cosineDecay(),
  penalty: l2(),
  clip: clipByNorm(),
  constraint: maxNorm(),
  averaging: ema(),
  earlyStopping: earlyStopping(),
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
