import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { chooseEngine, type Engine, type EngineName } from '../../src/engine/index.ts'
import { counter, feeds, initial, longFeeds, warm } from './programs.ts'

/** Runs this file as a worker that works without end, and gives it a while. */
async function busyWorker(name: EngineName, which: string) {
  const worker = new Worker(new URL('./run.ts', import.meta.url), { argv: [name, which] })
  const ended = new Promise(resolve => worker.once('exit', resolve))
  await new Promise(resolve => worker.once('message', resolve))
  await sleep(30 + 50 * Math.random())
  return { worker, ended }
}

/** Cases of worker threads. The main thread does not know the engine, unless it says so. */
export const workerCases: Readonly<Record<string, (name: EngineName) => Promise<void>>> = {
  'workers run side by side': async name => {
    const workers = await Promise.all([1, 2, 3].map(() => busyWorker(name, 'counts')))
    await Promise.all(workers.map(({ ended }) => ended))
  },

  'a worker is terminated during a run': async name => {
    const engine = await chooseEngine(name)
    const executable = await engine.compile(counter)
    for (let i = 0; i < 6; i++) await (await busyWorker(name, 'runs')).worker.terminate()
    await executable.run(feeds, engine.createState(initial))
  },

  'the only thread that knew the engine is terminated during a run': async name => {
    for (let i = 0; i < 6; i++) {
      await (await busyWorker(name, 'runs')).worker.terminate()
      await sleep(30)
    }
  },

  'a worker exits during a run': async name => {
    const engine = await chooseEngine(name)
    const executable = await engine.compile(counter)
    for (let i = 0; i < 4; i++) await (await busyWorker(name, 'exits')).ended
    await executable.run(feeds, engine.createState(initial))
  },

  'the process exits while workers run': async name => {
    await Promise.all([1, 2].map(() => busyWorker(name, 'runs')))
    process.exit(0)
  },
}

/** What a worker of a case does, once it has told that it begins. */
export const works: Readonly<Record<string, (engine: Engine, begin: () => void) => Promise<void>>> =
  {
    async counts(engine, begin) {
      const executable = await engine.compile(counter)
      const state = engine.createState(initial)
      begin()
      for (let i = 0; i < 200; i++) await executable.run(feeds, state)
      assert.deepEqual([...(await state.read()).total!.data], [200, 2000])
    },
    async runs(engine, begin) {
      const { executable, state } = await warm(engine)
      begin()
      for (;;) await executable.run(longFeeds(), state)
    },
    async exits(engine, begin) {
      const { executable, state } = await warm(engine)
      begin()
      void executable.run(longFeeds(), state)
      await sleep(20)
      process.exit(0)
    },
  }
