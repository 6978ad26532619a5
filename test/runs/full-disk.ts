// Writes more than the disk holds, or than a file may: a checkpoint first, then the event file.
// Prints what was said and what is left, as JSON.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { readRun, readScalars, runDirectory } from '../../src/runs/node/index.ts'
import { checkpointAt, description, steps } from './samples.ts'

const path = join(process.argv[2]!, 'run')
const messageOf = (error: Error) => error.message

const run = runDirectory(path)
await run.begin(description, 0)
const unsaved = await run.checkpoint(checkpointAt(1, 1_000_000), false).then(String, messageOf)
await run.checkpoint(checkpointAt(2, 5000), true)
const unsavedNext = await run.checkpoint(checkpointAt(3, 1_000_000), true).then(String, messageOf)
await run.fail(new Error('full'))
const kept = (await readRun(path)).checkpoint?.progress.step
const files = readdirSync(join(path, 'checkpoints')).sort()

const resumed = runDirectory(path)
await resumed.begin(description, 2)
await resumed.checkpoint(checkpointAt(3, 5000), false)
resumed.steps(steps(4, 60_000))
const unrecorded = await resumed.checkpoint(checkpointAt(60_000), false).then(String, messageOf)
await resumed.fail(new Error('full'))
const keptNext = (await readRun(path)).checkpoint?.progress.step
const recorded = (await readScalars(path))['train/loss']?.[0]?.step
console.log(JSON.stringify({ unsaved, unsavedNext, kept, files, unrecorded, keptNext, recorded }))
