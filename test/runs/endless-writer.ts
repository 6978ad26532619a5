// Goes on with the run in the directory given, saving after every step, until it is killed.
// Prints every step that is saved.
import { readRun, runDirectory } from '../../src/runs/node/index.ts'
import { checkpointAt, description, steps } from './samples.ts'

const path = process.argv[2]!
const stored = await readRun(path).catch(() => undefined)
let step = stored?.checkpoint?.progress.step ?? 0
console.log('ready')
const run = runDirectory(path, { warn: () => undefined })
await run.begin(description, step)
for (;;) {
  step++
  run.steps(steps(step, step))
  await run.checkpoint(checkpointAt(step, 50_000), step % 2 === 0)
  console.log(step)
}
