import assert from 'node:assert/strict'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { description, result, temporaryFolder } from '../../../test/runs/samples.ts'
import { listRuns, newRunPath, runDirectory, runFiles } from './index.ts'

test('every run is listed with its status, newest first', async () => {
  const parent = temporaryFolder()
  const begin = async (name: string) => {
    const run = runDirectory(join(parent, name))
    await run.begin(description, 0)
    return run
  }
  await (await begin('a-completed')).end(result)
  await (await begin('b-interrupted')).end({ ...result, status: 'interrupted' })
  await (await begin('c-failed')).fail(new Error('too hot'))
  const running = await begin('d-running')
  await (await begin('e-damaged')).end(result)
  writeFileSync(join(parent, 'e-damaged', runFiles.description), '{')
  const stopped = await begin('f-stopped')
  await stopped.fail(new Error('gone'))
  mkdirSync(join(parent, 'no-run'))
  writeFileSync(join(parent, 'no-folder'), '')
  rmSync(join(parent, 'f-stopped', runFiles.failure))
  const rows = await listRuns(parent)
  assert.deepEqual(
    rows.map(({ name, status, testAccuracy }) => [name, status, testAccuracy]),
    [
      ['f-stopped', 'stopped', undefined],
      ['d-running', 'running', undefined],
      ['c-failed', 'failed', undefined],
      ['b-interrupted', 'interrupted', 0.9],
      ['a-completed', 'completed', 0.9],
      ['e-damaged', 'unreadable', undefined],
    ],
  )
  assert.equal(rows[2]!.problem, 'too hot')
  assert.match(rows[5]!.problem!, /expected a whole run\.json/)
  assert.equal(rows[4]!.path, join(parent, 'a-completed'))
  await running.end(result)
})

test('a folder that is not there holds no runs', async () => {
  assert.deepEqual(await listRuns(join(temporaryFolder(), 'runs')), [])
})

test('a file in place of the folder is refused', async () => {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, '')
  await assert.rejects(listRuns(path), { name: 'RunError', message: /expected a folder of runs/ })
})

const now = new Date(2026, 0, 31, 9, 5, 7)
const paths: readonly (readonly [string, string])[] = [
  ['mnist', 'mnist-20260131-090507'],
  ['A & B / größer', 'A-B-größer-20260131-090507'],
  ['../..', 'run-20260131-090507'],
]
for (const [name, folder] of paths)
  test(`a new run called "${name}" gets the folder ${folder}, then ${folder}-2`, async () => {
    const parent = temporaryFolder()
    assert.equal(await newRunPath(parent, name, now), join(parent, folder))
    mkdirSync(join(parent, folder))
    assert.equal(await newRunPath(parent, name, now), join(parent, `${folder}-2`))
  })
