import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkpointAt, description, result, temporaryFolder } from '../../../test/runs/samples.ts'
import { readRun, readScalars, runDirectory, runFiles } from './index.ts'

/** A run that ended with the checkpoints of steps 1 and 2. */
async function finishedRun(name = 'a', parent = temporaryFolder()): Promise<string> {
  const path = join(parent, name)
  const run = runDirectory(path)
  await run.begin(description, 0)
  for (const step of [1, 2]) await run.checkpoint(checkpointAt(step), false)
  await run.end(result)
  return path
}

const good = {
  format: 'justright-run',
  version: 1,
  createdAt: '2026-01-31T00:00:00.000Z',
  ...description,
}
const refusals: readonly (readonly [string, string, RegExp])[] = [
  [
    'cut',
    JSON.stringify(good).slice(0, -30),
    /expected a whole run\.json, received \d+ characters/,
  ],
  ['empty', '', /expected a whole run\.json, received 0 characters that are no JSON/],
  ['no object', '[]', /expected a JSON object whose format is "justright-run", received \[\]/],
  ['something else', '{"format":"x"}', /format is "justright-run", received "x"/],
  [
    'of another version',
    JSON.stringify({ ...good, version: 2 }),
    /expected justright-run version 1, received version 2\. Read it with the Justright that wrote/,
  ],
  ['without a field', JSON.stringify({ ...good, steps: undefined }), /expected "steps" as object/],
  ['of a wrong type', JSON.stringify({ ...good, data: null }), /"data" as object, received null/],
]
for (const [kind, text, message] of refusals)
  test(`a run.json that is ${kind} is refused with path, expectation and hint`, async () => {
    const path = await finishedRun()
    writeFileSync(join(path, runFiles.description), text)
    for (const attempt of [readRun, () => runDirectory(path).begin(description, 0)])
      await assert.rejects(attempt(path), (error: Error) => {
        assert.equal(error.name, 'RunError')
        assert.match(error.message, message)
        assert.ok(error.message.startsWith(join(path, runFiles.description)))
        return true
      })
  })

const damages: Readonly<Record<string, (path: string) => void>> = {
  changed: path => {
    const bytes = readFileSync(path)
    bytes[bytes.length - 3]! ^= 4
    writeFileSync(path, bytes)
  },
  cut: path => writeFileSync(path, readFileSync(path).subarray(0, -9)),
  empty: path => writeFileSync(path, ''),
}
for (const [kind, damage] of Object.entries(damages)) {
  test(`in place of a last checkpoint that is ${kind} the previous one is used, with a warning`, async () => {
    const path = await finishedRun()
    damage(join(path, runFiles.last))
    const { checkpoint, warnings } = await readRun(path)
    assert.deepEqual(checkpoint, checkpointAt(1))
    assert.match(warnings.join('\n'), /damaged and not used: .*last\.safetensors.*\nUsing .*step 1/)
  })

  test(`when both checkpoints are ${kind} there is none, with a warning`, async () => {
    const path = await finishedRun()
    damage(join(path, runFiles.last))
    damage(join(path, runFiles.previous))
    const { checkpoint, warnings } = await readRun(path)
    assert.equal(checkpoint, undefined)
    assert.equal(warnings.length, 3)
    assert.equal(warnings[2], 'No checkpoint is good: a resume starts from the beginning')
  })
}

test('a missing last checkpoint is replaced by the previous one', async () => {
  const path = await finishedRun()
  rmSync(join(path, runFiles.last))
  assert.equal((await readRun(path)).checkpoint?.progress.step, 1)
})

test('a damaged result is a warning', async () => {
  const path = await finishedRun()
  writeFileSync(join(path, runFiles.result), '{')
  const { result: ended, warnings } = await readRun(path)
  assert.equal(ended, undefined)
  assert.match(warnings.join(), /result\.json: expected a whole result\.json/)
})

const parent = temporaryFolder()
const misses: readonly (readonly [string, RegExp])[] = [
  ['mnist-20260131-120001', /received none\. Is "mnist-20260131-120000" meant\?/],
  ['mnist', /Is "mnist-20260201-090000" meant\?/],
  ['nothing-like-it', /received none$/],
]
for (const [name, message] of misses)
  test(`a run "${name}" that is not there is refused, with the nearest name if there is one`, async () => {
    await finishedRun('mnist-20260131-120000', parent)
    await finishedRun('mnist-20260201-090000', parent)
    await assert.rejects(readRun(join(parent, name)), { name: 'RunError', message })
    await assert.rejects(readScalars(join(parent, name)), { name: 'RunError', message: /ENOENT/ })
  })
