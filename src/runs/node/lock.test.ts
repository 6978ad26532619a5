import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { description, result, temporaryFolder } from '../../../test/runs/samples.ts'
import { runDirectory, runFiles } from './index.ts'
import { isLocked, lockRun } from './lock.ts'

const deadPid = spawnSync(process.execPath, ['-e', '']).pid

test('a run that this process writes already is refused, until it ends', async () => {
  const path = join(temporaryFolder(), 'a')
  const run = runDirectory(path)
  await run.begin(description, 0)
  await assert.rejects(runDirectory(path).begin(description, 0), {
    name: 'RunError',
    message: new RegExp(`no other process that writes it, received process ${process.pid}`),
  })
  await run.end(result)
  assert.ok(!existsSync(join(path, runFiles.lock)))
})

test('the lock of another live process is respected', async () => {
  const folder = temporaryFolder()
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  await once(child, 'spawn')
  writeFileSync(join(folder, runFiles.lock), JSON.stringify({ pid: child.pid, host: hostname() }))
  try {
    assert.ok(await isLocked(folder))
    await assert.rejects(runDirectory(folder).begin(description, 0), {
      name: 'RunError',
      message: new RegExp(`received process ${child.pid} \\(run\\.lock\\)\\. Wait until it ends`),
    })
    assert.ok(!existsSync(join(folder, runFiles.description)))
  } finally {
    child.kill('SIGKILL')
  }
})

const stale: Readonly<Record<string, string>> = {
  'a dead process': JSON.stringify({ pid: deadPid, host: hostname() }),
  'a writer that died while it wrote the lock': '',
  ...(process.platform === 'linux'
    ? {
        'a process whose number is used again': JSON.stringify({
          pid: process.pid,
          host: hostname(),
          started: '1',
        }),
      }
    : {}),
}
for (const [who, text] of Object.entries(stale))
  test(`the lock of ${who} is taken over, and that is said`, async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, runFiles.lock), text)
    assert.ok(!(await isLocked(folder)))
    const said: string[] = []
    const run = runDirectory(folder, { warn: sentence => said.push(sentence) })
    await run.begin(description, 0)
    assert.equal(said.length, 1)
    assert.match(said[0]!, /process( \d+)? ended without finishing this run/)
    await run.end(result)
  })

test('a lock from another machine is respected', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, runFiles.lock), JSON.stringify({ pid: deadPid, host: 'elsewhere' }))
  await assert.rejects(lockRun(folder), { message: /on "elsewhere".*if it is surely gone, delete/ })
})

test('of many that want a stale lock at once, one gets it', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, runFiles.lock), stale['a dead process']!)
  const attempts = await Promise.allSettled(Array.from({ length: 20 }, () => lockRun(folder)))
  assert.equal(attempts.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.deepEqual(readdirSync(folder), [runFiles.lock])
})

test('a lock that somebody else took meanwhile is not released', async () => {
  const folder = temporaryFolder()
  const lock = await lockRun(folder)
  writeFileSync(join(folder, runFiles.lock), 'theirs')
  await lock.release()
  assert.equal(readFileSync(join(folder, runFiles.lock), 'utf8'), 'theirs')
})
