import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { assertSameBits, note, small, stopAt, withDropout } from '../../test/training.ts'
import {
  type Engine,
  type EngineChooser,
  nativeEngine,
  referenceEngine,
  together,
} from '../engine/index.ts'
import { lsuv } from '../init/index.ts'
import { add, input, mul, neg, sub } from '../ir/index.ts'
import {
  batchNorm,
  conv2d,
  flatten,
  gaussianNoise,
  linear,
  relu,
  reshape,
  sequential,
} from '../nn/index.ts'
import { earlyStopping, ema, momentum, reduceOnPlateau } from '../optim/index.ts'
import type { Experiment } from './experiment.ts'
import { fit } from './fit.ts'
import { fitSeeds, seedsWay } from './fit-seeds.ts'

const seeds = [3, 4, 11]
const engines: Readonly<Record<string, () => Promise<Engine>>> = {
  reference: async () => referenceEngine(),
  native: () => nativeEngine({ threads: 1 }),
}
const experiments: Readonly<Record<string, Experiment>> = {
  'dropout, and a last batch of another size': { ...small, model: withDropout },
  'batch normalisation and averaged weights': {
    ...small,
    model: sequential(linear(5), batchNorm(), relu(), linear(3)),
    averaging: ema({ decay: 0.5 }),
  },
  noise: { ...small, model: sequential(linear(5), gaussianNoise(), relu(), linear(3)) },
  'a convolution': {
    ...small,
    model: sequential(reshape([1, 2, 2]), conv2d(3, 2), relu(), flatten(), linear(3)),
  },
  'a rate that goes by what each scores': {
    ...small,
    optimizer: momentum({ learningRate: 0.05 }),
    schedule: reduceOnPlateau({ patience: 0 }),
    epochs: 4,
  },
}

for (const [engineName, create] of Object.entries(engines))
  describe(`seeds in one graph on the ${engineName} engine`, () => {
    for (const [name, experiment] of Object.entries(experiments))
      test(`end as one by one: ${name}`, async () => {
        const engine = await create()
        const runs = await fitSeeds({ ...experiment, engine, seeds, way: 'graph' })
        for (const [i, seed] of seeds.entries()) {
          const alone = await fit({ ...experiment, engine, seed })
          const run = runs[i]!
          assert.deepEqual(Object.keys(run.parameters), Object.keys(alone.parameters))
          for (const [path, tensor] of Object.entries(alone.parameters))
            assertTensor(run.parameters[path], tensor, { epsilons: 500, scale: 1 })
          assert.equal(run.history.length, alone.history.length)
          assert.ok(Math.abs(run.validation!.loss - alone.validation!.loss) < 1e-5)
          assert.equal(run.validation!.accuracy, alone.validation!.accuracy)
        }
      })
  })

test('seeds on a core each, and stopped early, are bit for bit those made one by one', async () => {
  const engine = await nativeEngine({ threads: 1 })
  const options = { ...small, engine, epochs: 12, earlyStopping: earlyStopping({ patience: 1 }) }
  const runs = await fitSeeds({ ...options, seeds })
  for (const [i, seed] of seeds.entries()) {
    const alone = await fit({ ...options, seed })
    assert.deepEqual(runs[i]!.parameters, alone.parameters)
    assert.equal(runs[i]!.epoch, alone.epoch)
  }
  assert.ok(new Set(runs.map(({ history }) => history.length)).size > 1)
})

test('each seed has its own recorders and its own number of steps a call', async () => {
  const notes = new Map(seeds.map(seed => [seed, note()]))
  await fitSeeds({
    ...small,
    engine: referenceEngine(),
    stepsPerCall: 3,
    seeds,
    way: 'graph',
    recordersOf: seed => [notes.get(seed)!.recorder],
  })
  for (const [seed, { notes: told }] of notes) {
    assert.equal(told.descriptions[0]!.experiment.seed, seed)
    assert.equal(told.records.length, 20)
    assert.equal(told.results[0]!.status, 'completed')
  }
  const last = [...notes.values()].map(({ notes: told }) => told.records.at(-1)!.loss)
  assert.equal(new Set(last).size, seeds.length)
})

