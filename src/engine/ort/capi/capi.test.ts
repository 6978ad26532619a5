import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { EngineError, zerosTensor } from '../../../base/index.ts'
import { input, matmul, pureProgram, sum, type Value } from '../../../ir/index.ts'
import { encodeProgram } from '../../../onnx/index.ts'
import { capiEngine } from './engine.ts'
import type { Pointer } from './functions.ts'
import { checkVersion, libraryPath, loadLibrary } from './library.ts'
import { CellMaker } from './memory.ts'
import { SessionMaker } from './session.ts'

const size = 600

/** Sums a power of a matrix, some 50 ms on one thread. */
function power(exponent: number) {
  const x = input('x', [size, size])
  let y: Value = x
  for (let i = 1; i < exponent; i++) y = matmul(y, x)
  return pureProgram({ y: sum(y) })
}

describe('the capi engine', () => {
  test('leaves the event loop free during a long run', async () => {
    const engine = await capiEngine({ threads: 1 })
    const executable = await engine.compile(power(40))
    let turns = 0
    const timer = setInterval(() => {
      turns++
    }, 1)
    await executable.run({ x: zerosTensor('float32', [size, size]) })
    clearInterval(timer)
    await executable.release()
    assert.ok(turns > 5, `${turns} turns of the event loop`)
  })

  test('refuses a version whose interface it does not know', () => {
    checkVersion('1.30.2')
    for (const version of ['1.29.0', '1.31.0', '2.0.0', '1.300.0', ''])
      assert.throws(() => checkVersion(version), {
        name: 'EngineError',
        message: /expected ONNX Runtime 1\.30.*Install onnxruntime-node 1\.30/,
      })
  })

  test('finds the library of this platform, and says where there is none', () => {
    assert.match(libraryPath(process), /onnxruntime/)
    for (const platform of ['freebsd', 'linux'] as const)
      assert.throws(() => libraryPath({ platform, arch: 'riscv64' }), {
        name: 'EngineError',
        message: new RegExp(`none for ${platform} riscv64.*Use the wasm engine`),
      })
  })

  test('refuses bytes that are no model, in the words of ONNX Runtime', async () => {
    const sessions = new SessionMaker(await loadLibrary(), 1)
    for (const bytes of [[], [1, 2, 3], new Array(1000).fill(255)])
      assert.throws(() => sessions.create(Uint8Array.from(bytes)), EngineError)
  })

  test('frees the options, the session and the tensors of an engine that nobody holds any more', async () => {
    const freed: string[] = []
    const library = await loadLibrary()
    const noted = (name: 'releaseSession' | 'releaseSessionOptions' | 'releaseValue') => {
      const release = library.functions[name]
      const call = (pointer: Pointer) => {
        freed.push(name)
        return release(pointer)
      }
      return { [name]: Object.assign(call, { async: release.async }) }
    }
    const functions = {
      ...library.functions,
      ...noted('releaseSession'),
      ...noted('releaseSessionOptions'),
      ...noted('releaseValue'),
    }
    const use = () => {
      const model = encodeProgram(pureProgram({ y: sum(input('x', [2])) }))
      new SessionMaker({ ...library, functions }, 1).create(model)
      new CellMaker({ ...library, functions }).zeros('float32', [2])
    }
    use()
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    for (let i = 0; i < 50 && freed.length < 3; i++) {
      collect()
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    assert.deepEqual(freed.sort(), ['releaseSession', 'releaseSessionOptions', 'releaseValue'])
  })

  test('refuses numbers of threads that cannot be', async () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 1e6])
      await assert.rejects(capiEngine({ threads }), /threads: expected an integer from 1 to 256/)
  })
})
