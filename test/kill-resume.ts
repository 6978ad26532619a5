/**
 * Kills a run with SIGKILL at random moments, resumes it, and compares its last weights, bit for bit,
 * with those of a run never stopped: `node test/kill-resume.ts [times] [engine]`. Takes some 6 s a time.
 */
import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { readRun } from '../src/runs/node/index.ts'

const main = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))
const [count = '20', engine = 'auto'] = process.argv.slice(2)
const times = Number(count)
const folder = await mkdtemp(join(tmpdir(), 'justright-kill-'))
const experiment = join(folder, 'experiment.ts')
const door = (name: string) => new URL(`../src/${name}.ts`, import.meta.url).href
await writeFile(
  experiment,
  `import { adam, crossEntropy, dropout, linear, relu, sequential } from '${door('index')}'
import { mnist } from '${door('node')}'
export default {
  name: 'killed',
  model: sequential(linear(128), relu(), dropout(0.3), linear(10)),
  loss: crossEntropy(),
  optimizer: adam(),
  data: await mnist(),
  epochs: 3,
  batchSize: 100,
}
`,
)

/** Starts the command line; resolves with its exit code, or null when it was killed. */
function start(...args: readonly string[]) {
  const child = spawn(process.execPath, [main, 'run', ...args], { stdio: 'ignore' })
  return { child, ended: new Promise<number | null>(resolve => child.on('exit', resolve)) }
}

async function lastTensors(out: string): Promise<string> {
  const [name] = await readdir(out)
  const { checkpoint } = await readRun(join(out, name!))
  const tensors = Object.entries(checkpoint!.tensors)
  return tensors
    .map(([path, { data }]) => `${path} ${Buffer.from(data.buffer).toString('base64')}`)
    .join()
}

const whole = join(folder, 'whole')
const began = performance.now()
if ((await start(experiment, '--out', whole, '--engine', engine).ended) !== 0)
  throw new Error('the whole run failed')
const wholeMs = performance.now() - began
const expected = await lastTensors(whole)

let equal = 0
for (let i = 0; i < times; i++) {
  const out = join(folder, `killed-${i}`)
  const { child, ended } = start(experiment, '--out', out, '--engine', engine)
  const waitMs = Math.random() * wholeMs
  await sleep(waitMs)
  child.kill('SIGKILL')
  const code = await ended
  const [name] = await readdir(out).catch(() => [])
  const stored = name && (await readRun(join(out, name)).catch(() => undefined))
  const step = stored ? (stored.checkpoint?.progress.step ?? 0) : 'none: before the first file'
  if (stored) await start('--resume', join(out, name)).ended
  else await start(experiment, '--out', out, '--engine', engine).ended
  const isEqual = (await lastTensors(out)) === expected
  equal += Number(isEqual)
  const how = code === null ? 'killed' : 'already over'
  console.log(
    `${i + 1}: ${how} after ${waitMs.toFixed(0)} ms, saved step ${step}: ${isEqual ? 'bit-equal' : 'DIFFERS'}`,
  )
}
console.log(`${equal} of ${times} bit-equal`)
await rm(folder, { recursive: true })
process.exitCode = equal === times ? 0 : 1
