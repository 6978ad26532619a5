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
import { unprefixNamed } from '../base/index.ts'
import { nativeEngine } from '../engine/index.ts'
import { earlyStopping, ema, sgd } from '../optim/index.ts'
import type { Progress } from '../runs/index.ts'
import { bestOf, hasStopped } from './early-stopping.ts'

const scores = (loss: number, accuracy?: number) => ({
  loss,
  ...(accuracy === undefined ? {} : { accuracy }),
  examples: 1,
})

describe('the best epoch', () => {
  const last = (losses: readonly number[], stopping = earlyStopping()) =>
    losses.reduce<ReturnType<typeof bestOf> | undefined>(
      (best, loss, i) => bestOf(best, i + 1, scores(loss, 0.5), stopping),
      undefined,
    )!.epoch

  test('has the least loss, the first of equal ones', () => {
    assert.equal(last([3, 2, 2, 4]), 2)
  })

  test('is better by more than the least difference, which small steps add up to', () => {
    const stopping = earlyStopping({ minDelta: 0.5 })
    assert.equal(last([3, 2.75, 2.5, 2.25, 2], stopping), 4)
  })

  test('goes by the accuracy when told to, and without early stopping where there is one', () => {
    const byAccuracy = earlyStopping({ monitor: 'accuracy' })
    const before = bestOf(undefined, 1, scores(1, 0.5), byAccuracy)
    for (const stopping of [byAccuracy, undefined]) {
      assert.equal(bestOf(before, 2, scores(2, 0.6), stopping).epoch, 2)
      assert.equal(bestOf(before, 2, scores(0.5, 0.4), stopping).epoch, 1)
    }
    assert.equal(bestOf({ epoch: 1, value: -1 }, 2, scores(0.5), undefined).epoch, 2)
  })
})

test('a run has stopped once patience is over, and never without early stopping', () => {
  const after = (epoch: number, best?: Progress['best']) =>
    ({ epoch, ...(best ? { best } : {}) }) as Progress
  const stopping = earlyStopping({ patience: 2 })
  assert.equal(hasStopped(after(0), stopping), false)
  assert.equal(hasStopped(after(4, { epoch: 3, value: 1 }), stopping), false)
  assert.equal(hasStopped(after(5, { epoch: 3, value: 1 }), stopping), true)
  assert.equal(hasStopped(after(5, { epoch: 3, value: 1 })), false)
})

/** A rate that is soon too much: the loss rises again. */
const engine = await nativeEngine({ threads: 1 })
const base = { ...small, engine, optimizer: sgd({ learningRate: 2.5 }), epochs: 30 }
const options = { ...base, earlyStopping: earlyStopping({ patience: 3 }) }

test('a run ends after its patience, and its result is of the best epoch', async () => {
  const { run, notes } = await finish(options)
  const losses = run.history.map(({ validation }) => validation!.loss)
  assert.equal(losses[run.epoch - 1], Math.min(...losses))
  assert.equal(run.history.length, run.epoch + 3)
  assert.deepEqual(run.validation, run.history[run.epoch - 1]!.validation)
  assert.deepEqual(run.train, run.history[run.epoch - 1]!.train)
  const { epochs, steps, restoredEpoch, validation } = notes.results[0]!
  assert.deepEqual([epochs, steps, restoredEpoch], [run.epoch + 3, 10 * (run.epoch + 3), run.epoch])
  assert.deepEqual(validation, run.validation)
  // The run that ends at the best epoch has the same parameters.
  const { run: short } = await finish({ ...base, epochs: run.epoch })
  assertSameBits(run.parameters, short.parameters)
  assert.deepEqual(run.toOnnx(), short.toOnnx())
})

test('the result is of the best epoch also where the last one is reached', async () => {
  const { run } = await finish({
    ...options,
    epochs: 5,
    earlyStopping: earlyStopping({ patience: 9 }),
  })
  const losses = run.history.map(({ validation }) => validation!.loss)
  assert.equal(run.history.length, 5)
  assert.equal(run.epoch, 1 + losses.indexOf(Math.min(...losses)))
})

test('the test data are scored with what is restored', async () => {
  const data = { ...base.data, test: base.data.validation! }
  const { run } = await finish({ ...options, data })
  assert.deepEqual(run.test, run.validation)
})

test('the last parameters are the result when nothing is to be restored', async () => {
  const stopping = earlyStopping({ patience: 3, restoreBest: false })
  const { run, notes } = await finish({ ...options, earlyStopping: stopping })
  assert.equal(run.epoch, run.history.length)
  assert.equal(notes.results[0]!.restoredEpoch, undefined)
  assertSameBits(
    run.parameters,
    (await finish({ ...base, epochs: run.history.length })).run.parameters,
  )
})

test('what averages score is what is restored', async () => {
  const averaging = ema({ decay: 0.9 })
  const { run } = await finish({ ...options, averaging })
  const { run: short } = await finish({ ...base, averaging, epochs: run.epoch })
  assertSameBits(run.parameters, short.parameters)
  assert.deepEqual(run.validation, short.validation)
})

describe('a run that is stopped and resumed', () => {
  test('ends and restores as one never stopped, wherever it was stopped', async () => {
    const whole = await finish(options)
    const best = 10 * whole.run.epoch
    for (const step of [best - 3, best, best + 4, best + 20]) {
      const resume = travelled(await stopAt(step, { ...options, stepsPerCall: 1 }))
      const { run, notes } = await finish({ ...options, resume })
      assertSameEnd(notes.checkpoints.at(-1)!, whole.notes.checkpoints.at(-1)!)
      assertSameBits(run.parameters, whole.run.parameters)
    }
  })

  test('after its end makes no step and restores again', async () => {
    const whole = await finish(options)
    const resume = travelled(whole.notes.checkpoints.at(-1)!)
    const { run, notes } = await finish({ ...options, resume })
    assert.equal(notes.records.length, 0)
    assertSameBits(run.parameters, whole.run.parameters)
  })

  test('finds the best parameters in its checkpoints', async () => {
    const { run, notes } = await finish(options)
    assertSameBits(unprefixNamed('best/', notes.checkpoints.at(-1)!.tensors), run.parameters)
  })

  test('from a checkpoint without them is refused', async () => {
    const resume = await stopAt(20, { ...base, stepsPerCall: 1 })
    await assert.rejects(finish({ ...options, resume }), {
      name: 'RunError',
      message:
        /^resume: expected the parameters of the best epoch \d, which early stopping restores, received none/,
    })
  })
})
