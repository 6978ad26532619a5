// node test/soak.ts [steps] [--gc]: whether memory grows while a network trains.
// Trains 784-256-256-10 on MNIST for 20,000 steps and prints the resident memory every 1,000 steps,
// as the operating system sees it; with --gc after a full collection, which shows what is really held.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { mnist } from '../src/data/node/index.ts'
import { crossEntropy, linear, relu, sequential } from '../src/nn/index.ts'
import { adam } from '../src/optim/index.ts'
import type { Recorder } from '../src/runs/index.ts'
import { fit } from '../src/train/index.ts'

const interval = 1000
/** What memory may do, in MiB: grow after the first reading, and stand at most. */
const limits = { growth: 10, peak: 700 }

const given = process.argv.slice(2)
const steps = Number(given.find(argument => /^\d+$/.test(argument)) ?? 20_000)

setFlagsFromString('--expose-gc')
const collect: () => void = given.includes('--gc') ? runInNewContext('gc') : () => {}

const readings: number[] = []
const stop = new AbortController()
const meter: Recorder = {
  steps(records) {
    const { step } = records.at(-1)!
    if (step >= interval * (readings.length + 1)) readings.push(reading(step))
    if (step >= steps) stop.abort()
  },
  // A run directory would ask for them too.
  checkpoint() {},
}

function reading(step: number): number {
  collect()
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage()
  const [resident, heap, buffers] = [rss, heapUsed, arrayBuffers].map(bytes => bytes / 2 ** 20)
  console.log(
    `step ${step}: ${resident!.toFixed(1)} MiB resident, ` +
      `${heap!.toFixed(1)} MiB on the heap, ${buffers!.toFixed(1)} MiB in array buffers`,
  )
  return resident!
}

const data = await mnist()
const startedAt = performance.now()
await fit({
  model: sequential(linear(256), relu(), linear(256), relu(), linear(10)),
  loss: crossEntropy(),
  optimizer: adam(),
  data,
  epochs: Math.ceil(steps / 550) + 1,
  batchSize: 100,
  engine: 'native',
  recorders: [meter],
  signal: stop.signal,
})
const seconds = (performance.now() - startedAt) / 1000
const growth = readings.at(-1)! - readings[0]!
const peak = process.resourceUsage().maxRSS / 1024
console.log(
  `${steps} steps in ${seconds.toFixed(1)} s: ${growth.toFixed(1)} MiB more after the first ` +
    `${interval} steps (limit ${limits.growth}), peak ${peak.toFixed(1)} MiB (limit ${limits.peak})`,
)
if (!(growth < limits.growth && peak < limits.peak)) process.exitCode = 1