for (const way of ['graph', 'cores'] as const)
  test(`a run that fails does not hold the others up, by ${way}`, async () => {
    const told = note()
    const mistake = new Error('no disk')
    const runs = fitSeeds({
      ...small,
      engine: referenceEngine(),
      seeds,
      way,
      recordersOf: seed =>
        seed === 4 ? [{ epoch: () => Promise.reject(mistake) }] : seed === 3 ? [told.recorder] : [],
    })
    await assert.rejects(runs, mistake)
    assert.equal(told.notes.results[0]!.status, 'completed')
  })

for (const way of ['graph', 'cores'] as const)
  test(`seeds stopped by their signal and gone on with end bit for bit as never stopped: ${way}`, async () => {
    const engine = await nativeEngine({ threads: 1 })
    const options = { ...small, model: withDropout, engine, seeds, way, stepsPerCall: 3 }
    const stop = new AbortController()
    const stopper = { steps: () => stop.abort() }
    const stopped = await fitSeeds({
      ...options,
      signal: stop.signal,
      // In the midst of what the three of them are told.
      recordersOf: seed => (seed === 4 ? [stopper] : []),
    })
    const parts = stopped.map(run => {
      if (run.status === 'completed') return assert.fail()
      return run.checkpoint!
    })
    const steps = parts.map(({ progress }) => progress.step)
    if (way === 'graph') assert.ok(new Set(steps).size === 1 && steps[0]! < 10, `${steps}`)
    else assert.equal(steps.at(-1), 0)
    const resumeOf = (seed: number) => parts[seeds.indexOf(seed)]
    const resumed = await fitSeeds({ ...options, resumeOf })
    const whole = await fitSeeds(options)
    for (const [i, run] of whole.entries()) {
      assertSameBits(resumed[i]!.parameters, run.parameters)
      assert.deepEqual(resumed[i]!.validation, run.validation)
    }
  })

test('how many share a graph makes no difference to a seed, bit for bit', async () => {
  const engine = await nativeEngine({ threads: 1 })
  const options = { ...small, model: withDropout, engine, way: 'graph' } as const
  const all = await fitSeeds({ ...options, seeds })
  const two = await fitSeeds({ ...options, seeds: seeds.slice(1) })
  const [one] = await fitSeeds({ ...options, seeds: seeds.slice(2) })
  assertSameBits(two[0]!.parameters, all[1]!.parameters)
  for (const run of [two[1], one]) assertSameBits(run!.parameters, all[2]!.parameters)
})

test('checkpoints of different steps are gone on with on cores, and refused in one graph', async () => {
  const engine = referenceEngine()
  const resume = await stopAt(4, { ...small, engine, seed: 3 })
  const resumeOf = (seed: number) => (seed === 3 ? resume : undefined)
  const runs = await fitSeeds({ ...small, engine, seeds, resumeOf })
  const alone = await fit({ ...small, engine, seed: 3 })
  assertSameBits(runs[0]!.parameters, alone.parameters)
  await assert.rejects(fitSeeds({ ...small, engine, seeds, resumeOf, way: 'graph' }), {
    name: 'ConfigError',
    message: /expected checkpoints of the same step, received of steps \d+, 0/,
  })
})

test('runs on cores share all cores, and one that is left over has them all', async () => {
  const cores = navigator.hardwareConcurrency
  const threadsOf = async (count: number) => {
    const asked: (number | undefined)[] = []
    const engine: EngineChooser = async (_, setup) => {
      asked.push(setup?.threads)
      return { engine: referenceEngine(), reason: 'a test' }
    }
    const seeds = [...Array(count).keys()]
    const runs = await fitSeeds({ ...small, epochs: 1, engine, seeds, way: 'cores' })
    assert.equal(runs.filter(run => run.status === 'completed').length, count)
    return asked
  }
  assert.deepEqual(await threadsOf(2), [Math.max(1, Math.floor(cores / 2))])
  // Not on machines with very many cores, where it would take long.
  if (cores > 1 && cores < 9) assert.deepEqual(await threadsOf(cores + 1), [1, cores])
})

