import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  assertSameBits,
  finish,
  note,
  points,
  small,
  tenSteps,
  withDropout,
} from '../../test/training.ts'
import { dataOf } from '../data/index.ts'
import { nativeEngine, referenceEngine } from '../engine/index.ts'
import { binaryCrossEntropy, linear, meanSquaredError, sequential } from '../nn/index.ts'
import { adam, sgd } from '../optim/index.ts'
import type { EpochRecord } from '../runs/index.ts'
import type { FitOptions } from './experiment.ts'
import { fit } from './fit.ts'
import { signatureOf } from './signature.ts'

const engine = await nativeEngine({ threads: 1 })
const trainOnly = await points(38)
const sums = await regression()

/** A number of the loss' size, so that two of them are close. */
const assertNear = (found: number, expected: number, what: string): void =>
  assert.ok(
    Math.abs(found - expected) <= 1e-6 * Math.abs(expected),
    `${what}: ${found}, ${expected}`,
  )

describe('a run tells its recorders', () => {
  const expected = [
    'begin at 0',
    'checkpoint 0',
    'steps 1 2 3 4 5 6 7',
    'steps 8 9',
    'steps 10',
    'epoch 1',
    'checkpoint 10',
    'steps 11 12 13 14 15 16 17',
    'steps 18 19',
    'steps 20',
    'epoch 2',
    'checkpoint 20',
    'model',
    'end completed',
  ]

  test('everything once and in order', async () => {
    const { notes } = await finish({ ...small, engine, stepsPerCall: 7 })
    assert.deepEqual(notes.calls, expected)
  })

  test('one after the other, each awaited', async () => {
    const [first, second] = [note(), note()]
    const order: string[] = []
    const slowly = <A extends unknown[]>(tell: (...args: A) => unknown) => {
      return async (...args: A) => {
        await new Promise(resolve => setTimeout(resolve, 1))
        await tell(...args)
        order.push('first')
      }
    }
    const { begin, steps, epoch, checkpoint, model, end } = first.recorder
    const slow = {
      begin: slowly(begin),
      steps: slowly(steps),
      epoch: slowly(epoch),
      checkpoint: slowly(checkpoint),
      model: slowly(model),
      end: slowly(end),
    }
    const watched = new Proxy(second.recorder, {
      get: (target, name: keyof typeof second.recorder) => {
        return (...args: [never, never]) => {
          order.push('second')
          return target[name](...args)
        }
      },
    })
    await fit({ ...small, engine, stepsPerCall: 7, recorders: [slow, watched] })
    assert.deepEqual(first.notes.calls, expected)
    assert.deepEqual(second.notes.calls, expected)
    // Looking whether the second wants checkpoints reads the part and calls nothing.
    assert.deepEqual(
      order,
      expected.flatMap(() => ['first', 'second']),
    )
  })

  test('where it goes on, when it is resumed', async () => {
    const { notes: whole } = await finish({ ...small, engine, stepsPerCall: 7 })
    const { notes } = await finish({
      ...small,
      engine,
      stepsPerCall: 7,
      resume: whole.checkpoints[1]!,
    })
    assert.deepEqual(notes.calls, ['begin at 10', ...expected.slice(7)])
  })

  test('a checkpoint after every call, when it may', async () => {
    const { notes } = await finish({ ...small, engine, stepsPerCall: 4, checkpointEveryMs: 0 })
    const steps = notes.checkpoints.map(({ progress }) => progress.step)
    assert.deepEqual(steps, [0, 4, 8, 9, 10, 14, 18, 19, 20])
  })

  test('of its failure, once, and of no end', async () => {
    const { recorder, notes } = note()
    const mistake = new Error('the disk is full')
    const broken = { epoch: () => Promise.reject(mistake) }
    await assert.rejects(fit({ ...small, engine, recorders: [recorder, broken] }), mistake)
    assert.deepEqual(notes.calls.slice(-2), ['epoch 1', 'fail'])
    assert.deepEqual(notes.errors, [mistake])
  })

  test('what it is before it starts: the experiment without its examples, as JSON', async () => {
    const { notes } = await finish({ ...small, engine, name: 'ten steps' })
    const [description = assert.fail()] = notes.descriptions
    assert.deepEqual(JSON.parse(JSON.stringify(description)), description)
    assert.equal(description.name, 'ten steps')
    assert.deepEqual(description.steps, { perEpoch: 10, total: 20 })
    assert.equal(description.parameters, 5 * 4 + 5 + 3 * 5 + 3)
    const signature = signatureOf(tenSteps)
    assert.deepEqual(description.data, { ...tenSteps.description, signature })
    assert.deepEqual(signature.inputs, { dtype: 'float32', shape: [4] })
    const { model, loss, optimizer, epochs, batchSize, seed } = small
    const rest = { model, loss, optimizer, epochs, batchSize, seed }
    assert.deepEqual(description.experiment, {
      ...rest,
      penalty: null,
      shuffle: true,
    })
    assert.match(description.versions.engine!, /^native: onnxruntime-node /)
  })
})

