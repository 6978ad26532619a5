/**
 * What user code may do to an engine by mistake or in the wrong order. Each case runs in a process of
 * its own, which has to end well: `node test/abuse/run.ts ENGINE CASE`.
 */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Named, type Tensor, tensor, zerosTensor } from '../../src/base/index.ts'
import { chooseEngine, type Engine } from '../../src/engine/index.ts'
import { add, broadcast, input, mul, pureProgram, sum, type Value } from '../../src/ir/index.ts'
import { counter, feeds, initial, longFeeds, longState, warm, x } from './programs.ts'

const refuses = (promise: Promise<unknown>) => assert.rejects(promise)
const collect = async () => {
  for (let i = 0; i < 5; i++) {
    globalThis.gc!()
    await sleep(1)
  }
}

/** Each in a process of its own, which has to end well. */
export const cases: Readonly<Record<string, (engine: Engine) => Promise<void>>> = {
  'release during a run, run after release, double release': async engine => {
    const { executable, state } = await warm(engine)
    const running = executable.run(longFeeds(), state).catch(String)
    await Promise.all([executable.release(), executable.release(), running])
    await refuses(executable.run(longFeeds(), state))
    await executable.release()
    await state.read()
  },

  'two runs at once, of one program and of one state': async engine => {
    const { executable, state } = await warm(engine)
    const other = engine.createState(longState)
    const first = executable.run(longFeeds(), state)
    await refuses(executable.run(longFeeds(), state))
    await Promise.all([first, executable.run(longFeeds(), other)])
    const counting = await engine.compile(counter)
    const many = Array.from({ length: 40 }, () => counting.run(feeds, engine.createState(initial)))
    for (const { before } of await Promise.all(many)) assert.deepEqual([...before!.data], [0, 0])
  },

  'hundreds of long runs at once': async engine => {
    const { executable } = await warm(engine)
    const fed = { ...longFeeds(), ...longState }
    const runs = Array.from({ length: 300 }, () => executable.run(fed))
    const ended = await Promise.allSettled(runs.slice(0, 8))
    assert.ok(ended.some(({ status }) => status === 'fulfilled'))
    process.exit(0)
  },

  'programs and states are collected while they run and after': async engine => {
    const ended = await (async () => {
      const { executable, state } = await warm(engine)
      return [executable.run(longFeeds(), state), executable.run({ ...longFeeds(), ...longState })]
    })()
    await collect()
    await Promise.all(ended)
    for (let i = 0; i < 200; i++) {
      const executable = await engine.compile(counter)
      for (let j = 0; j < 5; j++) await executable.run(feeds, engine.createState(initial))
      if (i % 50 === 0) await collect()
    }
    await collect()
  },

  'what was fed is changed, taken away and shared during a run': async engine => {
    const { executable, state } = await warm(engine)
    const fed = longFeeds()
    const running = executable.run(fed, state)
    for (const { data } of Object.values(fed)) data.fill(1e9)
    for (const { data } of Object.values(fed)) structuredClone(data, { transfer: [data.buffer] })
    await running.catch(String)
    const shared = new Int32Array(new SharedArrayBuffer(8))
    const index = { dtype: 'int32', shape: [2], data: shared } as unknown as Tensor
    const sharing = executable.run({ ...longFeeds(), index }, state).catch(String)
    shared.fill(1e9)
    await sharing
    const resizable = new Float32Array(new ArrayBuffer(8, { maxByteLength: 16 }))
    const shrinking = executable.run({ ...longFeeds(), x: { ...feeds.x, data: resizable } }, state)
    resizable.buffer.resize(0)
    await shrinking.catch(String)
    // The state is still of use.
    await executable.run(longFeeds(), state)
  },

  'outputs and what was read are changed during a run': async engine => {
    const { executable, state } = await warm(engine)
    const held = await state.read()
    const { picked } = await executable.run(longFeeds(), state)
    const running = executable.run(longFeeds(), state)
    for (const { data, shape } of [picked!, held.weights!]) {
      structuredClone(data, { transfer: [data.buffer] })
      ;(shape as number[]).push(1e9)
    }
    await state.read()
    await running
    await executable.run(longFeeds(), state)
  },

  'indices out of range': async engine => {
    const { executable, state } = await warm(engine)
    for (const index of [2, -3, 1e9, -1e9])
      await executable.run({ ...longFeeds(), index: tensor([0, index], 'int32') }, state).then(
        () => assert.fail(`index ${index} was taken`),
        () => undefined,
      )
    await executable.run(longFeeds(), state)
  },

  'nonsense instead of feeds and states': async engine => {
    const executable = await engine.compile(counter)
    const state = engine.createState(initial)
    const wrong: unknown[] = [
      { x: null },
      { x: {} },
      { x: { ...feeds.x, data: [1, 2] } },
      { x: { ...feeds.x, shape: [2, 1e12] } },
      { x: { ...feeds.x, shape: [-2] } },
      { x: { ...feeds.x, data: new Float32Array(1) } },
      { x: { ...feeds.x, data: Object.create(Float32Array.prototype) } },
      { x: { ...feeds.x, data: new Proxy(new Float32Array(2), {}) } },
      Object.create({ x: feeds.x }),
    ]
    for (const given of wrong) await refuses(executable.run(given as Named<Tensor>, state))
    for (const given of [{}, 7, { read: state.read }, Object.create(state)])
      await refuses(executable.run(feeds, given as never))
    for (const data of [new Float32Array(1), new Float32Array(9), new Int32Array(2), [1, 2]])
      assert.throws(() => engine.createState({ total: { ...initial.total, data } as Tensor }))
    for (const shape of [[-1], [0.5], [Number.NaN], [1e12], [2 ** 53]])
      assert.throws(() => engine.createState({ total: { ...initial.total, shape } }))
    assert.deepEqual([...(await executable.run(feeds, state)).before!.data], [0, 0])
  },

  'odd names and empty tensors': async engine => {
    for (const name of ['', 'a\0b', '\ud800', 'ü/:', '__proto__'.slice(1)]) {
      const run = async () => {
        const executable = await engine.compile(pureProgram({ y: mul(input(name, [2]), 2) }))
        return executable.run({ [name]: feeds.x })
      }
      await run().catch(String)
    }
    const empty = await engine.compile(pureProgram({ y: mul(input('x', [0, 3]), 2) }))
    const { y } = await empty.run({ x: zerosTensor('float32', [0, 3]) })
    assert.equal(y!.data.length, 0)
  },

  'empty tensors of enormous shapes': async engine => {
    for (const shape of [
      [0, 2 ** 40],
      [2 ** 31, 0],
      [0, 2 ** 26, 2 ** 26],
    ]) {
      const run = async () => {
        const executable = await engine.compile(pureProgram({ y: mul(input('x', shape), 2) }))
        return executable.run({ x: { dtype: 'float32', shape, data: new Float32Array(0) } })
      }
      await run().catch(String)
    }
  },

  'more steps in a call than can be': async engine => {
    for (const stepsPerCall of [2 ** 31, 2 ** 40, 2 ** 53]) {
      const run = async () => {
        const program = pureProgram({ y: mul(input('x', []), 2) })
        const executable = await engine.compile(program, { stepsPerCall })
        return executable.run({
          x: { dtype: 'float32', shape: [stepsPerCall], data: feeds.x.data },
        })
      }
      await refuses(run())
    }
  },

  'numbers of threads that cannot be': async ({ name }) => {
    for (const threads of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 1e9, 1e6, '2', null])
      await chooseEngine(name, { threads: threads as number }).catch(String)
  },

  'more memory than there is': async engine => {
    const side = input('x', [2_000_000])
    const huge = await engine
      .compile(pureProgram({ y: sum(mul(broadcast(side, [2_000_000, 2_000_000]), 2)) }))
      .catch(String)
    if (typeof huge === 'string') return
    await refuses(huge.run({ x: zerosTensor('float32', [2_000_000]) }))
    await refuses(huge.run({ x: zerosTensor('float32', [2_000_000]) }))
  },

  'thousands of ops in a row': async engine => {
    let y: Value = x
    for (let i = 0; i < 3000; i++) y = add(mul(y, 1 + i), x)
    const deep = await engine.compile(pureProgram({ y }))
    await deep.run(feeds)
  },

  'the process exits during a run': async engine => {
    const { executable, state } = await warm(engine)
    void executable.run(longFeeds(), state)
    await sleep(20)
    process.exit(0)
  },

  'the process ends during a run that nobody awaits': async engine => {
    const { executable, state } = await warm(engine)
    void executable.run(longFeeds(), state)
  },
}
