import assert from 'node:assert/strict'
import { test } from 'node:test'
import { small, stopAt, tenSteps } from '../../test/training.ts'
import { gatherRows } from '../data/index.ts'
import { batchNorm, linear, relu, sequential } from '../nn/index.ts'
import {
  adam,
  adamw,
  clipByNorm,
  cosineDecay,
  earlyStopping,
  ema,
  maxNorm,
  momentum,
  sgd,
} from '../optim/index.ts'
import type { StepRecord } from '../runs/index.ts'
import type { Experiment } from './experiment.ts'
import { fit } from './fit.ts'
import { exportStep } from './step-export.ts'

const experiments: Readonly<Record<string, Experiment>> = {
  'Adam, whose scalars change from step to step': { ...small, optimizer: adam() },
  'momentum at a rate that follows a cosine': {
    ...small,
    optimizer: momentum({ learningRate: 0.1 }),
    schedule: cosineDecay(),
  },
  'batch normalisation, whose running statistics are carried on': {
    ...small,
    model: sequential(linear(5), batchNorm(), relu(), linear(3)),
  },
  'averages, limits and groups, with the best epoch kept': {
    ...small,
    optimizer: adamw({ learningRate: 0.05, groups: [{ match: 'bias', rateFactor: 2 }] }),
    clip: clipByNorm(0.5),
    constraint: maxNorm(2),
    averaging: ema(),
    earlyStopping: earlyStopping(),
  },
}
const stepsDone = 13

for (const [name, experiment] of Object.entries(experiments))
  test(`plain ONNX Runtime goes on where a run stopped, with the same losses: ${name}`, async () => {
    const options = { ...experiment, shuffle: false, stepsPerCall: 1 }
    const records: StepRecord[] = []
    await fit({ ...options, recorders: [{ steps: made => void records.push(...made) }] })
    const checkpoint = await stopAt(stepsDone, options)
    const step = exportStep(options, checkpoint, { stepsPerEpoch: 10 })

    const { InferenceSession, Tensor } = await import('onnxruntime-node')
    const session = await InferenceSession.create(step.onnx)
    const toOrt = ({ dtype, data, shape }: (typeof step.state)[string]) =>
      new Tensor(dtype, data as Float32Array, shape)
    let state = Object.fromEntries(Object.entries(step.state).map(([n, t]) => [n, toOrt(t)]))
    const order = Uint32Array.from({ length: 38 }, (_, i) => i)
    // The last step of the epoch has two rows: another batch size, another model.
    for (let i = 0; i < 6; i++) {
      const start = 4 * ((stepsDone + i) % 10)
      const scalars = Object.entries(step.scalars).map(([n, { data }]) => [
        n,
        new Tensor('float32', Float32Array.of(data[i]!), []),
      ])
      const results = await session.run({
        ...state,
        ...Object.fromEntries(scalars),
        'batch/inputs': toOrt(gatherRows(tenSteps.train.inputs, order, start, 4)),
        'batch/targets': toOrt(gatherRows(tenSteps.train.targets, order, start, 4)),
      })
      state = Object.fromEntries(
        Object.keys(state).map(n => [n, results[`${n}:next`] as InstanceType<typeof Tensor>]),
      )
      const expected = records[stepsDone + i]!.loss
      const found = results.loss!.data[0] as number
      assert.ok(Math.abs(found - expected) < 2e-6 * expected, `${found} for ${expected}`)
    }
    await session.release()
  })

test('scalars are given for the steps that are left, or for as many as asked', async () => {
  const checkpoint = await stopAt(stepsDone, { ...small, stepsPerCall: 1 })
  const lengths = [{}, { steps: 3 }].map(
    options =>
      exportStep(small, checkpoint, { stepsPerEpoch: 10, ...options }).scalars['scalar/rate']
        ?.shape,
  )
  assert.deepEqual(lengths, [[7], [3]])
})

test('a checkpoint of another optimiser is refused', async () => {
  const checkpoint = await stopAt(stepsDone, { ...small, optimizer: sgd(), stepsPerCall: 1 })
  assert.throws(() => exportStep(small, checkpoint, { stepsPerEpoch: 10 }), {
    name: 'RunError',
    message: /export: expected optimizer\/moment\/0\.weight float32 \[5, 4\], .*received .* none/,
  })
})
