import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { dataOf, rowsAt } from '../data/index.ts'
import { multiStepDecay } from '../optim/index.ts'
import { type FitRbmOptions, fitRbm, type RbmEpoch } from './fit-rbm.ts'
import { type RbmOptions, rbm } from './rbm.ts'
import { trainedRbm } from './trained-rbm.ts'
import { type Unlabelled, unlabelled } from './unlabelled.ts'

/** The 14 bars and stripes of 3 x 3 pixels, so many times each: MacKay (2003), section 43.2. */
function barsAndStripes(times: number): number[][] {
  const patterns = new Map<string, number[]>()
  for (let bits = 0; bits < 8; bits++)
    for (const isBar of [true, false]) {
      const pixels = Array.from(
        { length: 9 },
        (_, i) => (bits >> (isBar ? i % 3 : Math.floor(i / 3))) & 1,
      )
      patterns.set(pixels.join(''), pixels)
    }
  return Array.from({ length: times }, () => [...patterns.values()]).flat()
}

const source = await dataOf({
  train: { inputs: barsAndStripes(10), targets: new Int32Array(140) },
  test: { inputs: barsAndStripes(1), targets: new Int32Array(14) },
  classes: 1,
})
const data = unlabelled(source, { measureOn: 'test' })
const config = rbm({ hidden: 8, learningRate: 0.2 })
const options = { data, epochs: 3, batchSize: 30, seed: 1 }

