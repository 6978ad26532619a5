import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { note, points, small, stopAt, tenSteps } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { type DataSource, dataOf } from '../data/index.ts'
import { nativeEngine } from '../engine/index.ts'
import { batchNorm, linear, meanSquaredError, relu, sequential } from '../nn/index.ts'
import { cosineDecay, earlyStopping, momentum, sgd } from '../optim/index.ts'
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

test('the first number that is not finite is found, with the name of its tensor', () => {
  const labels = { dtype: 'uint8' as const, shape: [1], data: Uint8Array.of(255) }
  assert.equal(findNonFinite({ a: tensor([1, -1e38]), labels }), undefined)
  assert.equal(
    findNonFinite({ a: tensor([1, 2]), b: tensor([0, -Infinity, Number.NaN]) }),
    '-Infinity in b',
  )
})
