import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from '../base/index.ts'
import {
  chain,
  cosineDecay,
  cosineRestarts,
  exponentialDecay,
  factorOf,
  type Instant,
  linearWarmup,
  monitorsAccuracy,
  multiStepDecay,
  oneCycle,
  reduceOnPlateau,
  type ScheduleConfig,
  scheduleTable,
  sequence,
  stepDecay,
} from './index.ts'

/** The factors of all steps of a run; by default of 12 steps in epochs of 4. */
function factors(schedule: ScheduleConfig, changes: Partial<Instant> = {}): number[] {
  const run = { step: 0, start: 0, end: 12, stepsPerEpoch: 4, scores: [], ...changes }
  return Array.from({ length: run.end }, (_, step) =>
    Number(factorOf(schedule, { ...run, step }).toFixed(6)),
  )
}

const inEpochs = (...values: readonly number[]) => values.flatMap(x => [x, x, x, x])

const table: readonly (readonly [
  says: string,
  schedule: ScheduleConfig,
  expected: readonly number[],
])[] = [
  ['stays within an epoch', stepDecay({ every: 1, factor: 0.5 }), inEpochs(1, 0.5, 0.25)],
  [
    'may count steps',
    stepDecay({ every: 5, factor: 0.5, per: 'step' }),
    [1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25],
  ],
  ['falls at epochs', multiStepDecay({ milestones: [2], factor: 0.5 }), inEpochs(1, 1, 0.5)],
  ['falls in every epoch', exponentialDecay({ factor: 0.5 }), inEpochs(1, 0.5, 0.25)],
  [
    'takes the whole run unless told otherwise',
    linearWarmup({ startFactor: 0 }),
    Array.from({ length: 12 }, (_, t) => Number((t / 12).toFixed(6))),
  ],
  [
    'stays at the rate after the rise',
    linearWarmup({ startFactor: 0.5, length: 2 }),
    [0.5, 0.75, ...Array(10).fill(1)],
  ],
  [
    'goes down half a wave in epochs',
    cosineDecay({ per: 'epoch', minFactor: 0.2 }),
    inEpochs(1, 0.8, 0.4),
  ],
  ['stays down after its length', cosineDecay({ length: 2 }), [1, 0.5, ...Array(10).fill(0)]],
  [
    'begins anew after each period',
    cosineRestarts({ firstPeriod: 2, per: 'step' }),
    [1, 0.5, 1, 0.853553, 0.5, 0.146447, 1, 0.96194, 0.853553, 0.691342, 0.5, 0.308658],
  ],
  [
    'begins anew after equal periods',
    cosineRestarts({ firstPeriod: 2, periodFactor: 1, per: 'step' }),
    Array(6).fill([1, 0.5]).flat(),
  ],
  [
    'rises and falls in straight lines',
    oneCycle({ riseShare: 0.25, startFactor: 0.5, endFactor: 0.1, shape: 'linear' }),
    [0.5, 0.75, ...Array.from({ length: 10 }, (_, t) => Number((1 - (0.9 * t) / 9).toFixed(6)))],
  ],
  ['is at its peak where there is no time', oneCycle({ length: 1 }), [1, ...Array(11).fill(4e-6)]],
  [
    'gives each part its own beginning and end',
    sequence([linearWarmup({ startFactor: 0 }), cosineDecay()], { milestones: [4] }),
    [0, 0.25, 0.5, 0.75, 1, 0.96194, 0.853553, 0.691342, 0.5, 0.308658, 0.146447, 0.03806],
  ],
  [
    'may change over at epochs',
    sequence([cosineDecay({ per: 'epoch' }), stepDecay({ every: 1, factor: 0.5 })], {
      milestones: [1],
      per: 'epoch',
    }),
    inEpochs(1, 1, 0.5),
  ],
  [
    'counts the epochs of the run in a part that begins within one',
    sequence([linearWarmup(), exponentialDecay({ factor: 0.5 })], { milestones: [2] }),
    [0.333333, 0.666667, 1, 1, ...inEpochs(0.5, 0.25)],
  ],
  [
    'multiplies',
    chain(linearWarmup({ length: 2, startFactor: 0.5 }), exponentialDecay({ factor: 0.5 })),
    [0.5, 0.75, 1, 1, ...inEpochs(0.5, 0.25)],
  ],
]

for (const [says, schedule, expected] of table)
  test(`${schedule.kind} ${says}`, () => {
    assert.deepEqual(factors(schedule), expected)
  })