describe('fitRbm', () => {
  // Bits at random have -9 ln 2 = -6.24 nats; the best there is for 14 patterns is -ln 14 = -2.64.
  const ways: readonly (readonly [string, number, Partial<RbmOptions>, number])[] = [
    ['contrastive divergence', -3.4, {}, 200],
    ['ten steps of it', -3.2, { gibbsSteps: 10 }, 100],
    [
      'persistent chains',
      -4.3,
      { isPersistent: true, gibbsSteps: 5, momentum: { first: 0, later: 0, laterFrom: 1 } },
      200,
    ],
  ]
  for (const [name, least, settings, epochs] of ways)
    test(`makes bars and stripes likely by ${name}`, async () => {
      const machine = await fitRbm(rbm({ hidden: 12, learningRate: 0.1, ...settings }), {
        ...options,
        batchSize: 20,
        epochs,
      })
      const { freeEnergy } = await machine.measure(data.train)
      const likelihood = -freeEnergy - (await machine.logPartition())
      assert.ok(likelihood > least && likelihood < -Math.log(14), `${likelihood}`)
    })

  test('knows nothing of labels: other targets, or none, make no difference', async () => {
    const other = await dataOf({
      train: {
        inputs: barsAndStripes(10),
        targets: Int32Array.from({ length: 140 }, (_, i) => i % 7),
      },
      test: { inputs: barsAndStripes(1), targets: new Int32Array(14) },
      classes: 7,
    })
    assert.deepEqual(Object.keys(unlabelled(other)), ['train'])
    const trap = unlabelled(other, { measureOn: 'test' })
    Object.defineProperty(trap, 'targets', { get: () => assert.fail('a label was read') })
    const [a, b] = [await fitRbm(config, options), await fitRbm(config, { ...options, data: trap })]
    assert.deepEqual(a.weights, b.weights)
  })

  test('learns validation rows too where the test rows are measured', async () => {
    const inputs = [[0, 1], [1, 0], [1, 1]] // biome-ignore format: one line a table
    const [a, b, c] = inputs.map(row => ({ inputs: [row], targets: [0] }))
    const three = await dataOf({ train: a!, validation: b!, test: c! })
    const joined = unlabelled(three, { measureOn: 'test' })
    assert.deepEqual(joined.validation, three.test!.inputs)
    assert.deepEqual([...rowsAt(joined.train, 0, 2).data], [0, 1, 1, 0])
    assert.deepEqual(unlabelled(three), {
      train: three.train.inputs,
      validation: three.validation!.inputs,
    })
  })

  test('repeats itself by seed, on the last smaller batch too', async () => {
    const runs = await Promise.all([1, 1, 2].map(seed => fitRbm(config, { ...options, seed })))
    assert.deepEqual(runs[0]!.weights, runs[1]!.weights)
    assert.notDeepEqual(runs[0]!.weights, runs[2]!.weights)
  })

  test('comes to the same on every engine', async () => {
    const settings = { hidden: 8, isPersistent: true, sparsity: { target: 0.2 } }
    const [first, ...others] = await Promise.all(
      (['reference', 'js', 'native', 'wasm'] as const).map(engine =>
        fitRbm(rbm(settings), { ...options, engine }),
      ),
    )
    for (const { weights, engine } of others)
      weights.weight.data.forEach((w, i) => {
        assert.ok(Math.abs(w - first!.weights.weight.data[i]!) < 1e-4, engine.name)
      })
  })

  test('tells every epoch, with what validation rows measure', async () => {
    const told: RbmEpoch[] = []
    const run = await fitRbm(config, { ...options, onEpoch: epoch => told.push(epoch) })
    assert.deepEqual(told, run.history)
    assert.deepEqual(
      told.map(({ epoch }) => epoch),
      [1, 2, 3],
    )
    const { validation, freeEnergyGap } = run.history[2]!
    const after = await run.measure(data.validation!)
    assert.equal(validation!.squaredError, after.squaredError)
    const { freeEnergy } = await run.measure(barsAndStripes(1))
    assert.ok(Math.abs(freeEnergyGap! - (after.freeEnergy - freeEnergy)) < 1e-5)
    assert.equal(run.status, 'completed')
  })

  test('stops at a signal with the machine as far as it came', async () => {
    const stop = new AbortController()
    const run = await fitRbm(config, {
      ...options,
      epochs: 100,
      signal: stop.signal,
      onEpoch: ({ epoch }) => epoch === 2 && stop.abort(),
    })
    assert.equal(run.status, 'interrupted')
    assert.deepEqual(run.weights, (await fitRbm(config, { ...options, epochs: 2 })).weights)
  })

  test('raises momentum and lowers the rate at the epochs it is told', async () => {
    const plain = await fitRbm(config, options)
    const same = await fitRbm(
      rbm({
        ...config,
        momentum: { first: 0.5, later: 0, laterFrom: 4 },
        schedule: multiStepDecay({ milestones: [3], factor: 0.5 }),
      }),
      options,
    )
    assert.deepEqual(same.weights, plain.weights)
    for (const changed of [
      { momentum: { first: 0.5, later: 0.9, laterFrom: 3 } },
      { schedule: multiStepDecay({ milestones: [2], factor: 0.5 }) },
    ]) {
      const other = await fitRbm(rbm({ ...config, ...changed }), options)
      assert.equal(other.history[1]!.squaredError, plain.history[1]!.squaredError)
      assert.notDeepEqual(other.weights, plain.weights)
    }
  })

  test('goes on from given weights, and is plain data through JSON', async () => {
    const run = await fitRbm(config, options)
    const none = await fitRbm(config, { ...options, epochs: 0, weights: run.weights })
    assert.deepEqual(none.weights, run.weights)
    const again = trainedRbm(JSON.parse(JSON.stringify(run.config)), run.weights, { engine: 'js' })
    assert.deepEqual(await again.reconstruct(data.train), await run.reconstruct(data.train))
  })

  test('starts visible biases at ln(p / (1 - p)) where asked to', async () => {
    const start = rbm({ hidden: 2, visibleBiasInit: 'rowMeans' })
    const train = [
      [0, 1],
      [0, 1],
      [1, 0],
      [0, 0.5],
    ].map(row => row.map(x => x * 255))
    const rows = await dataOf({ train: { inputs: train, targets: [0, 0, 0, 0] }, scale: 1 / 255 })
    const { weights } = await fitRbm(start, { data: unlabelled(rows), epochs: 0, batchSize: 2 })
    const expected = [2 / 6, 3.5 / 6].map(p => Math.log(p / (1 - p)))
    for (const [i, bias] of [...weights.visibleBias.data].entries())
      assert.ok(Math.abs(bias - expected[i]!) < 1e-6)
  })

  test('keeps hidden units off when a sparsity target asks for it', async () => {
    const usage = async (settings: Partial<RbmOptions>) => {
      const machine = await fitRbm(rbm({ hidden: 8, ...settings }), { ...options, epochs: 60 })
      const { data: means } = await machine.hiddenMeans(data.train)
      return (means as Float32Array).reduce((a, b) => a + b, 0) / means.length
    }
    const [plain, sparse] = [await usage({}), await usage({ sparsity: { target: 0.1, cost: 2 } })]
    assert.ok(sparse < 0.2 && plain > 0.3, `${plain} without, ${sparse} with`)
  })
})

