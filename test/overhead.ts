// node test/overhead.ts [epochs]: what `fit` costs beyond the steps it runs.
// Trains 784-256-256-10 on MNIST with batches of 100. After every call of the engine the same
// compiled program runs once more on a state of its own, with feeds that were made once.
import { copyTensor, mapNamed } from '../src/base/index.ts'
import { mnist } from '../src/data/node/index.ts'
import { type Engine, type Executable, nativeEngine } from '../src/engine/index.ts'
import { crossEntropy, linear, relu, sequential } from '../src/nn/index.ts'
import { adam } from '../src/optim/index.ts'
import type { Recorder } from '../src/runs/index.ts'
import { fit } from '../src/train/index.ts'

/** The share that `fit` may cost on top. */
const limit = 0.1
const epochs = Number(process.argv[2] ?? 4)

const native = await nativeEngine()
let bareCall: (() => Promise<unknown>) | undefined

/** The native engine, which keeps the first call of several steps so that it can be run again. */
const engine: Engine = {
  ...native,
  async compile(program, options) {
    const executable = await native.compile(program, options)
    const isTraining = (options?.stepsPerCall ?? 1) > 1
    return isTraining ? kept(executable) : executable
  },
}

function kept(executable: Executable): Executable {
  return {
    async run(feeds, state) {
      if (!bareCall && state) {
        const ownFeeds = mapNamed(feeds, copyTensor)
        const ownState = native.createState(await state.read())
        bareCall = () => executable.run(ownFeeds, ownState)
      }
      return executable.run(feeds, state)
    },
    release: () => executable.release(),
  }
}

/** Milliseconds per step: in the middle of an epoch, bare, and of whole epochs. */
const fitMs: number[] = []
const bareMs: number[] = []
let bareTotalMs = 0
let steps = 0
let isEpochStart = true
let goesOnAt = 0

const clock: Recorder = {
  async steps(records) {
    const toldAt = performance.now()
    if (!isEpochStart) fitMs.push((toldAt - goesOnAt) / records.length)
    await bareCall?.()
    const bare = performance.now() - toldAt
    bareMs.push(bare / records.length)
    bareTotalMs += bare
    steps += records.length
    isEpochStart = false
    goesOnAt = performance.now()
  },
  epoch() {
    isEpochStart = true
  },
}

const run = await fit({
  model: sequential(linear(256), relu(), linear(256), relu(), linear(10)),
  loss: crossEntropy(),
  optimizer: adam(),
  data: await mnist(),
  epochs,
  batchSize: 100,
  engine,
  recorders: [clock],
})

const quantile = (values: number[], q: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * q)]!
const summary = (values: number[]): string =>
  `${quantile(values, 0.5).toFixed(3)} ms (quartiles ${quantile(values, 0.25).toFixed(3)} and ` +
  `${quantile(values, 0.75).toFixed(3)}) over ${values.length} calls`

const overhead = quantile(fitMs, 0.5) / quantile(bareMs, 0.5) - 1
const perStep = (run.seconds * 1000 - bareTotalMs) / steps
console.log(`engine: ${native.description}`)
console.log(`fit, a step within an epoch: ${summary(fitMs)}`)
console.log(`bare, the same step: ${summary(bareMs)}`)
console.log(`overhead: ${(100 * overhead).toFixed(1)} % of the bare step (limit ${100 * limit} %)`)
console.log(
  `fit, a step on average with compiling, validation and saving: ${perStep.toFixed(3)} ms`,
)
if (!(overhead <= limit)) process.exitCode = 1
