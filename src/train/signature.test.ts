import assert from 'node:assert/strict'
import { test } from 'node:test'
import { note, small, withDropout } from '../../test/training.ts'
import { formatProgram } from '../ir/index.ts'
import { l2, momentum } from '../optim/index.ts'
import type { RunDescription } from '../runs/index.ts'
import { fit } from './fit.ts'
import { inferenceModel } from './inference-model.ts'
import { experimentLayout } from './model-tensors.ts'
import { scoringProgram } from './scoring.ts'
import { storedExperiment } from './signature.ts'
import { trainingProgram } from './training-program.ts'

test('what a run wrote before its first step is enough to build its programs again, without its data', async () => {
  const experiment = {
    ...small,
    model: withDropout,
    optimizer: momentum({ momentum: 0.8 }),
    penalty: l2(0.01),
    data: { ...small.data, scale: 0.5 },
    epochs: 1,
  }
  const { recorder, notes } = note()
  const run = await fit({ ...experiment, recorders: [recorder] })
  const description = JSON.parse(JSON.stringify(notes.descriptions[0])) as RunDescription
  const stored = storedExperiment(description)
  assert.equal(stored.data.train.inputs.shape[0], 0)

  const layout = experimentLayout(stored)
  assert.deepEqual(layout, experimentLayout(experiment))
  const texts = [experiment, stored].map(one =>
    [trainingProgram(one, layout, 4).program, scoringProgram(one, layout, one.data.train, 4)].map(
      formatProgram,
    ),
  )
  assert.deepEqual(texts[1], texts[0])
  const again = inferenceModel(stored, run.parameters)
  assert.equal(Buffer.compare(Buffer.from(again), Buffer.from(run.toOnnx())), 0)
})
