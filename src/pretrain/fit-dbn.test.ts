import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { finish, mnistRows, type WholeSource } from '../../test/training.ts'
import { mapNamed, type Tensor } from '../base/index.ts'
import { inputsAsTargets } from '../data/index.ts'
import { evaluate, nativeEngine } from '../engine/index.ts'
import { metrics } from '../inspect/index.ts'
import { constant, mul } from '../ir/index.ts'
import { applyModel, binaryCrossEntropy, crossEntropy } from '../nn/index.ts'
import { sgd } from '../optim/index.ts'
import { scoreModel } from '../train/index.ts'
import { fitDbn, type Net, pca, rbm, unlabelled } from './index.ts'

const engine = await nativeEngine({ threads: 1 })
const stack = [
  rbm({ hidden: 20 }),
  rbm({ hidden: 15 }),
  rbm({ hidden: 4, hiddenUnits: 'gaussian' }),
]

let data: WholeSource
let some: Tensor
before(async () => {
  data = await mnistRows({ train: 600, validation: 50, test: 50 })
  some = data.test.inputs
})

const train = (epochs: number | readonly number[] = 3, seed = 7) =>
  fitDbn(stack, { data: unlabelled(data), epochs, seed, engine })

/** What a net gives for rows of MNIST. */
function outputOf({ model, weights }: Net, rows: Tensor): Tensor {
  const x = mul(
    constant({ ...rows, dtype: 'float32', data: Float32Array.from(rows.data) }),
    1 / 255,
  )
  const { output } = applyModel(model, x, { leaf: name => constant(weights[name]!) })
  return evaluate([output])[0]!
}

function assertClose(found: Tensor, expected: Tensor, error = 1e-5): void {
  assert.deepEqual([...found.shape], [...expected.shape])
  for (const [i, x] of expected.data.entries())
    assert.ok(Math.abs(found.data[i]! - x) <= error, `${i}: ${found.data[i]}, not ${x}`)
}

test('the encoder gives what the machines give one after the other', async () => {
  const dbn = await train()
  let means: Tensor = some
  for (const machine of dbn.machines) means = await machine.hiddenMeans(means)
  assert.deepEqual([...means.shape], [50, 4])
  assertClose(await dbn.hiddenMeans(some), means, 0)
  assertClose(outputOf(dbn.encoder(), some), means)
})

for (const isTied of [false, true])
  test(`the ${isTied ? 'tied' : 'free'} auto-encoder starts with the way up and down through the machines`, async () => {
    const dbn = await train()
    let down = await dbn.hiddenMeans(some)
    for (const machine of dbn.machines.toReversed()) down = await machine.visibleMeans(down)
    const logits = outputOf(dbn.autoencoder({ isTied }), some)
    assertClose(
      {
        ...logits,
        data: logits.data.map(x => 1 / (1 + Math.exp(-x))) as Float32Array<ArrayBuffer>,
      },
      down,
    )
  })

test('the classifier has the encoder below a layer of its own, and dropout where it is asked for', async () => {
  const dbn = await train(1)
  const { model, weights } = dbn.classifier({
    classes: 10,
    dropoutRate: 0.5,
    inputDropoutRate: 0.2,
    seed: 3,
  })
  assert.deepEqual(
    model.layers.map(({ kind }) => kind),
    [
      'dropout',
      'linear',
      'sigmoid',
      'dropout',
      'linear',
      'sigmoid',
      'dropout',
      'linear',
      'dropout',
      'linear',
    ],
  )
  assert.equal(weights['1.weight'], dbn.machines[0]!.weights.weight)
  assert.equal(weights['4.bias'], dbn.machines[1]!.weights.hiddenBias)
  assert.deepEqual([...weights['9.weight']!.shape], [10, 4])
  const other = dbn.classifier({ classes: 10, dropoutRate: 0.5, inputDropoutRate: 0.2, seed: 4 })
  assert.notDeepEqual(other.weights['9.weight'], weights['9.weight'])
})

test('fine-tuning goes on from the machines', async () => {
  const dbn = await fitDbn([rbm({ hidden: 60 })], { data: unlabelled(data), epochs: 8, engine })
  const { run, notes } = await finish({
    ...dbn.classifier({ classes: 10 }),
    loss: crossEntropy(),
    optimizer: sgd({ learningRate: 0.5 }),
    data,
    epochs: 10,
    batchSize: 20,
    engine,
  })
  assert.deepEqual(notes.checkpoints[0]!.tensors['0.weight'], dbn.machines[0]!.weights.weight)
  assert.ok(run.test!.accuracy! > 0.75, `${run.test!.accuracy}`)
})