describe('reduceOnPlateau', () => {
  /** The factor in each epoch, where the epochs before it scored this. */
  const inEachEpoch = (schedule: ScheduleConfig, scores: readonly number[], start = 0) =>
    Array.from({ length: scores.length + 1 }, (_, epoch) =>
      factorOf(schedule, {
        step: epoch * 4,
        start,
        end: 400,
        stepsPerEpoch: 4,
        scores: scores.slice(0, epoch).map(x => ({ loss: x, accuracy: x })),
      }),
    )

  const flat = [1, 1, 1, 1, 1, 1, 1]
  const cases: readonly (readonly [
    string,
    Parameters<typeof reduceOnPlateau>[0],
    readonly number[],
    readonly number[],
  ])[] = [
    ['waits for its patience', { patience: 2 }, flat, [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25]],
    ['goes on at once without', { patience: 0 }, [1, 1, 1], [1, 1, 0.5, 0.25]],
    [
      'rests after a fall',
      { patience: 0, cooldown: 2 },
      flat,
      [1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25],
    ],
    ['ends at its least factor', { patience: 0, minFactor: 0.4 }, [1, 1, 1], [1, 1, 0.5, 0.4]],
    [
      'takes a little better for no better',
      { patience: 0, threshold: 0.1 },
      [1, 0.95, 0.8],
      [1, 1, 0.5, 0.5],
    ],
    [
      'wants accuracies to rise',
      { patience: 0, monitor: 'accuracy' },
      [0.5, 0.6, 0.6],
      [1, 1, 1, 0.5],
    ],
  ]
  for (const [says, settings, scores, expected] of cases)
    test(says, () => {
      assert.deepEqual(inEachEpoch(reduceOnPlateau({ factor: 0.5, ...settings }), scores), expected)
    })

  test('counts the epochs of its part alone', () => {
    const schedule = reduceOnPlateau({ patience: 0, factor: 0.5 })
    assert.deepEqual(inEachEpoch(schedule, [1, 1, 1, 1], 8).slice(2), [1, 1, 0.5])
  })
})

test('a schedule is the same function of the step whatever was asked before', () => {
  for (const [, schedule] of table) {
    const backwards = factors(schedule)
      .map((_, i) => 11 - i)
      .map(step => factorOf(schedule, { step, start: 0, end: 12, stepsPerEpoch: 4, scores: [] }))
    assert.deepEqual(
      backwards.toReversed().map(x => Number(x.toFixed(6))),
      factors(schedule),
    )
  }
})

test('every kind is tried, and has a frozen description that survives JSON', () => {
  const all = [...table.map(([, schedule]) => schedule), reduceOnPlateau()]
  assert.deepEqual(new Set(all.map(({ kind }) => kind)), new Set(Object.keys(scheduleTable)))
  for (const schedule of all) {
    assert.ok(Object.isFrozen(schedule))
    assert.deepEqual(JSON.parse(JSON.stringify(schedule)), schedule)
  }
})

test('whether the accuracy is monitored is known of parts as well', () => {
  const parts = [linearWarmup(), reduceOnPlateau({ monitor: 'accuracy' })]
  assert.ok(
    monitorsAccuracy(sequence(parts, { milestones: [3] })) && monitorsAccuracy(chain(...parts)),
  )
  assert.ok(!monitorsAccuracy(chain(linearWarmup(), reduceOnPlateau())))
})

const refused: readonly (readonly [make: () => ScheduleConfig, message: RegExp])[] = [
  [() => stepDecay({ every: 0 }), /^stepDecay every: expected a positive integer, received 0$/],
  [
    () => stepDecay({ per: 'epochs' as 'epoch' }),
    /per: expected "step" or "epoch", received "epochs"/,
  ],
  [() => exponentialDecay({ factor: 0 }), /^exponentialDecay factor: expected a number > 0/],
  [
    () => multiStepDecay({ milestones: [3, 3] }),
    /milestones: expected positive integers, each greater/,
  ],
  [() => cosineDecay({ length: 1.5 }), /^cosineDecay length: .*received 1\.5$/],
  [() => cosineRestarts({ periodFactor: 0.5 }), /periodFactor: expected a number >= 1/],
  [() => linearWarmup({ startFactor: -1 }), /^linearWarmup startFactor: expected a number >= 0/],
  [() => oneCycle({ riseShare: 1.1 }), /^oneCycle riseShare: expected a number in 0 <= x <= 1/],
  [() => oneCycle({ shape: 'square' as 'linear' }), /shape: expected "cosine" or "linear"/],
  [() => reduceOnPlateau({ patience: -1 }), /^reduceOnPlateau patience: expected an integer >= 0/],
  [() => reduceOnPlateau({ factor: Number.NaN }), /factor: .*received NaN$/],
  [() => sequence([cosineDecay()], { milestones: [1] }), /received 1 schedules and 1 milestones$/],
  [() => sequence([], { milestones: [] }), /received 0 schedules and 0 milestones$/],
  [() => chain(), /^chain: expected at least one schedule, received none$/],
]
for (const [make, message] of refused)
  test(`settings out of range are refused: ${message.source}`, () => {
    assert.throws(make, error => error instanceof ConfigError && message.test(error.message))
  })

test('an unknown kind is refused with the known ones', () => {
  assert.throws(() => factors({ kind: 'cosine' } as never), {
    name: 'ConfigError',
    message: /one of stepDecay, .*chain, received "cosine"/,
  })
})
