import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { note, points, small, stopAt, tenSteps } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { type DataSource, dataOf } from '../data/index.ts'
import { nativeEngine } from '../engine/index.ts'
import { batchNorm, linear, meanSquaredError, relu, sequential } from '../nn/index.ts'
import { cosineDecay, earlyStopping, momentum, sgd } from '../optim/index.ts'
import type { Recorder } from '../runs/index.ts'
import type { FitOptions } from './experiment.ts'
import { fit } from './fit.ts'
import { findNonFinite } from './guards.ts'

const engine = await nativeEngine({ threads: 1 })
const { train, description } = tenSteps
const ofTrain = (changes: object): DataSource => ({ train: { ...train, ...changes }, description })
const inputs = (values: number[][]) => tensor(values)

/** What does not fit, and what the error says; no run begins. */
const refused: readonly (readonly [string, object, string, RegExp])[] = [
  [
    'data without a row',
    { data: ofTrain({ inputs: { dtype: 'float32', shape: [0, 4], data: new Float32Array(0) } }) },
    'DataError',
    /dataset "points train": expected at least one row of inputs, received inputs of shape \[0, 4\]/,
  ],
  [
    'a schedule of a kind that there is not, in a sequence',
    {
      schedule: { kind: 'sequence', schedules: [cosineDecay(), { kind: 'sine' }], milestones: [9] },
    },
    'ConfigError',
    /^schedule: expected one of stepDecay, .*received "sine"$/,
  ],
  ...['penalty', 'clip', 'constraint', 'averaging'].map(
    (name): [string, object, string, RegExp] => [
      `a kind of ${name} that there is not`,
      { [name]: { kind: 'none' } },
      'ConfigError',
      new RegExp(`^${name}: expected one of .*received "none"$`),
    ],
  ),
  [
    'early stopping by an accuracy that there is not',
    {
      loss: meanSquaredError(),
      data: await dataOf({
        train: {
          inputs: [[1], [2]],
          targets: [
            [1, 2, 3],
            [4, 5, 6],
          ],
        },
      }),
      batchSize: 2,
      earlyStopping: earlyStopping({ monitor: 'accuracy' }),
    },
    'ConfigError',
    /^earlyStopping: expected the loss to be monitored/,
  ],
  [
    'a batch larger than the data',
    { batchSize: 39 },
    'DataError',
    /expected a batch of 1 to 38 rows.*received 39 \(batchSize\)/,
  ],
  [
    'a single example left over for a batch normalisation',
    { batchSize: 37, model: sequential(linear(5), batchNorm(), linear(3)) },
    'ShapeError',
    /^batchNorm "1": expected at least 2 values per channel in training, received \[1, 5\] .* leaves no single example over/,
  ],
  [
    'a label out of range',
    { data: ofTrain({ targets: { ...train.targets, data: train.targets.data.map(() => 3) } }) },
    'DataError',
    /expected class indices, integers from 0 to 2, received 3 at row 0/,
  ],
  [
    'a label that is no integer',
    {
      data: ofTrain({ targets: tensor(Array.from({ length: 38 }, (_, i) => (i === 5 ? 0.5 : 1))) }),
    },
    'DataError',
    /expected class indices.*received 0.5 at row 5/,
  ],
  [
    'NaN among the inputs',
    {
      data: ofTrain({
        inputs: inputs(Array.from({ length: 38 }, (_, i) => [i === 9 ? Number.NaN : 1])),
      }),
    },
    'DataError',
    /expected finite numbers, received NaN at row 9/,
  ],
  [
    'other targets than inputs',
    {
      data: ofTrain({
        targets: { ...train.targets, shape: [37], data: train.targets.data.slice(1) },
      }),
    },
    'DataError',
    /expected 38 targets/,
  ],
  ['no epochs', { epochs: 0 }, 'ConfigError', /epochs: expected a positive integer, received 0/],
  ['half an epoch', { epochs: 0.5 }, 'ConfigError', /epochs: expected a positive integer/],
  ['no batch', { batchSize: 0 }, 'ConfigError', /batchSize: expected a positive integer/],
  ['no step in a call', { stepsPerCall: 0 }, 'ConfigError', /stepsPerCall: expected a positive/],
  ['a negative seed', { seed: -1 }, 'ConfigError', /seed: expected an integer from 0/],
  [
    'an engine that there is not',
    { engine: 'abacus' },
    'EngineError',
    /engine: expected auto or one of .*native, .*received "abacus"/,
  ],
  [
    'an optimiser that there is not',
    { optimizer: { kind: 'lion', learningRate: 1 } },
    'ConfigError',
    /optimizer: expected one of sgd, .*received "lion"/,
  ],
  [
    'a loss that there is not',
    { loss: { kind: 'hope' } },
    'ConfigError',
    /loss: .*received "hope"/,
  ],
  ['a layer that there is not', { model: { kind: 'magic' } }, 'ConfigError', /received "magic"/],
  [
    'layers that do not fit together',
    { model: sequential(linear(8), relu(), linear(3, { inputFeatures: 9 })) },
    'ShapeError',
    /linear "2": expected \[\.\.\., 9\], received \[.*8\] \(output of relu "1"\)/,
  ],
  [
    'a first layer that does not fit the data',
    { model: sequential(linear(3, { inputFeatures: 5 })) },
    'ShapeError',
    /linear "0": expected \[\.\.\., 5\], received \[.*4\] \(output of data "inputs"\)/,
  ],
  [
    'fewer outputs than classes',
    { model: sequential(linear(5), linear(2)) },
    'ShapeError',
    /crossEntropy: expected \[B, 3\].*dataset "points train", received \[B, 2\] \(output of linear "1"\)/,
  ],
  [
    'fewer outputs than the greatest label, where the number of classes is not told',
    { model: linear(2), data: ofTrain({ classes: undefined }) },
    'ShapeError',
    /crossEntropy: expected \[B, 3\]/,
  ],
  [
    'targets that are not shaped as the output',
    {
      model: linear(1),
      loss: meanSquaredError(),
      data: await dataOf({ train: { inputs: [[1], [2], [3], [4]], targets: [1, 2, 3, 4] } }),
    },
    'ShapeError',
    /expected targets of shape \[1, 1\], received \[1\]/,
  ],
]

