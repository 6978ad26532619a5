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
import { type Named, type Tensor, unprefixNamed } from '../base/index.ts'
import { type Engine, nativeEngine, referenceEngine } from '../engine/index.ts'
import { batchNorm, linear, relu, sequential } from '../nn/index.ts'
import {
  adamw,
  clipByNorm,
  clipByValue,
  cosineDecay,
  earlyStopping,
  ema,
  l1,
  l2,
  maxNorm,
  sgd,
  swa,
} from '../optim/index.ts'
import type { FitOptions } from './experiment.ts'

const native = await nativeEngine({ threads: 1 })
/** Ten steps in each of two epochs, and a unit of its own for one weight. */
const base = { ...small, optimizer: sgd({ learningRate: 0.5 }), engine: native }
const large = { ...base, model: sequential(linear(16_400), relu(), linear(3)) }
const normalised = { ...base, model: sequential(linear(5), batchNorm(), relu(), linear(3)) }

/** The tensors after every step, the start included. */
async function everyStep(options: FitOptions): Promise<Named<Tensor>[]> {
  const { notes } = await finish({ ...options, stepsPerCall: 1, checkpointEveryMs: 0 })
  return notes.checkpoints.map(({ tensors }) => tensors)
}

const norm = (row: Iterable<number>): number => Math.hypot(...row)

function distance(a: Named<Tensor>, b: Named<Tensor>): number {
  const steps = Object.entries(a).flatMap(([name, { data }]) =>
    [...data].map((x, i) => x - b[name]!.data[i]!),
  )
  return Math.sqrt(steps.reduce((sum, x) => sum + x * x, 0))
}

describe('clipping', () => {
  test('by norm lets no step be longer than the limit times the rate', async () => {
    for (const options of [base, large]) {
      const lengths = async (clip: object) => {
        const points = await everyStep({ ...options, ...clip, epochs: 1 })
        return points.slice(1).map((point, i) => distance(point, points[i]!))
      }
      const limit = 0.1
      const free = await lengths({})
      const held = await lengths({ clip: clipByNorm(limit) })
      assert.ok(Math.max(...free) > 0.5 * limit * 2, `${free}`)
      assert.ok(Math.max(...held) < 0.5 * limit * 1.0001, `${held}`)
    }
  })

  test('by value lets no element go further than the limit times the rate', async () => {
    const [before, after] = await everyStep({ ...base, clip: clipByValue(0.01), epochs: 1 })
    const steps = Object.entries(after!).flatMap(([name, { data }]) =>
      [...data].map((x, i) => Math.abs(x - before![name]!.data[i]!)),
    )
    const most = Math.max(...steps)
    assert.ok(Math.abs(most - 0.005) < 1e-6, `${most}`)
  })

  test('that no gradient reaches changes no bit', async () => {
    const expected = (await finish(base)).run.parameters
    for (const clip of [clipByNorm(1e6), clipByValue(1e6)])
      assertSameBits((await finish({ ...base, clip })).run.parameters, expected)
  })
})

test('max-norm holds every unit within the limit, in weights of their own and in shared ones', async () => {
  for (const options of [base, large]) {
    const { run } = await finish({ ...options, constraint: maxNorm(0.5) })
    for (const [name, { shape, data }] of Object.entries(run.parameters)) {
      if (shape.length < 2) continue
      const size = shape[1]!
      const norms = Array.from({ length: shape[0]! }, (_, i) =>
        norm(data.subarray(i * size, (i + 1) * size)),
      )
      assert.ok(Math.max(...norms) < 0.5001, `${name}: ${Math.max(...norms)}`)
    }
    assert.ok(norm(run.parameters['2.bias']!.data) > 0.1)
  }
})

describe('groups', () => {
  const groups = (group: object) =>
    sgd({ learningRate: 0.5, weightDecay: 0.1, groups: [group as never] })
  const firstStep = async (optimizer: FitOptions['optimizer']) =>
    (await everyStep({ ...base, optimizer, epochs: 1 }))[1]!

  test('may decay otherwise', async () => {
    const [whole, split, none] = [
      await firstStep(sgd({ learningRate: 0.5, weightDecay: 0.1 })),
      await firstStep(groups({ match: '2', weightDecay: 0 })),
      await firstStep(sgd({ learningRate: 0.5 })),
    ]
    const of = (tensors: Named<Tensor>, layer: string) => unprefixNamed(`${layer}.`, tensors)
    assertSameBits(of(split, '0'), of(whole, '0'))
    assertSameBits(of(split, '2'), of(none, '2'))
    assert.notDeepEqual(of(split, '2'), of(whole, '2'))
  })

  test('with a rate of 0 stay where they are', async () => {
    const points = await everyStep({ ...base, optimizer: groups({ match: '0', rateFactor: 0 }) })
    const first = unprefixNamed('0.', points[0]!)
    assertSameBits(unprefixNamed('0.', points.at(-1)!), first)
    assert.notDeepEqual(points[0]!['2.bias'], points.at(-1)!['2.bias'])
  })

  test('without a parameter are refused before the first step', async () => {
    await assert.rejects(finish({ ...base, optimizer: groups({ match: 'gamma' }) }), {
      name: 'ConfigError',
      message:
        /sgd groups\.0: expected a pattern that matches one of 0\.weight, 0\.bias, 2\.weight/,
    })
  })
})

