import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { cases } from './cases.ts'
import { workerCases } from './worker-cases.ts'

const script = fileURLToPath(new URL('./run.ts', import.meta.url))

/** Exit code, signal and last words of a process. */
function end(...args: readonly string[]): Promise<{ code: number | null; words: string }> {
  const child = spawn(process.execPath, ['--expose-gc', script, ...args])
  let words = ''
  child.stderr.on('data', text => {
    words = (words + text).slice(-2000)
  })
  return new Promise(resolve =>
    child.on('close', (code, signal) => resolve({ code, words: `${signal ?? ''} ${words}` })),
  )
}

describe('nothing that user code does ends the process of the capi engine', () => {
  for (const name of [...Object.keys(cases), ...Object.keys(workerCases)])
    test(name, async () => {
      const { code, words } = await end('capi', name)
      assert.equal(code, 0, words)
    })
})