describe('the history', () => {
  test('has the scores of every epoch, its steps, and time that passes', async () => {
    const { run, notes } = await finish({ ...small, engine, epochs: 4 })
    assert.deepEqual(run.history, notes.epochs)
    assert.deepEqual(notes.checkpoints.at(-1)!.progress.history, notes.epochs)
    assert.deepEqual(
      run.history.map(({ epoch, step, train, validation }) => [
        epoch,
        step,
        train.examples,
        validation!.examples,
      ]),
      [1, 2, 3, 4].map(epoch => [epoch, 10 * epoch, 38, 9]),
    )
    const times = run.history.map(({ seconds }) => seconds)
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    )
    assert.ok(times[0]! > 0 && run.seconds >= times.at(-1)!)
    for (const { examplesPerSecond } of run.history) assert.ok(examplesPerSecond > 0)
  })

  test('scores training by the sums over the steps, the last batch by its own size', async () => {
    const { run, notes } = await finish({ ...small, engine, stepsPerCall: 7 })
    for (const { epoch, train } of run.history) {
      const steps = notes.records.filter(record => record.epoch === epoch)
      const total = (of: (record: (typeof steps)[number]) => number) =>
        steps.reduce((sum, record) => sum + of(record), 0) / 38
      assert.equal(
        train.loss,
        total(({ loss, examples }) => loss * examples),
      )
      assertNear(
        train.accuracy!,
        total(({ accuracy, examples }) => accuracy! * examples),
        'accuracy',
      )
      assert.equal(train.accuracy, Math.round(train.accuracy! * 38) / 38, 'a whole number right')
    }
    assert.deepEqual(run.train, run.history.at(-1)!.train)
    assert.deepEqual(run.validation, run.history.at(-1)!.validation)
    assert.equal(run.test, undefined)
  })

  test('scores training as validation does when the model stands still', async () => {
    const { train } = tenSteps
    const data = { ...tenSteps, validation: { ...train, name: 'the same' } }
    const { run } = await finish({ ...small, data, engine, optimizer: sgd({ learningRate: 0 }) })
    for (const { train, validation } of run.history) {
      assert.equal(train.accuracy, validation!.accuracy)
      assertNear(train.loss, validation!.loss, 'loss')
    }
  })

  test('counts an example with some of its bits right in part', async () => {
    const bits = [
      [1, 0, 1],
      [0, 0, 1],
      [1, 1, 1],
      [0, 1, 0],
      [0, 0, 0],
    ]
    const inputs = [[1], [-2], [3], [-4], [5]]
    const examples = { inputs, targets: bits }
    const { run } = await finish({
      ...small,
      model: linear(3),
      loss: binaryCrossEntropy(),
      data: await dataOf({ train: examples, validation: examples }),
      optimizer: sgd({ learningRate: 0 }),
      batchSize: 1,
      engine: referenceEngine(),
    })
    const { weight } = run.parameters
    const right = inputs.flatMap(([x], i) =>
      bits[i]!.map((bit, k) => Number(weight!.data[k]! * x! > 0 === (bit === 1))),
    )
    const share = right.reduce((sum, one) => sum + one, 0) / 15
    assert.ok(right.includes(0) && right.includes(1))
    assertNear(run.train.accuracy!, share, 'train')
    assertNear(run.validation!.accuracy!, share, 'validation')
  })
})

