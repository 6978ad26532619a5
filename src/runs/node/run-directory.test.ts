import assert from 'node:assert/strict'
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  checkpointAt,
  description,
  epochAt,
  result,
  steps,
  temporaryFolder,
} from '../../../test/runs/samples.ts'
import type { RunDescription } from '../recorder.ts'
import { readRun, runDirectory, runFiles } from './index.ts'

test('a run is read back as it was written, and its directory holds what the layout says', async () => {
  const path = join(temporaryFolder(), 'runs', 'a')
  const origin = { recipe: 'mnist', options: { epochs: 2 } }
  const run = runDirectory(path, { origin })
  assert.equal(run.path, path)
  await run.begin(description, 0)
  assert.deepEqual((await readRun(path)).description, description)
  run.steps(steps(1, 5))
  await run.epoch(epochAt(5))
  await run.checkpoint(checkpointAt(5), true)
  await run.checkpoint(checkpointAt(6), false)
  await run.model(Uint8Array.of(8, 1))
  await run.end(result)
  const { createdAt, ...stored } = await readRun(path)
  assert.ok(Math.abs(Date.parse(createdAt) - Date.now()) < 60_000)
  const checkpoint = checkpointAt(6)
  assert.deepEqual(stored, { description, origin, checkpoint, result, warnings: [] })
  assert.deepEqual([...readFileSync(join(path, runFiles.model))], [8, 1])
  assert.deepEqual(readdirSync(join(path, 'checkpoints')).sort(), [
    'best.safetensors',
    'last.safetensors',
    'previous.safetensors',
  ])
  assert.match(
    readdirSync(path).sort().join(),
    /^checkpoints,events\.out\.tfevents\.\d{10}\.justright,model\.onnx,result\.json,run\.json$/,
  )
})

test('a run that fails says why, without a result, and its lock is free', async () => {
  const path = join(temporaryFolder(), 'a')
  const run = runDirectory(path)
  await run.begin(description, 0)
  await run.fail(new RangeError('loss is NaN'))
  const { failure, result: none, warnings } = await readRun(path)
  assert.equal(failure, 'loss is NaN')
  assert.equal(none, undefined)
  assert.deepEqual(warnings, ['No step was saved: a resume starts from the beginning'])
  await run.begin(description, 0)
  assert.equal((await readRun(path)).failure, undefined)
  await run.end(result)
})

const others: readonly (readonly [string, Partial<RunDescription>, RegExp])[] = [
  ['name', { name: 'letters' }, /holds, received "letters", which differs in name\. Choose/],
  ['batch size', { experiment: { ...description.experiment, batchSize: 8 } }, /in experiment\.bat/],
  ['data', { data: { ...description.data, hash: 'def' } }, /in data/],
]
for (const [what, change, message] of others)
  test(`a directory that holds a run with another ${what} is refused, and unharmed`, async () => {
    const path = join(temporaryFolder(), 'a')
    const first = runDirectory(path)
    await first.begin(description, 0)
    await first.end(result)
    const second = runDirectory(path)
    const other = { ...description, ...change }
    await assert.rejects(second.begin(other, 0), { name: 'RunError', message })
    await second.fail(new Error('begin refused'))
    const { description: kept, result: ended, failure } = await readRun(path)
    assert.deepEqual([kept, ended, failure], [description, result, undefined])
  })

test('the same run may begin again, on another engine too, and a resumed one may change', async () => {
  const path = join(temporaryFolder(), 'a')
  const moved = { ...description, versions: { ...description.versions, engine: 'native' } }
  const longer = { ...moved, experiment: { ...description.experiment, epochs: 9 } }
  let createdAt: string | undefined
  for (const [given, resumedAt] of [
    [description, 0],
    [moved, 0],
    [longer, 5],
  ] as const) {
    const run = runDirectory(path, resumedAt === 0 ? { origin: ['kept'] } : {})
    await run.begin(given, resumedAt)
    const stored = await readRun(path)
    assert.deepEqual([stored.description, stored.origin], [given, ['kept']])
    assert.equal(stored.result, undefined)
    createdAt ??= stored.createdAt
    assert.equal(stored.createdAt, createdAt)
    await run.end(result)
  }
})

test('a resume from the checkpoint before a damaged one keeps it until there is a newer', async () => {
  const path = join(temporaryFolder(), 'a')
  const first = runDirectory(path)
  await first.begin(description, 0)
  for (const step of [1, 2]) await first.checkpoint(checkpointAt(step), false)
  await first.end({ ...result, status: 'interrupted' })
  writeFileSync(join(path, runFiles.last), 'damaged')
  const second = runDirectory(path)
  await second.begin(description, 1)
  await second.checkpoint(checkpointAt(3), false)
  writeFileSync(join(path, runFiles.last), 'damaged again')
  assert.equal((await readRun(path)).checkpoint?.progress.step, 1)
  await second.end(result)
})

test('a method before begin is refused', () => {
  assert.throws(() => runDirectory('nowhere').steps([]), { name: 'RunError', message: /has begun/ })
})

test('a directory below a file is refused before the first step, with the reason', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  await assert.rejects(runDirectory(join(file, 'run')).begin(description, 0), {
    name: 'RunError',
    message:
      /run": expected a directory where the run can be written, received ENOTDIR.*No step was saved: put that right, then start/,
  })
})

test('a directory that may not be written is refused before the first step, with the reason', async () => {
  const path = temporaryFolder()
  chmodSync(path, 0o555)
  // The superuser may write everywhere: be somebody else for a moment.
  const isRoot = process.getuid?.() === 0
  if (isRoot) process.seteuid!(65534)
  try {
    await assert.rejects(runDirectory(path).begin(description, 0), {
      name: 'RunError',
      message: /received EACCES: permission denied.*No step was saved: make the directory writable/,
    })
  } finally {
    if (isRoot) process.seteuid!(0)
  }
})
