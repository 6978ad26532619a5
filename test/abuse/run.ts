/** Runs a case, in the main thread, or what a worker of a case does: `node test/abuse/run.ts ENGINE CASE`. */
import { isMainThread, parentPort } from 'node:worker_threads'
import { chooseEngine, type EngineName } from '../../src/engine/index.ts'
import { cases } from './cases.ts'
import { workerCases, works } from './worker-cases.ts'

const [name, which] = process.argv.slice(2) as [EngineName, string]
if (!isMainThread)
  await works[which]!(await chooseEngine(name), () => parentPort!.postMessage('begins'))
else if (which in cases) await cases[which]!(await chooseEngine(name))
else await workerCases[which]!(name)
