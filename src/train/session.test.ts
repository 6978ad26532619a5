import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  assertSameBits,
  assertSameEnd,
  finish,
  mnistRows,
  note,
  points,
  small,
  stopAt,
  tenSteps,
  travelled,
  withDropout,
} from '../../test/training.ts'
import { mapNamed, type Named, type Tensor, zerosTensor } from '../base/index.ts'
import type { DataSource } from '../data/index.ts'
import { jsEngine, nativeEngine, referenceEngine } from '../engine/index.ts'
import { crossEntropy, dropout, gaussianNoise, linear, relu, sequential } from '../nn/index.ts'
import {
  adadelta,
  adagrad,
  adam,
  adamax,
  adamw,
  momentum,
  nadam,
  nesterov,
  type OptimizerConfig,
  type OptimizerKind,
  optimizerTable,
  rmsprop,
  sgd,
} from '../optim/index.ts'
import type { Checkpoint } from '../runs/index.ts'
import type { FitOptions } from './experiment.ts'
import { fit } from './fit.ts'

const learningRate = 0.05
const optimizers: { readonly [K in OptimizerKind]: OptimizerConfig } = {
  sgd: sgd({ learningRate, groups: [{ match: 'bias', rateFactor: 2 }] }),
  momentum: momentum({ learningRate, dampening: 0.5 }),
  nesterov: nesterov({ learningRate, weightDecay: 0.01 }),
  adagrad: adagrad({ learningRate }),
  rmsprop: rmsprop({ learningRate, momentum: 0.5, centered: true }),
  adadelta: adadelta(),
  adam: adam({ learningRate, amsgrad: true }),
  adamw: adamw({ learningRate, groups: [{ match: '0', weightDecay: 0 }] }),
  adamax: adamax({ learningRate }),
  nadam: nadam({ learningRate }),
}

const native = await nativeEngine({ threads: 1 })
const engines = { native, js: jsEngine(), reference: referenceEngine() }

/** Before the first step, after it, within an epoch, where calls are of one step, at its end, near the last. */
const stops = { reference: [0, 6, 19], native: [1, 9, 10], js: [2, 8, 10] }

/** Asserts that a run stopped at a step and resumed ends as one never stopped. */
async function assertResumes(options: FitOptions, step: number, expected: Checkpoint) {
  const checkpoint = await stopAt(step, options)
  const read = travelled(checkpoint)
  assertSameBits(read.tensors, checkpoint.tensors)
  assert.deepEqual(read.progress, checkpoint.progress)
  const { notes } = await finish({ ...options, resume: read })
  assertSameEnd(notes.checkpoints.at(-1)!, expected)
}

const lastOf = async (options: FitOptions): Promise<Checkpoint> =>
  (await finish(options)).notes.checkpoints.at(-1)!

for (const name of ['native', 'js', 'reference'] as const)
  describe(`on the ${name} engine a run that is stopped and resumed equals one never stopped`, () => {
    for (const kind of Object.keys(optimizerTable) as OptimizerKind[])
      test(`${kind} with dropout`, async () => {
        const [engine, optimizer] = [engines[name], optimizers[kind]]
        const options = { ...small, model: withDropout, optimizer, engine, stepsPerCall: 7 }
        const expected = await lastOf(options)
        for (const step of stops[name]) await assertResumes(options, step, expected)
      })
  })

for (const name of ['native', 'js', 'reference'] as const)
  test(`on the ${name} engine the steps in a call do not change a bit`, async () => {
    const options = { ...small, model: withDropout, engine: engines[name] }
    const expected = await lastOf({ ...options, stepsPerCall: 1 })
    assertSameEnd(await lastOf({ ...options, stepsPerCall: 7 }), expected)
    assertSameEnd(await lastOf(options), expected)
  })

describe('on pixels, with noise and a parameter that is a unit of its own', () => {
  const model = sequential(linear(90), gaussianNoise(), relu(), dropout(0.2), linear(10))
  let options: FitOptions
  let data: DataSource

  before(async () => {
    data = await mnistRows({ train: 430, validation: 100, test: 100 })
    const engine = native
    const optimizer = adam()
    options = { model, loss: crossEntropy(), optimizer, data, epochs: 2, batchSize: 40, engine }
  })

  test('the steps in a call do not change a bit', async () => {
    const expected = await lastOf({ ...options, stepsPerCall: 1 })
    assertSameEnd(await lastOf({ ...options, stepsPerCall: 7 }), expected)
    assertSameEnd(await lastOf(options), expected)
  })

  test('a run that is stopped, resumed, stopped and resumed equals one never stopped', async () => {
    const expected = await lastOf(options)
    const first = travelled(await stopAt(4, { ...options, stepsPerCall: 3 }))
    const second = travelled(await stopAt(13, { ...options, stepsPerCall: 1, resume: first }))
    assert.deepEqual([first.progress.step, second.progress.step], [6, 13])
    assertSameEnd(await lastOf({ ...options, resume: second }), expected)
  })
})

