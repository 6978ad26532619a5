import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chooseEngine } from '../../src/engine/index.ts'
import {
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  maxPool2d,
  relu,
  reshape,
  sequential,
} from '../../src/nn/index.ts'
import { adam } from '../../src/optim/index.ts'
import type { FitOptions } from '../../src/train/index.ts'
import { finish, mnistRows } from '../training.ts'
import { webgpuProblem } from './driver.ts'

const problem = await webgpuProblem()

const models: Readonly<Record<string, LayerConfig>> = {
  'a net of linear layers with dropout': sequential(
    ...[flatten(), linear(64), relu(), dropout(0.2), linear(10)],
  ),
  'a net of convolutions and pools': sequential(
    ...[reshape([1, 28, 28]), conv2d(4, 3, { padding: 1 }), relu(), maxPool2d(2)],
    ...[conv2d(8, 3), relu(), maxPool2d(3, { stride: 2 }), flatten(), linear(10)],
  ),
}

const options = async (model: LayerConfig): Promise<FitOptions> => ({
  model,
  loss: crossEntropy(),
  optimizer: adam(),
  data: await mnistRows({ train: 200, validation: 50, test: 10 }),
  epochs: 1,
  batchSize: 20,
})

describe('on WebGPU', { skip: problem }, () => {
  for (const [name, model] of Object.entries(models))
    test(`${name} has the losses of the processor`, async () => {
      const given = await options(model)
      const [cpu, gpu] = await Promise.all(
        (['cpu', 'webgpu'] as const).map(async device => {
          const engine = await chooseEngine('native', { device })
          return finish({ ...given, engine })
        }),
      )
      const losses = gpu!.notes.records.map(({ loss }) => loss)
      const expected = cpu!.notes.records.map(({ loss }) => loss)
      assert.equal(losses.length, 10)
      losses.forEach((loss, i) => {
        const error = Math.abs(loss - expected[i]!)
        assert.ok(error < 2e-5, `step ${i + 1}: expected ${expected[i]}, received ${loss}`)
      })
      const [a, b] = [gpu!, cpu!].map(({ run }) => run.validation)
      assert.ok(Math.abs(a!.loss - b!.loss) < 2e-5, `${a!.loss} and ${b!.loss}`)
    })
})