describe('fit refuses before anything begins', () => {
  for (const [what, changes, name, message] of refused)
    test(what, async () => {
      const { recorder, notes } = note()
      const options = { ...small, engine, recorders: [recorder], ...changes } as FitOptions
      await assert.rejects(fit(options), { name, message })
      assert.deepEqual(notes.calls, ['fail'])
    })
})

const resume = await stopAt(6, { ...small, engine, stepsPerCall: 1 })

describe('fit refuses a checkpoint', () => {
  const refuses = async (changes: Partial<FitOptions>, message: RegExp) => {
    const { recorder, notes } = note()
    const options = { ...small, engine, resume, recorders: [recorder], ...changes }
    await assert.rejects(fit(options), { name: 'RunError', message })
    assert.deepEqual(notes.calls, ['fail'])
  }

  test('of a model with other sizes, and lists every tensor that differs, with no other', async () => {
    const model = sequential(linear(6), relu(), linear(3))
    const slots = ['', 'optimizer/moment/', 'optimizer/squares/']
    const list = (...types: string[]) =>
      slots.flatMap(slot => types.map(type => `${slot}${type}`)).join(', ')
    const expected = list(
      '0.weight float32 [6, 4]',
      '0.bias float32 [6]',
      '2.weight float32 [3, 6]',
    )
    const received = list(
      '0.weight float32 [5, 4]',
      '0.bias float32 [5]',
      '2.weight float32 [3, 5]',
    )
    await assert.rejects(fit({ ...small, engine, resume, model }), {
      message: `resume: expected ${expected}, received ${received}. They belong to another model or optimiser`,
    })
  })

  test('of a model with more layers', () =>
    refuses(
      { model: sequential(linear(3)) },
      /expected .*2.weight none.*received .*2.weight float32 \[3, 5\].*another model or optimiser/,
    ))

  test('of a model with fewer layers', () =>
    refuses(
      { model: sequential(linear(5), relu(), linear(3), linear(3)) },
      /expected 3.weight float32 \[3, 3\].*3.bias float32 \[3\].*received 3.weight none/,
    ))

  test('of another optimiser, with more tensors or with others', async () => {
    await refuses({ optimizer: sgd() }, /optimizer\/moment\/0.weight none/)
    await refuses({ optimizer: momentum() }, /optimizer\/velocity\/0.weight float32 \[5, 4\]/)
  })

  test('with tensors of another element type', () => {
    const { shape, data } = resume.tensors['2.bias']!
    const wrong = { dtype: 'float64' as const, shape, data: Float64Array.from(data) }
    const tensors = { ...resume.tensors, '2.bias': wrong }
    return refuses(
      { resume: { ...resume, tensors } },
      /resume: expected 2.bias float32 \[3\], received 2.bias float64 \[3\]\./,
    )
  })

  test('with a number that is not finite', () => {
    const tensors = { ...resume.tensors, '2.bias': tensor([0, Number.NaN, 0]) }
    return refuses(
      { resume: { ...resume, tensors } },
      /resume: expected finite tensors, received NaN in 2.bias/,
    )
  })

  test('of a run with another batch size, or with other data', async () => {
    const message = /resume: expected .* after 6 steps.*received 0 whole epochs and 24 examples/
    await refuses({ batchSize: 5 }, message)
    await refuses({ data: await points(16) }, message)
  })
})

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

test('the first number that is not finite is found, with the name of its tensor', () => {
  const labels = { dtype: 'uint8' as const, shape: [1], data: Uint8Array.of(255) }
  assert.equal(findNonFinite({ a: tensor([1, -1e38]), labels }), undefined)
  assert.equal(
    findNonFinite({ a: tensor([1, 2]), b: tensor([0, -Infinity, Number.NaN]) }),
    '-Infinity in b',
  )
})