/** Two epochs on the native engine. */
const base = { ...small, engine: native }

test('a run that is killed goes on from the last checkpoint that it told', async () => {
  const options = { ...small, model: withDropout, stepsPerCall: 3, engine: native }
  const expected = await lastOf(options)
  for (const [checkpointEveryMs, lastStep] of [
    [0, 13],
    [60_000, 10],
  ] as const) {
    const { recorder, notes } = note()
    const killer = {
      steps: () => {
        if (notes.records.at(-1)!.step >= 16) throw new Error('killed')
      },
    }
    const recorders = [recorder, killer]
    await assert.rejects(fit({ ...options, checkpointEveryMs, recorders }), /killed/)
    const checkpoint = travelled(notes.checkpoints.at(-1)!)
    assert.equal(checkpoint.progress.step, lastStep)
    assertSameEnd(await lastOf({ ...options, resume: checkpoint }), expected)
  }
})

test('the comparison sees what a checkpoint lacks: without its moments a run ends elsewhere', async () => {
  const expected = await lastOf(base)
  const { tensors, progress } = await stopAt(6, { ...base, stepsPerCall: 1 })
  const forgotten: Named<Tensor> = mapNamed(tensors, (tensor, name) =>
    name.startsWith('optimizer/') ? zerosTensor(tensor.dtype, tensor.shape) : tensor,
  )
  const resumed = await lastOf({ ...base, resume: { tensors: forgotten, progress } })
  assert.throws(() => assertSameBits(resumed.tensors, expected.tensors), /other bits/)
})

test('a finished run can be taken further, as if it had been planned so', async () => {
  const expected = await lastOf({ ...base, epochs: 3 })
  const finished = await lastOf(base)
  assertSameEnd(await lastOf({ ...base, epochs: 3, resume: finished }), expected)
})

test('a stopped run says how far it came and holds its checkpoint', async () => {
  const { recorder, notes } = note()
  const stop = new AbortController()
  const stopper = { steps: () => stop.abort() }
  const recorders = [recorder, stopper]
  const run = await fit({ ...base, stepsPerCall: 3, recorders, signal: stop.signal })
  assert.equal(run.status, 'interrupted')
  assert.deepEqual(notes.calls, [
    'begin at 0',
    'checkpoint 0',
    'steps 1 2 3',
    'checkpoint 3',
    'end interrupted',
  ])
  assert.deepEqual(run.history, [])
  assertSameBits(run.checkpoint!.tensors, notes.checkpoints[1]!.tensors)
  assert.deepEqual(run.checkpoint!.progress, notes.checkpoints[1]!.progress)
  const [{ epochs, steps, train } = assert.fail()] = notes.results
  assert.deepEqual({ epochs, steps }, { epochs: 0, steps: 3 })
  const losses = notes.records.map(({ loss }) => loss)
  const hits = notes.records.map(({ accuracy }) => 4 * accuracy!)
  assert.equal(train.examples, 12)
  assert.equal(train.loss, losses.reduce((total, loss) => total + 4 * loss, 0) / 12)
  assert.equal(train.accuracy, hits.reduce((total, hit) => total + hit, 0) / 12)
})

test('a stop after the last step changes nothing', async () => {
  const { recorder, notes } = note()
  const stop = new AbortController()
  const stopper = { epoch: ({ epoch }: { epoch: number }) => epoch === 2 && stop.abort() }
  const recorders = [recorder, stopper as object]
  const run = await fit({ ...base, recorders, signal: stop.signal })
  assert.equal(run.status, 'completed')
  assert.equal(notes.calls.at(-1), 'end completed')
})

test('the sums of an epoch under way count its examples, partial batches included', async () => {
  const { progress } = await stopAt(8, { ...base, stepsPerCall: 1, data: await points(38) })
  assert.equal(progress.partial.examples, 32)
  assert.equal(progress.epoch, 0)
  const { progress: atEnd } = await stopAt(10, { ...base, stepsPerCall: 1, data: tenSteps })
  assert.deepEqual(atEnd.partial, { lossSum: 0, correct: 0, examples: 0 })
  assert.equal(atEnd.history[0]!.train.examples, 38)
})
