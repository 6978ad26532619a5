import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { finish, points } from '../../test/training.ts'
import { tensor } from '../base/index.ts'
import { type DataSource, dataOf, normalized } from '../data/index.ts'
import { nativeEngine, referenceEngine } from '../engine/index.ts'
import { metrics } from '../inspect/index.ts'
import {
  binaryCrossEntropy,
  crossEntropy,
  huber,
  linear,
  meanSquaredError,
  relu,
  sequential,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import type { Run } from './fit.ts'
import { scoreModel } from './score-model.ts'

const engine = await nativeEngine({ threads: 1 })

describe('classes', () => {
  let data: DataSource
  let run: Run
  const experiment = () => ({
    model: sequential(linear(6), relu(), linear(3)),
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.05 }),
    data,
    epochs: 2,
    batchSize: 20,
    engine,
    metrics: [metrics.confusionMatrix(), metrics.f1(), metrics.topK(2)],
  })
  let checkpointScores: unknown
  before(async () => {
    // Two batches of scoring and a rest.
    data = { ...(await points(100, 2300)), test: (await points(50)).train }
    const finished = await finish(experiment())
    run = finished.run
    checkpointScores = finished.notes.checkpoints.at(-1)!.progress.history.at(-1)!.validation
  })

  test('validation and test of a run are scored by its metrics, in epochs and checkpoints too', () => {
    for (const scores of [run.validation!, run.test!]) {
      const { confusionMatrix = [], f1, top2 } = scores.metrics!
      const all = confusionMatrix.flat().reduce((a, b) => a + b, 0)
      const right = confusionMatrix.reduce((sum, row, k) => sum + row[k]!, 0)
      assert.equal(all, scores.examples)
      assert.equal(right / all, scores.accuracy)
      assert.ok(f1!.macro > 0.3 && f1!.macro < 1 && top2! >= scores.accuracy!)
    }
    assert.deepEqual(run.history.at(-1)!.validation, run.validation)
    assert.deepEqual(checkpointScores, run.validation)
    assert.equal(run.train.metrics, undefined)
  })

  test('scoring its parameters again gives the same, by every metric that fits and its own', async () => {
    const again = await scoreModel(experiment(), run.parameters, { engine })
    const { metrics: found, ...scores } = again
    const { metrics: known, ...plain } = run.test!
    assert.deepEqual(scores, plain)
    assert.deepEqual(Object.keys(found!), [
      'accuracy',
      'confusionMatrix',
      'precision',
      'recall',
      'f1',
      'top2',
    ])
    assert.deepEqual(found!.confusionMatrix, known!.confusionMatrix)
    assert.equal(found!.accuracy, run.test!.accuracy)
  })

  test('another split and other metrics may be asked for, on any engine', async () => {
    const scores = await scoreModel(experiment(), run.parameters, {
      split: 'validation',
      metrics: [metrics.topK(2)],
      engine: referenceEngine(),
    })
    assert.equal(scores.examples, 2300)
    assert.deepEqual(scores.metrics, { top2: run.validation!.metrics!.top2 })
  })

  test('parameters of another model and a split that is not there are refused', async () => {
    const others = { ...run.parameters, '0.weight': tensor([[1]]) }
    await assert.rejects(scoreModel(experiment(), others, { engine }), {
      name: 'RunError',
      message:
        /^scoreModel: expected 0\.weight float32 \[6, 4\], received 0\.weight float32 \[1, 1\]/,
    })
    const { test: _, ...rest } = data
    await assert.rejects(
      scoreModel({ ...experiment(), data: rest }, run.parameters, { split: 'test', engine }),
      { name: 'DataError', message: /expected a split "test", received train, validation/ },
    )
  })

  test('a metric that does not fit is refused before the first step', async () => {
    const wrong = { ...experiment(), metrics: [metrics.rSquared()] }
    await assert.rejects(finish(wrong), { name: 'ConfigError', message: /^metric rSquared: / })
  })
})

test('numbers are scored in the unit in which the targets were given', async () => {
  const inputs = Array.from({ length: 40 }, (_, i) => [i / 40, Math.sin(i)])
  const targets = inputs.map(([a, b]) => 2000 + 30 * a! - 5 * b!)
  const raw = await dataOf({ train: { inputs, targets: targets.map(y => [y]) } })
  const data = await normalized(raw, { targets: true })
  for (const loss of [meanSquaredError(), huber()]) {
    const { run } = await finish({
      model: linear(1),
      loss,
      optimizer: adam({ learningRate: 0.1 }),
      data,
      epochs: 60,
      batchSize: 20,
      engine,
    })
    const { metrics: found } = await scoreModel({ model: linear(1), loss, data }, run.parameters, {
      engine,
    })
    const { rootMeanSquaredError, rSquared } = found!
    const mean = targets.reduce((a, b) => a + b, 0) / 40
    const variance = targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / 40
    // Targets are float32 near 2000: half a unit in the last place is 6e-5.
    assert.ok(Math.abs(1 - rootMeanSquaredError! ** 2 / variance - rSquared!) < 1e-4)
    assert.ok(rSquared! > 0.9, `${rSquared}`)
    assert.ok(rootMeanSquaredError! < 0.3 * Math.sqrt(variance))
  }
})

test('labels are scored one by one', async () => {
  const inputs = Array.from({ length: 60 }, (_, i) => [Math.sin(i), Math.cos(3 * i)])
  const targets = inputs.map(([a, b]) => [Number(a! > 0), Number(b! > 0.9)])
  const data = await dataOf({ train: { inputs, targets } })
  const model = linear(2)
  const loss = binaryCrossEntropy()
  const { run } = await finish({
    model,
    loss,
    optimizer: adam({ learningRate: 0.1 }),
    data,
    epochs: 40,
    batchSize: 30,
    engine,
  })
  const scores = await scoreModel({ model, loss, data }, run.parameters, { engine })
  const { recall, accuracy } = scores.metrics!
  assert.ok(Math.abs(accuracy! - scores.accuracy!) < 1e-7)
  assert.equal(recall!.perClass.length, 2)
})
