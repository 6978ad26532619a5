import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { EngineError } from '../base/index.ts'
import { chooseEngine, chooseEngineFor } from './index.ts'

const small = { ops: 10, multiplyAdds: 4000, elements: 1999 }
const large = { ...small, elements: 2000 }

test('for a small program the js engine is chosen, and the reason has the figures', async () => {
  const { engine, reason } = await chooseEngineFor(small)
  assert.equal(engine.name, 'js')
  assert.equal(reason, '5,999 multiply-adds and elements in 10 ops, fewer than 600 an op')
})

test('for any other one it is ONNX Runtime', async () => {
  const { engine, reason } = await chooseEngineFor(large, { threads: 1 })
  assert.equal(engine.name, (await chooseEngine('auto', { threads: 1 })).name)
  assert.notEqual(engine.name, 'js')
  assert.equal(reason, '6,000 multiply-adds and elements in 10 ops, not fewer than 600 an op')
})

test('an engine that does not exist is refused with those that do', async () => {
  await assert.rejects(chooseEngine('fastest' as never), (error: unknown) => {
    assert.ok(error instanceof EngineError)
    assert.match(error.message, /expected auto or one of .*js.*, received "fastest"/)
    return true
  })
})

test('where no code may be made of text, js says so and the next is chosen', () => {
  const script = `
    const { chooseEngineFor, reportEngines } = await import('./src/engine/index.ts')
    const { engine, reason } = await chooseEngineFor(${JSON.stringify(small)}, { threads: 1 })
    const js = (await reportEngines()).find(({ name }) => name === 'js')
    console.log(JSON.stringify({ name: engine.name, reason, problem: js.problem }))`
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script],
    { encoding: 'utf8', cwd: new URL('../..', import.meta.url) },
  )
  const { name, reason, problem } = JSON.parse(stdout || `"${stderr}"`)
  assert.notEqual(name, 'js')
  assert.match(problem, /a host that compiles code from text.*content security policy/)
  assert.ok(reason.includes(problem), reason)
})
