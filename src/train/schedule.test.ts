import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  assertSameBits,
  assertSameEnd,
  finish,
  small,
  stopAt,
  travelled,
} from '../../test/training.ts'
import { type Engine, nativeEngine, referenceEngine } from '../engine/index.ts'
import { meanSquaredError } from '../nn/index.ts'
import {
  cosineDecay,
  exponentialDecay,
  linearWarmup,
  reduceOnPlateau,
  type ScheduleConfig,
  sequence,
  sgd,
} from '../optim/index.ts'
import { fit } from './fit.ts'

const native = await nativeEngine({ threads: 1 })
/** Ten steps in each of four epochs. */
const base = { ...small, optimizer: sgd({ learningRate: 0.5 }), epochs: 4, engine: native }

const ratesOf = async (schedule: ScheduleConfig, changes: object = {}) =>
  (await finish({ ...base, schedule, ...changes })).notes.records.map(record => record.learningRate)

test('the rate of every step is told, per epoch or per step', async () => {
  assert.deepEqual(
    await ratesOf(exponentialDecay({ factor: 0.5 })),
    [0.5, 0.25, 0.125, 0.0625].flatMap(rate => Array(10).fill(rate)),
  )
  const rates = await ratesOf(cosineDecay())
  assert.equal(rates[0], 0.5)
  assert.equal(rates[20], 0.25)
  assert.equal(new Set(rates).size, 40)
})

test('the rate is what the step multiplies by: twice the rate at a factor of a half is the same run', async () => {
  // A half in every step, since it rises over more steps than float32 can tell.
  const schedule = linearWarmup({ startFactor: 0.5, length: 2 ** 52 })
  const { run: plain } = await finish({ ...base, epochs: 2 })
  const optimizer = sgd({ learningRate: 1 })
  const { run: halved } = await finish({ ...base, epochs: 2, optimizer, schedule })
  assertSameBits(halved.parameters, plain.parameters)
})

test('changing the rate compiles nothing', async () => {
  let compiled = 0
  const counting: Engine = {
    ...native,
    compile(program, options) {
      compiled++
      return native.compile(program, options)
    },
  }
  const count = async (schedule: object) => {
    compiled = 0
    await finish({ ...base, ...schedule, engine: counting })
    return compiled
  }
  const plain = await count({})
  assert.equal(await count({ schedule: cosineDecay() }), plain)
})

test('a plateau of the validation loss reduces the rate', async () => {
  // Without a rate nothing gets better.
  const optimizer = sgd({ learningRate: 1e-9 })
  const rates = await ratesOf(reduceOnPlateau({ patience: 0, factor: 0.5, threshold: 0.01 }), {
    optimizer,
  })
  assert.deepEqual(
    rates.filter((_, i) => i % 10 === 0),
    [1e-9, 1e-9, 5e-10, 2.5e-10],
  )
})

const plateau = reduceOnPlateau({ patience: 0, threshold: 0.5, factor: 0.7, monitor: 'accuracy' })
const schedules: readonly ScheduleConfig[] = [
  sequence([linearWarmup(), cosineDecay()], { milestones: [7] }),
  plateau,
]
describe('a run that is stopped and resumed equals one never stopped', () => {
  for (const engine of [native, referenceEngine()])
    for (const schedule of schedules)
      test(`with ${schedule.kind} on the ${engine.name} engine`, async () => {
        const options = { ...base, engine, schedule, stepsPerCall: 7 }
        const expected = (await finish(options)).notes.checkpoints.at(-1)!
        for (const step of [3, 20, 31]) {
          const resume = travelled(await stopAt(step, { ...options, stepsPerCall: 4 }))
          assertSameEnd((await finish({ ...options, resume })).notes.checkpoints.at(-1)!, expected)
        }
      })
})

test('a schedule that goes by the accuracy is refused where nothing is classified', async () => {
  const options = { ...base, schedule: plateau, loss: meanSquaredError() }
  const targets = { ...base.data.train.targets, dtype: 'float32' as const }
  const train = {
    ...base.data.train,
    targets: { ...targets, shape: [38, 3], data: new Float32Array(38 * 3) },
  }
  const { classes: _, ...unclassified } = train
  const data = { train: unclassified, description: base.data.description }
  await assert.rejects(fit({ ...options, data }), {
    name: 'ConfigError',
    message:
      /^schedule: expected the loss to be monitored.*received the accuracy \(loss meanSquaredError\)$/,
  })
})
