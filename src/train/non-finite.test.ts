import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { note, small, tenSteps } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { dataOf } from '../data/index.ts'
import { nativeEngine } from '../engine/index.ts'
import { linear, meanSquaredError } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import type { Recorder } from '../runs/index.ts'
import type { FitOptions } from './experiment.ts'
import { fit } from './fit.ts'
import { findNonFinite } from './guards.ts'

const engine = await nativeEngine({ threads: 1 })
const { description } = tenSteps

/** Inputs so large that products of them leave float32. */
const huge = await dataOf({
  train: {
    inputs: Array.from({ length: 12 }, (_, i) => [1e19 * (i + 1), -1e19]),
    targets: Array.from({ length: 12 }, () => [1]),
  },
})
const twos = await dataOf({
  train: { inputs: [[2], [2], [2], [2]], targets: [[1], [1], [1], [1]] }, // biome-ignore format: rows
})
const square = { model: linear(1), loss: meanSquaredError(), data: huge, batchSize: 4 }

describe('a run whose numbers leave the finite ones stops', () => {
  const stopped: readonly (readonly [string, Partial<FitOptions>, RegExp, string[]])[] = [
    [
      'at the step whose loss is NaN',
      { optimizer: sgd({ learningRate: 1e30 }), stepsPerCall: 1 },
      /step 2 \(epoch 1\): expected a finite loss, received (NaN|Infinity)/,
      ['begin at 0', 'checkpoint 0', 'steps 1', 'steps 2', 'fail'],
    ],
    [
      'at that step within a call of many, and tells of none after it',
      { optimizer: sgd({ learningRate: 1e30 }), stepsPerCall: 7 },
      /step 2 \(epoch 1\): expected a finite loss/,
      ['begin at 0', 'checkpoint 0', 'steps 1 2', 'fail'],
    ],
    [
      'at the first step, when the data are too large',
      { ...square, optimizer: sgd(), stepsPerCall: 1 },
      /step 1 \(epoch 1\): expected a finite loss, received Infinity/,
      ['begin at 0', 'checkpoint 0', 'steps 1', 'fail'],
    ],
    [
      'before it saves parameters that only its last step has spoilt',
      {
        optimizer: sgd({ learningRate: 3e38 }),
        batchSize: 38,
        penalty: { kind: 'l2', factor: 1e3 },
      },
      /step 1 \(epoch 1\): expected finite parameters after it, received -?(NaN|Infinity) in 0.weight/,
      ['begin at 0', 'checkpoint 0', 'steps 1', 'fail'],
    ],
    [
      'before it saves in the middle of an epoch',
      {
        optimizer: sgd({ learningRate: 3e38 }),
        penalty: { kind: 'l2', factor: 1e3 },
        checkpointEveryMs: 0,
        stepsPerCall: 1,
      },
      /step 1 \(epoch 1\): expected finite parameters after it/,
      ['begin at 0', 'checkpoint 0', 'steps 1', 'fail'],
    ],
    [
      'when validation has no finite loss',
      {
        ...square,
        data: { description, train: scaled(1e-3), validation: scaled(1e25) },
        batchSize: 1,
        epochs: 1,
      },
      /step 4 \(epoch 1\): expected a finite validation loss after it, received (NaN|Infinity)/,
      ['begin at 0', 'checkpoint 0', 'steps 1 2 3 4', 'fail'],
    ],
  ]

  function scaled(scale: number) {
    const data = Float32Array.from([1, 2, 3, 4], x => x * scale)
    const x = { dtype: 'float32' as const, shape: [4, 1], data }
    return { name: `times ${scale}`, inputs: x, targets: tensor([[1], [1], [1], [1]]) }
  }

  for (const [when, changes, message, calls] of stopped)
    test(when, async () => {
      const { recorder, notes } = note()
      const options = { ...small, engine, ...changes, recorders: [recorder] } as FitOptions
      await assert.rejects(fit(options), { name: 'RunError', message })
      assert.deepEqual(notes.calls, calls)
      assert.equal(findNonFinite(notes.checkpoints.at(-1)!.tensors), undefined)
    })

  const culprits: readonly (readonly [string, Partial<FitOptions>, RegExp])[] = [
    [
      'an update far too large',
      { optimizer: sgd({ learningRate: 1e30 }), stepsPerCall: 7 },
      /The first bad value, in step 2, is .* in linear "\d" ?.*: .*lower the learning rate/,
    ],
    [
      'the optimiser, in a step whose loss was good',
      {
        optimizer: sgd({ learningRate: 3e38 }),
        batchSize: 38,
        penalty: { kind: 'l2', factor: 1e3 },
      },
      /The first bad value, in step 1, is .* in sgd "[^"]+" \(update\): /,
    ],
    [
      'a loss that grows for many steps',
      { ...square, data: twos, optimizer: sgd({ learningRate: 1.2 }), epochs: 400, batchSize: 1 },
      /The first bad value, in step \d{2,3}, is /,
    ],
  ]
  for (const [what, changes, sentence] of culprits)
    test(`and names ${what}`, async () => {
      const options = { ...small, engine, ...changes } as FitOptions
      await assert.rejects(fit(options), { name: 'RunError', message: sentence })
    })

  test('or goes on without the batch, and counts it as skipped', async () => {
    const inputs = Array.from({ length: 12 }, (_, i) => [i === 5 ? 3e38 : 1, 1])
    const data = await dataOf({ train: { inputs, targets: inputs.map(() => [1]) } })
    const { recorder, notes } = note()
    const options = { ...small, ...square, engine, data, epochs: 2, recorders: [recorder] }
    const run = await fit({
      ...options,
      optimizer: sgd({ learningRate: 0.1 }),
      onNonFinite: 'skip',
    })
    assert.deepEqual(
      run.history.map(({ train }) => train.examples),
      [8, 8],
    )
    assert.equal(notes.calls.filter(call => call.startsWith('skip')).length, 2)
    assert.equal(findNonFinite(run.parameters), undefined)
    assert.ok(run.train.loss < run.history[0]!.train.loss)
    const middle = notes.checkpoints.find(({ progress }) => progress.step === 3)!
    await fit({
      ...options,
      optimizer: sgd({ learningRate: 0.1 }),
      onNonFinite: 'skip',
      resume: middle,
    })
  })

  test('or halves the rate until the numbers stay finite, and keeps it so', async () => {
    const { recorder, notes } = note()
    const optimizer = sgd({ learningRate: 1.2 })
    const options = {
      ...small,
      ...square,
      engine,
      data: twos,
      optimizer,
      batchSize: 1,
      epochs: 400,
    }
    const run = await fit({ ...options, onNonFinite: 'halveRate', recorders: [recorder] })
    assert.ok(run.train.loss < 1e-6)
    const rate = notes.records.at(-1)!.learningRate
    assert.ok([0.6, 0.3, 0.15, 0.075].includes(rate), `${rate}`)
    assert.equal(notes.checkpoints.at(-1)!.progress.rateFactor, rate / 1.2)
  })

  test('but gives up when every step of an epoch is skipped', async () => {
    const options = { ...small, ...square, engine, optimizer: sgd(), onNonFinite: 'skip' } as const
    await assert.rejects(fit(options), { name: 'RunError', message: /every step is skipped/ })
  })

  test('and is not called interrupted when its signal comes at that moment', async () => {
    const { recorder, notes } = note()
    const stop = new AbortController()
    const stopper: Recorder = { steps: () => stop.abort() }
    const [, changes, message] = stopped[4]!
    const { checkpointEveryMs: _, ...rest } = changes
    const recorders = [recorder, stopper]
    const options = { ...small, engine, ...rest, recorders, signal: stop.signal } as FitOptions
    await assert.rejects(fit(options), { name: 'RunError', message })
    assert.deepEqual(notes.calls, ['begin at 0', 'checkpoint 0', 'steps 1', 'fail'])
  })
})
