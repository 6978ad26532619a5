import assert from 'node:assert/strict'
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { description, epochAt, result, steps, temporaryFolder } from '../../../test/runs/samples.ts'
import { EventLog, eventFiles } from './event-log.ts'
import { readScalars, runDirectory } from './index.ts'
import { stepEvent } from './scalars.ts'

const stepsOf = (points: readonly { step: number }[] | undefined) => points?.map(p => p.step)

test('a resumed run records no step twice: what came after its checkpoint is forgotten', async () => {
  const path = join(temporaryFolder(), 'a')
  const first = runDirectory(path)
  await first.begin(description, 0)
  first.steps(steps(1, 5))
  await first.epoch(epochAt(5))
  first.steps(steps(6, 10))
  await first.epoch(epochAt(10))
  await first.fail(new Error('stopped'))
  const second = runDirectory(path)
  await second.begin(description, 7)
  second.steps(steps(8, 9, 3))
  await second.end(result)
  assert.equal((await eventFiles(path)).length, 2)
  const curves = await readScalars(path)
  assert.deepEqual(
    curves['train/loss'],
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map(step => ({
      step,
      value: Math.fround((step < 8 ? 1 : 3) / step),
    })),
  )
  assert.deepEqual(curves['epoch/validation_loss'], [{ step: 5, value: 0.25 }])
  assert.deepEqual(Object.keys(curves).sort(), [
    'epoch/train_accuracy',
    'epoch/train_loss',
    'epoch/validation_accuracy',
    'epoch/validation_loss',
    'examples_per_second',
    'learning_rate',
    'train/accuracy',
    'train/loss',
  ])
})

test('metrics that are numbers have curves, of one for each class the mean', async () => {
  const path = join(temporaryFolder(), 'a')
  const run = runDirectory(path)
  await run.begin(description, 0)
  const record = epochAt(5)
  const metrics = {
    top5: 0.5,
    f1: { macro: 0.25, perClass: [0, 0.5] },
    confusionMatrix: [
      [1, 2],
      [3, 4],
    ],
  }
  await run.epoch({ ...record, validation: { ...record.validation!, metrics } })
  await run.end(result)
  const curves = await readScalars(path)
  assert.deepEqual(curves['epoch/validation_top5'], [{ step: 5, value: 0.5 }])
  assert.deepEqual(curves['epoch/validation_f1'], [{ step: 5, value: 0.25 }])
  assert.equal(curves['epoch/validation_confusionMatrix'], undefined)
})

test('a torn tail is no error, in an older file neither', async () => {
  const path = join(temporaryFolder(), 'a')
  for (const resumedAt of [0, 3]) {
    const run = runDirectory(path)
    await run.begin(description, resumedAt)
    run.steps(steps(resumedAt + 1, resumedAt + 3))
    await run.fail(new Error('killed'))
    const newest = join(path, (await eventFiles(path)).at(-1)!)
    const bytes = readFileSync(newest)
    writeFileSync(newest, bytes.subarray(0, -5))
  }
  appendFileSync(join(path, (await eventFiles(path))[0]!), 'rubbish')
  assert.deepEqual(stepsOf((await readScalars(path))['train/loss']), [1, 2, 4, 5])
})

test('a recorded step is in the file within the time given, without an epoch', async () => {
  const path = join(temporaryFolder(), 'a')
  const run = runDirectory(path, { flushEveryMs: 20 })
  await run.begin(description, 0)
  run.steps(steps(1, 3))
  assert.deepEqual(await readScalars(path), {})
  for (let tries = 0; tries < 100 && !(await readScalars(path))['train/loss']; tries++)
    await sleep(20)
  assert.deepEqual(stepsOf((await readScalars(path))['train/loss']), [1, 2, 3])
  await run.end(result)
})

test('values beyond float32 and non-finite ones are recorded, absent ones are not', async () => {
  const folder = temporaryFolder()
  const log = await EventLog.open(folder, 0, 1000)
  for (const [i, loss] of [1e39, Number.NaN, -1e300].entries())
    log.add(stepEvent({ step: i + 1, epoch: 1, loss, learningRate: 1, examples: 1 }, 5))
  await log.close()
  const { 'train/loss': losses, ...others } = await readScalars(folder)
  const values = [Number.POSITIVE_INFINITY, Number.NaN, Number.NEGATIVE_INFINITY]
  assert.deepEqual(
    losses,
    values.map((value, i) => ({ step: i + 1, value })),
  )
  assert.deepEqual(Object.keys(others), ['learning_rate'])
})

test('event files begun in one second, or before the clock went back, keep their order', async () => {
  const folder = temporaryFolder()
  const future = Math.floor(Date.now() / 1000) + 1000
  writeFileSync(join(folder, `events.out.tfevents.${future}.justright`), '')
  for (let i = 0; i < 2; i++) await (await EventLog.open(folder, 0, 1000)).close()
  assert.deepEqual(
    readdirSync(folder).sort(),
    [0, 1, 2].map(i => `events.out.tfevents.${future + i}.justright`),
  )
})