const refusals: readonly (readonly [string, () => unknown, RegExp])[] = [
  [
    'no hidden units',
    () => rbm({ hidden: 0 }),
    /rbm hidden: expected a positive integer, received 0/,
  ],
  ['units of no kind', () => rbm({ hidden: 2, visibleUnits: 'binary' as 'bernoulli' }), /binary/],
  ['no steps', () => rbm({ hidden: 2, gibbsSteps: 0 }), /gibbsSteps/],
  ['a rate of 0', () => rbm({ hidden: 2, learningRate: 0 }), /learningRate/],
  [
    'a momentum of 1',
    () => rbm({ hidden: 2, momentum: { first: 1, later: 0.9, laterFrom: 6 } }),
    /momentum.first/,
  ],
  ['a negative weight cost', () => rbm({ hidden: 2, weightCost: -1 }), /weightCost/],
  [
    'a sparse code of numbers',
    () => rbm({ hidden: 2, hiddenUnits: 'gaussian', sparsity: { target: 0.1 } }),
    /sparsity: expected hidden units that are bernoulli/,
  ],
  ['a target of 1', () => rbm({ hidden: 2, sparsity: { target: 1 } }), /sparsity.target/],
]
for (const [name, make, message] of refusals)
  test(`a machine with ${name} is refused`, () => {
    assert.throws(make, { name: 'ConfigError', message })
  })

const bytes = { dtype: 'uint8', shape: [2, 2], data: Uint8Array.of(0, 255, 255, 0) } as const
const badData: readonly (readonly [string, Partial<FitRbmOptions>, RegExp])[] = [
  [
    'a data source with its labels',
    { data: source as unknown as Unlabelled },
    /without targets.*unlabelled\(/,
  ],
  [
    'bytes without a scale',
    { data: { train: bytes }, batchSize: 2 },
    /received 255 at row 0, element 1.*scale/,
  ],
  [
    'NaN',
    {
      data: { train: { dtype: 'float32', shape: [1, 2], data: Float32Array.of(0, Number.NaN) } },
      batchSize: 1,
    },
    /NaN at row 0/,
  ],
  ['a batch larger than the rows', { batchSize: 141 }, /1 to 140 rows/],
  [
    'validation rows of another size',
    { data: { train: data.train, validation: bytes } },
    /"validation"/,
  ],
  ['epochs below 0', { epochs: -1 }, /epochs/],
]
for (const [name, given, message] of badData)
  test(`learning from ${name} is refused`, async () => {
    await assert.rejects(fitRbm(config, { ...options, ...given }), message)
  })

test('numbers that run away are told, with what to do', async () => {
  const machine = rbm({
    hidden: 4,
    visibleUnits: 'gaussian',
    hiddenUnits: 'gaussian',
    learningRate: 50,
  })
  await assert.rejects(fitRbm(machine, { ...options, epochs: 20 }), {
    name: 'RunError',
    message: /expected a finite squared error.*Lower the learning rate/,
  })
})

test('rows of another size are refused by a trained machine', async () => {
  const machine = await fitRbm(config, { ...options, epochs: 0 })
  await assert.rejects(machine.hiddenMeans([[0, 1]]), {
    name: 'ShapeError',
    message: /of 9 numbers/,
  })
  await assert.rejects(machine.visibleMeans([[0, 1]]), {
    name: 'ShapeError',
    message: /of 8 numbers/,
  })
})
