import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { readScalars, runDirectory } from '../../src/runs/node/index.ts'
import { description, epochAt, result, steps, temporaryFolder } from '../runs/samples.ts'
import { pythonWith } from './python.ts'

const python = pythonWith('tensorboard')

const read = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
run = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'tensors': 0})
run.Reload()
print(json.dumps({
  tag: [{'step': e.step, 'value': e.value} for e in run.Scalars(tag)] for tag in run.Tags()['scalars']
}))
`

test('TensorBoard reads a run directory, a resumed one without steps that it made twice', t => {
  if (python.missing) return t.skip(python.missing)
  return readResumedRun()
})

async function readResumedRun(): Promise<void> {
  const path = join(temporaryFolder(), 'run')
  const first = runDirectory(path)
  await first.begin(description, 0)
  first.steps(steps(1, 5))
  await first.epoch(epochAt(5))
  first.steps(steps(6, 10))
  await first.epoch(epochAt(10))
  await first.fail(new Error('stopped'))
  const second = runDirectory(path)
  await second.begin(description, 7)
  second.steps(steps(8, 10, 2))
  await second.epoch(epochAt(10))
  await second.end(result)
  const curves = await readScalars(path)
  assert.equal(curves['train/loss']?.length, 10)
  assert.equal(curves['epoch/train_loss']?.length, 2)
  assert.deepEqual(python.run(read, path), curves)
}