describe('the best epoch', () => {
  const firstGreatest = (values: number[]): number => values.indexOf(Math.max(...values)) + 1
  for (const [what, changes, worth] of [
    [
      'is the first of the greatest validation accuracy',
      { optimizer: adam({ learningRate: 0.3 }) },
      ({ validation }: EpochRecord) => validation!.accuracy!,
    ],
    [
      'is that of the greatest training accuracy without validation',
      { data: trainOnly },
      ({ train }: EpochRecord) => train.accuracy!,
    ],
    [
      'is that of the smallest validation loss where nothing is classified',
      {
        data: sums,
        loss: meanSquaredError(),
        model: linear(1),
        optimizer: sgd({ learningRate: 0.5 }),
      },
      ({ validation }: EpochRecord) => -validation!.loss,
    ],
  ] as const)
    test(what, async () => {
      const { run, notes } = await finish({ ...small, epochs: 8, engine, ...changes })
      const values = run.history.map(worth)
      const best = firstGreatest(values)
      assert.ok(new Set(values).size > 1, 'the epochs differ')
      assert.deepEqual(notes.checkpoints.at(-1)!.progress.best, {
        epoch: best,
        value: values[best - 1],
      })
      const records = values.map((value, i) => values.slice(0, i).every(before => value > before))
      assert.deepEqual(notes.best, [false, ...records])
    })
})

/** Targets [N, 1]: sums of two numbers with some noise. */
async function regression() {
  const rows = (first: number, count: number) => ({
    inputs: Array.from({ length: count }, (_, i) => [
      Math.sin(first + i),
      Math.cos(3 * (first + i)),
    ]),
    targets: Array.from({ length: count }, (_, i) => [
      Math.sin(first + i) + Math.cos(3 * (first + i)) + Math.sin(17 * (first + i)),
    ]),
  })
  return dataOf({ train: rows(0, 30), validation: rows(100, 20) })
}

test('equal experiments give equal parameters, bit for bit, and another seed does not', async () => {
  const options = { ...small, model: withDropout, engine }
  const { parameters } = (await finish(options)).run
  assertSameBits((await finish(options)).run.parameters, parameters)
  const other = (await finish({ ...options, seed: 8 })).run.parameters
  assert.throws(() => assertSameBits(other, parameters), /other bits/)
})

test('the parameters of a run are those of its last checkpoint, without the optimiser', async () => {
  const { run, notes } = await finish({ ...small, engine })
  const names = ['0.weight', '0.bias', '2.weight', '2.bias']
  const { tensors } = notes.checkpoints.at(-1)!
  assertSameBits(run.parameters, Object.fromEntries(names.map(name => [name, tensors[name]!])))
  assert.deepEqual(notes.models[0], run.toOnnx())
})

test('training learns what there is to learn', async () => {
  const data = await points(400, 100)
  const { run } = await finish({ ...small, model: sequential(linear(3)), data, epochs: 12, engine })
  assert.ok(run.validation!.accuracy! > 0.93, `accuracy ${run.validation!.accuracy}`)
})

test('a small net trains on the js engine unless another is asked for, and the run says why', async () => {
  const described = async (choice: Pick<FitOptions, 'engine'>) =>
    (await finish({ ...small, epochs: 1, ...choice })).notes.descriptions[0]!.engine!
  const { name, reason } = await described({})
  assert.equal(name, 'js')
  assert.match(reason, /^[\d,]+ multiply-adds and elements in \d+ ops, fewer than 600 an op$/)
  for (const asked of ['reference' as const, referenceEngine()])
    assert.deepEqual(await described({ engine: asked }), { name: 'reference', reason: 'asked for' })
  const chosen = { engine: referenceEngine(), reason: 'it is slow' }
  assert.deepEqual(await described({ engine: async () => chosen }), {
    name: 'reference',
    reason: 'it is slow',
  })
})