test('an unrolled auto-encoder is fine-tuned below its start and below principal components', async () => {
  const stack = [
    rbm({ hidden: 60 }),
    rbm({ hidden: 3, hiddenUnits: 'gaussian', learningRate: 0.01 }),
  ]
  const dbn = await fitDbn(stack, { data: unlabelled(data), epochs: 10, engine })
  const net = dbn.autoencoder()
  const images = await inputsAsTargets(data)
  const loss = binaryCrossEntropy()
  const asked = [metrics.squaredError()]
  const before = await scoreModel({ model: net.model, loss, data: images }, net.weights, {
    metrics: asked,
  })
  const { run } = await finish({
    ...net,
    loss,
    metrics: asked,
    optimizer: sgd({ learningRate: 8 }),
    data: images,
    epochs: 20,
    batchSize: 20,
    engine,
  })
  const after = run.test!.metrics!.squaredError!
  assert.ok(
    after < before.metrics!.squaredError! - 5,
    `${before.metrics!.squaredError} -> ${after}`,
  )
  const linear = await pca(unlabelled(data), { components: 3, engine })
  const by = await scoreModel({ model: linear.model, loss, data: images }, linear.weights, {
    metrics: asked,
  })
  assert.ok(after < by.metrics!.squaredError!, `${after}, PCA ${by.metrics!.squaredError}`)
})

test('a label is never read: the labels of the source throw when they are', async () => {
  const hidden = <T extends object>(dataset: T): T =>
    Object.defineProperty({ ...dataset }, 'targets', {
      get: () => assert.fail('a label was read'),
    })
  const guarded = {
    ...data,
    train: hidden(data.train),
    validation: hidden(data.validation),
    test: hidden(data.test),
  }
  assert.throws(() => guarded.train.targets, /a label was read/)
  const dbn = await fitDbn(stack, { data: unlabelled(guarded), epochs: 3, seed: 7, engine })
  const same = await train()
  assert.deepEqual(dbn.encoder(), same.encoder())
})

test('equal seeds give equal machines, other seeds others, and each machine a start of its own', async () => {
  const twins = [rbm({ hidden: 784 }), rbm({ hidden: 784 })]
  const options = { data: unlabelled(data), epochs: 1, engine } as const
  const weightsOf = async (seed: number) =>
    (await fitDbn(twins, { ...options, seed })).machines.map(({ weights }) => weights.weight.data)
  const [first, again, other] = [await weightsOf(7), await weightsOf(7), await weightsOf(8)]
  assert.deepEqual(first, again)
  assert.notDeepEqual(first[0], other[0])
  assert.notDeepEqual(first[1], other[1])
  assert.notDeepEqual(first[0], first[1])
})

test('epochs are told machine by machine, and each may have its own number', async () => {
  const told: string[] = []
  const dbn = await fitDbn(stack, {
    data: unlabelled(data),
    epochs: [2, 1, 1],
    engine,
    onEpoch: ({ machine, epoch }) => told.push(`${machine}.${epoch}`),
  })
  assert.deepEqual(told, ['1.1', '1.2', '2.1', '3.1'])
  assert.equal(dbn.status, 'completed')
  assert.ok(dbn.machines[1]!.history[0]!.validation!.squaredError > 0)
})

test('a signal stops it at the machine under way', async () => {
  const stop = new AbortController()
  const dbn = await fitDbn(stack, {
    data: unlabelled(data),
    epochs: 2,
    engine,
    signal: stop.signal,
    onEpoch: ({ machine }) => machine === 2 && stop.abort(),
  })
  assert.equal(dbn.status, 'interrupted')
  assert.equal(dbn.machines.length, 2)
  assert.equal(dbn.machines[1]!.history.length, 1)
})

test('descriptions of unrolled nets survive JSON', async () => {
  const dbn = await train(1)
  for (const { model } of [
    dbn.encoder(),
    dbn.classifier({ classes: 10 }),
    dbn.autoencoder({ isTied: true }),
  ])
    assert.deepEqual(JSON.parse(JSON.stringify(model)), model)
  const weights = mapNamed(dbn.autoencoder().weights, ({ shape }) => [...shape])
  assert.deepEqual(weights['7.weight'], [20, 15])
})

describe('a deep belief network refuses', () => {
  const refusals: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
    [
      'no machine',
      () => fitDbn([], { data: unlabelled(data), epochs: 1 }),
      /^dbn: expected at least one machine, received none/,
    ],
    [
      'units that do not fit those below',
      () =>
        fitDbn([rbm({ hidden: 3, hiddenUnits: 'gaussian' }), rbm({ hidden: 2 })], {
          data: unlabelled(data),
          epochs: 1,
        }),
      /^dbn, machine 2: expected gaussian visible units, as the hidden units of machine 1 are, received bernoulli/,
    ],
    [
      'epochs of another number of machines',
      () => train([1, 2]),
      /^dbn epochs: expected a number, or one for each of 3 machines, received \[1,2\]/,
    ],
    [
      'inputs that are no probabilities',
      () => fitDbn(stack, { data: { train: data.train.inputs }, epochs: 1 }),
      /^rows to pre-train on, "train": expected numbers from 0 to 1, as Bernoulli units have/,
    ],
  ]
  for (const [what, make, message] of refusals)
    test(what, () => assert.rejects(make(), { message }))
})
