import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { checkpointAt, temporaryFolder } from '../../../test/runs/samples.ts'
import { readRun, readScalars } from './index.ts'

const program = (name: string) =>
  fileURLToPath(new URL(`../../../test/runs/${name}.ts`, import.meta.url))

/** As in `endless-writer.ts`. */
const size = 50_000

/**
 * Goes on with a run, and kills its writer so many milliseconds after it printed so many lines:
 * "ready", then every step it saved. Returns the last one of these.
 */
async function writeAndKill(path: string, lineCount: number, delayMs: number) {
  const child = spawn(process.execPath, [program('endless-writer'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const lines: string[] = []
  for await (const line of createInterface(child.stdout)) {
    lines.push(line)
    if (lines.length === lineCount) setTimeout(() => child.kill('SIGKILL'), delayMs)
  }
  assert.deepEqual(await exited, [null, 'SIGKILL'])
  return lines.length > 1 ? Number(lines.at(-1)) : undefined
}

/** Kills the writer of a run at ten random moments, and looks at what it left each time. */
async function killTenTimes(): Promise<void> {
  const path = join(temporaryFolder(), 'run')
  let saved = 0
  for (let round = 0; round < 10; round++) {
    // Every second time early: while the run begins.
    const isEarly = round % 2 === 0
    const delayMs = Math.random() * (isEarly ? 20 : 60)
    saved = (await writeAndKill(path, isEarly ? 1 : 2, delayMs)) ?? saved
    if (saved > 0) saved = await checkLeft(path, saved, `killed after ${delayMs} ms`)
  }
}

async function checkLeft(path: string, saved: number, moment: string): Promise<number> {
  const { checkpoint, warnings } = await readRun(path)
  const step = checkpoint!.progress.step
  assert.deepEqual(warnings, [], moment)
  assert.ok(step === saved || step === saved + 1, `${moment}: ${step} after ${saved}`)
  assert.deepEqual(checkpoint, checkpointAt(step, size), moment)
  const curve = (await readScalars(path))['train/loss']!.map(point => point.step)
  assert.ok(curve.length >= step, moment)
  assert.deepEqual(
    curve,
    Array.from(curve, (_, i) => i + 1),
    moment,
  )
  return step
}

test('a writer killed at twenty random moments leaves a good checkpoint each time', async () => {
  await Promise.all([killTenTimes(), killTenTimes()])
})

/** A small disk of our own where the system allows it, or else a limit to the size of files. */
function runOnFullDisk(folder: string): { readonly reason: RegExp; readonly stdout: string } {
  const command = [process.execPath, program('full-disk'), folder]
  const mount = 'mount -t tmpfs -o size=1m none "$2" && exec "$@"'
  const limit = 'ulimit -f 2048 && exec "$@"'
  const small = spawnSync('unshare', ['-Urm', 'sh', '-c', mount, 'sh', ...command])
  if (small.status === 0)
    return { reason: /received ENOSPC: no space left/, stdout: `${small.stdout}` }
  const limited = spawnSync('sh', ['-c', limit, 'sh', ...command])
  assert.equal(limited.status, 0, `${limited.stderr}`)
  return { reason: /received EFBIG: file too large/, stdout: `${limited.stdout}` }
}

test('a full disk is an error that says what is safe and how to go on, and what is safe stays so', () => {
  const folder = join(temporaryFolder(), 'disk')
  mkdirSync(folder)
  const { reason, stdout } = runOnFullDisk(folder)
  const { unsaved, unsavedNext, unrecorded, ...rest } = JSON.parse(stdout)
  const last = 'checkpoints/last.safetensors'
  for (const [message, hint] of [
    [unsaved, 'No step was saved: free some space, then start the run again'],
    [
      unsavedNext,
      `The checkpoint of step 2 is safe in ${last}: free some space, then resume the run`,
    ],
    [
      unrecorded,
      `The checkpoint of step 3 is safe in ${last}: free some space, then resume the run`,
    ],
  ]) {
    assert.match(message, reason)
    assert.ok(message.endsWith(hint), message)
  }
  assert.match(unrecorded, /run": expected room for the event file/)
  assert.deepEqual(rest, {
    kept: 2,
    files: ['best.safetensors', 'last.safetensors'],
    keptNext: 3,
    recorded: 4,
  })
})