for (const [name, change, message] of [
  ['no seed', { seeds: [] }, /at least one seed, all different, received none/],
  ['a seed twice', { seeds: [1, 2, 1] }, /at least one seed, all different/],
  [
    'early stopping in one graph',
    { earlyStopping: earlyStopping(), way: 'graph' },
    /no early stopping/,
  ],
  [
    'weights that are scaled by data in one graph',
    { model: sequential(linear(3, { weightInit: lsuv() })), way: 'graph' },
    /weights that no batch scales/,
  ],
  ['a batch of no examples', { batchSize: 0 }, /batchSize: expected a positive integer/],
] as const)
  test(`${name} is refused`, async () => {
    await assert.rejects(fitSeeds({ ...small, seeds, ...(change as object) }), {
      name: 'ConfigError',
      message,
    })
  })

test('weights that are scaled by data, in passes of their own number, are trained on cores', async () => {
  const model = sequential(linear(7, { weightInit: lsuv({ tolerance: 1e-3 }) }), relu(), linear(3))
  const scaled = { ...small, model, engine: 'js' as const }
  assert.equal(seedsWay(scaled), 'cores')
  const runs = await fitSeeds({ ...scaled, seeds: [1, 2, 3] })
  const alone = await fit({ ...scaled, seed: 3 })
  assert.deepEqual(runs[2]!.parameters, alone.parameters)
})

test('copies that come with different programs are refused', async () => {
  const { engines: pair } = together(referenceEngine(), 2)
  const x = input('x', [])
  await pair[0]!.compile({ outputs: { y: add(x, 1) }, state: {} })
  await assert.rejects(pair[1]!.compile({ outputs: { y: sub(x, 1) }, state: {} }), {
    name: 'EngineError',
    message: /expected the same program from every run/,
  })
})

test('a program is given back when the last copy is done with it, and compiled once until then', async () => {
  const base = referenceEngine()
  const calls: string[] = []
  const counted: Engine = {
    ...base,
    async compile(program, options) {
      calls.push('compile')
      const made = await base.compile(program, options)
      return {
        run: (feeds, state) => made.run(feeds, state),
        release: async () => void calls.push('release'),
      }
    },
  }
  const { engines: three, leave } = together(counted, 3)
  const x = input('x', [])
  const executables = await Promise.all(
    three.map(engine => engine.compile({ outputs: { y: add(x, 1) }, state: {} })),
  )
  const feeds = { x: { dtype: 'float32' as const, shape: [], data: Float32Array.of(1) } }
  await Promise.all(executables.map(executable => executable.run(feeds)))
  leave(0)
  await executables[1]!.release()
  leave(1)
  await executables[2]!.run(feeds)
  await executables[2]!.release()
  assert.deepEqual(calls, ['compile', 'release'])
})

test('what all feed alike is fed once, and what differs for each', async () => {
  const { engines: pair } = together(referenceEngine(), 2)
  const factor = input('b', [])
  const program = { outputs: { y: mul(input('a', [2]), factor), z: neg(factor) }, state: {} }
  const number = (x: number) => ({ dtype: 'float32' as const, shape: [], data: Float32Array.of(x) })
  const a = { dtype: 'float32' as const, shape: [2], data: Float32Array.of(3, 4) }
  const executables = await Promise.all(pair.map(engine => engine.compile(program)))
  for (const [left, right] of [
    [2, 5],
    [7, 7],
  ] as const) {
    const results = await Promise.all(
      [left, right].map((b, i) => executables[i]!.run({ a, b: number(b) })),
    )
    for (const [i, b] of [left, right].entries()) {
      assert.deepEqual([...results[i]!.y!.data], [3 * b, 4 * b])
      assert.deepEqual([...results[i]!.z!.data], [-b])
    }
  }
})