describe('averages', () => {
  const own = (tensors: Named<Tensor>) =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => !/^(optimizer|average)\//.test(name)),
    )

  /** Asserts that tensors are the means of others, weighted. */
  function assertMean(
    found: Named<Tensor>,
    points: readonly Named<Tensor>[],
    shares: readonly number[],
  ) {
    for (const [name, { data }] of Object.entries(found))
      data.forEach((x, i) => {
        const mean = points.reduce((sum, point, j) => sum + shares[j]! * point[name]!.data[i]!, 0)
        assert.ok(Math.abs(x - mean) < 1e-5 * (1 + Math.abs(mean)), `${name}: ${x}, not ${mean}`)
      })
  }

  test('that move are those of their formula, buffers included, and training does not see them', async () => {
    const decay = 0.9
    const points = (await everyStep({ ...normalised, averaging: ema({ decay }) })).map(own)
    const { run } = await finish({ ...normalised, averaging: ema({ decay }) })
    const shares = points.map((_, t) => (1 - decay) * decay ** (20 - t))
    assertMean(run.parameters, points.slice(1), [decay ** 19, ...shares.slice(2)])
    assert.ok('1.running_mean' in run.parameters)
    const { run: plain } = await finish(normalised)
    assertSameBits(points.at(-1)!, plain.parameters)
  })

  test('over the ends of epochs are those of the last epochs', async () => {
    const options = { ...base, epochs: 4, averaging: swa({ start: 0.25 }) }
    const points = (await everyStep(options)).map(own)
    const { run } = await finish(options)
    assertMean(run.parameters, [points[20]!, points[30]!, points[40]!], [1 / 3, 1 / 3, 1 / 3])
  })

  test('are what is scored and exported: as a run scores that starts with them and stays', async () => {
    for (const averaging of [ema({ decay: 0.8 }), swa({ start: 0 })]) {
      const { run } = await finish({ ...normalised, averaging })
      const { run: still } = await finish({
        ...normalised,
        optimizer: sgd({ learningRate: 0 }),
        model: sequential(linear(5), batchNorm({ momentum: 0 }), relu(), linear(3)),
        epochs: 1,
        resume: { tensors: run.parameters, progress: start },
      })
      assert.deepEqual(run.validation, still.validation)
      assertSameBits(run.parameters, still.parameters)
    }
  })
})

const start = {
  step: 0,
  epoch: 0,
  partial: { lossSum: 0, correct: 0, examples: 0 },
  history: [],
  seconds: 0,
}

/** Everything at once. */
const all = {
  ...normalised,
  optimizer: adamw({
    learningRate: 0.05,
    groups: [{ match: 'bias', weightDecay: 0, rateFactor: 2 }],
  }),
  schedule: cosineDecay(),
  penalty: [l1(1e-4), l2(1e-3)],
  clip: clipByNorm(0.5),
  constraint: maxNorm(2),
  averaging: ema({ decay: 0.8 }),
  earlyStopping: earlyStopping({ patience: 2, monitor: 'accuracy' }),
  epochs: 4,
}

describe('all of it at once', () => {
  for (const engine of [native, referenceEngine()])
    test(`stopped and resumed on the ${engine.name} engine equals a run never stopped`, async () => {
      const options = { ...all, engine, stepsPerCall: 7 }
      const whole = await finish(options)
      for (const step of [4, 20, 29]) {
        const resume = travelled(await stopAt(step, { ...options, stepsPerCall: 4 }))
        const { run, notes } = await finish({ ...options, resume })
        assertSameEnd(notes.checkpoints.at(-1)!, whole.notes.checkpoints.at(-1)!)
        assertSameBits(run.parameters, whole.run.parameters)
        assert.equal(run.epoch, whole.run.epoch)
      }
    })

  test('compiles no more programs than a plain run', async () => {
    let compiled = 0
    const engine: Engine = {
      ...native,
      compile(program, options) {
        compiled++
        return native.compile(program, options)
      },
    }
    await finish({ ...normalised, engine, epochs: 2 })
    const plain = compiled
    await finish({ ...all, engine, epochs: 2 })
    assert.equal(compiled, 2 * plain)
  })

  test('is described as data', async () => {
    const { notes } = await finish(all)
    const described = notes.descriptions[0]!.experiment
    const { optimizer, schedule, penalty, clip, constraint, averaging, earlyStopping } = all
    for (const [name, value] of Object.entries({
      optimizer,
      schedule,
      penalty,
      clip,
      constraint,
      averaging,
      earlyStopping,
    }))
      assert.deepEqual(JSON.parse(JSON.stringify(described))[name], value)
  })
})
