import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assertSameBits, assertSameEnd, finish, stopAt, travelled } from '../../test/training.ts'
import { fillBits, keyOf, type Tensor } from '../base/index.ts'
import { cutout, dataOf, horizontalFlip, randomCrop } from '../data/index.ts'
import { crossEntropy, flatten, linear, relu, sequential } from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import { inputsName } from './batch-graph.ts'
import { Batcher } from './batcher.ts'
import { type Experiment, fit } from './index.ts'

/** Noise [rows, 2, 6, 6] in three classes; the class brightens a part of the image. */
function noise(rows: number, seed: number): { inputs: Tensor; targets: Uint8Array<ArrayBuffer> } {
  const words = new Uint32Array((rows * 72) / 4)
  fillBits(keyOf(seed), words)
  const data = new Uint8Array(words.buffer)
  const targets = new Uint8Array(rows).map((_, i) => i % 3)
  for (const [row, label] of targets.entries())
    data.fill(255, row * 72 + label * 20, row * 72 + label * 20 + 12)
  return { inputs: { dtype: 'uint8', shape: [rows, 2, 6, 6], data }, targets }
}

const base: Experiment = {
  model: sequential(flatten(), linear(8), relu(), linear(3)),
  loss: crossEntropy(),
  optimizer: adam(),
  data: await dataOf({ train: noise(38, 1), validation: noise(9, 2), classes: 3, scale: 1 / 255 }),
  augment: [randomCrop({ padding: 1 }), horizontalFlip(), cutout({ size: 2 })],
  epochs: 2,
  batchSize: 4,
  seed: 7,
}

test('a run that is stopped and resumed draws the same changes, in calls of any number of steps', async () => {
  const whole = (await finish(base)).notes.checkpoints.at(-1)!
  for (const [stop, before, after] of [
    [3, 1, 3],
    [10, 5, 1],
    [13, 1, 9],
  ] as const) {
    const resume = travelled(await stopAt(stop, { ...base, stepsPerCall: before }))
    const { notes } = await finish({ ...base, stepsPerCall: after, resume })
    assertSameEnd(notes.checkpoints.at(-1)!, whole)
  }
  const { augment, ...plain } = base
  assert.equal(augment?.length, 3)
  const other = (await finish(plain)).run
  assert.throws(() => assertSameBits(other.parameters, whole.tensors))
})

test('every epoch sees the same rows changed anew, and the data stay as they were', () => {
  const { train } = base.data
  const before = structuredClone((train.inputs as Tensor).data)
  const batcher = new Batcher(
    train,
    { masks: new Map(), noises: new Map() },
    keyOf(7),
    base.augment,
  )
  const order = Uint32Array.from({ length: 38 }, (_, i) => i)
  const batch = (step: number) => {
    const { [inputsName]: inputs } = batcher.feeds({
      step,
      steps: 2,
      batchSize: 4,
      order,
      start: 0,
      scalars: () => ({}),
    })
    assert.deepEqual(inputs!.shape, [2, 4, 2, 6, 6])
    return inputs!.data.slice()
  }
  const [first, later, again] = [batch(0), batch(10), batch(0)]
  assert.notDeepEqual(first, later)
  assert.deepEqual(first, again)
  assert.deepEqual((train.inputs as Tensor).data, before)
})

test('only training is changed: scores are of the data as they are', async () => {
  // A learning rate that moves nothing leaves the initial net, augmented or not.
  const still = { ...base, optimizer: adam({ learningRate: 1e-30 }), epochs: 1 }
  const { augment: _, ...plain } = still
  const [a, b] = [await fit(still), await fit(plain)]
  assert.ok(a.status === 'completed' && b.status === 'completed')
  assert.deepEqual(a.history[0]!.validation, b.history[0]!.validation)
  assert.notEqual(a.history[0]!.train.loss, b.history[0]!.train.loss)
})

test('flat inputs are refused before the first step, and the description tells the changes', async () => {
  const { notes } = await finish(base)
  assert.deepEqual(notes.descriptions[0]!.experiment.augment, base.augment)
  const flat = await dataOf({
    train: {
      inputs: { dtype: 'uint8', shape: [9, 72], data: new Uint8Array(648) },
      targets: new Uint8Array(9),
    },
    classes: 3,
  })
  await assert.rejects(fit({ ...base, data: flat }), {
    name: 'ShapeError',
    message:
      /augment randomCrop: expected images \[N, C, H, W\].*received inputs of shape \[9, 72\]/,
  })
})
