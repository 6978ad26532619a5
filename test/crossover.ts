// node test/crossover.ts [engine …]: from which size on which engine is the fastest.
// Trains fully connected nets of many sizes for a moment on each engine, in turns, with as many steps
// a call as `fit` takes, and prints microseconds a step beside what the programs are made of.
import { keyOf, zerosTensor } from '../src/base/index.ts'
import {
  chooseEngine,
  chooseStepsPerCall,
  type Engine,
  type EngineName,
  workOf,
} from '../src/engine/index.ts'
import { crossEntropy, linear, relu, sequential, sigmoid, tanh } from '../src/nn/index.ts'
import { adam, sgd } from '../src/optim/index.ts'
import { experimentLayout, initialTensors } from '../src/train/model-tensors.ts'
import { Trainer } from '../src/train/trainer.ts'
import { trainingProgram } from '../src/train/training-program.ts'

const asked = process.argv.slice(2) as EngineName[]
const engines: Engine[] = []
for (const name of asked.length > 0 ? asked : (['js', 'native', 'wasm'] as const))
  engines.push(await chooseEngine(name))

const activations = { relu, sigmoid, tanh }
const optimizers = { sgd, adam }
interface Net {
  readonly depth: number
  readonly width: number
  readonly batch: number
  readonly activation: keyof typeof activations
  readonly optimizer: keyof typeof optimizers
}

/** Beyond this nothing but ONNX Runtime is worth a try. */
const mostMultiplyAdds = 1.5e6
/** Long calls are seldom left alone by what else the machine does. */
const mostStepsPerCall = 10
const [warmUpMs, measureMs] = [300, 300]

function* nets(): Generator<Net> {
  const kinds = [
    { activation: 'sigmoid', optimizer: 'sgd' },
    { activation: 'relu', optimizer: 'adam' },
  ] as const
  for (const kind of kinds)
    for (const depth of [1, 3, 10, 30])
      for (const width of [4, 16, 32, 64, 128])
        for (const batch of [4, 16, 64, 256])
          if (3 * depth * width * width * batch < mostMultiplyAdds)
            yield { depth, width, batch, ...kind }
}

function experimentOf({ depth, width, batch, activation, optimizer }: Net) {
  const rows = batch * 50
  const targets = zerosTensor('int32', [rows])
  const inputs = zerosTensor('float32', [rows, width])
  for (let i = 0; i < inputs.data.length; i++) inputs.data[i] = Math.sin(i)
  for (let i = 0; i < rows; i++) targets.data[i] = i % 4
  const hidden = Array.from({ length: depth }, () => [linear(width), activations[activation]()])
  return {
    model: sequential(...hidden.flat(), linear(4)),
    loss: crossEntropy(),
    optimizer: optimizers[optimizer]({ learningRate: 1e-3 }),
    data: {
      train: { name: 'noise', inputs, targets, classes: 4 },
      description: { source: 'noise', hash: '', rows: { train: rows } },
    },
    epochs: 1,
    batchSize: batch,
  }
}

/** Milliseconds a step, the fastest of calls in turns. */
async function measure(net: Net): Promise<{ work: ReturnType<typeof workOf>; us: number[] }> {
  const experiment = experimentOf(net)
  const layout = experimentLayout(experiment)
  const step = trainingProgram(experiment, layout, net.batch)
  const work = workOf(step.program)
  const stepsPerCall = Math.min(mostStepsPerCall, chooseStepsPerCall(work))
  const key = keyOf(1)
  const tensors = initialTensors(experiment, key)
  const trainers = engines.map(
    engine => new Trainer({ experiment, layout, step, engine, key, stepsPerCall, tensors }),
  )
  const us = engines.map(() => Number.POSITIVE_INFINITY)
  const spent = engines.map(() => 0)
  while (spent.some(ms => ms < warmUpMs + measureMs))
    for (const [i, trainer] of trainers.entries()) {
      for (let start = performance.now(), calls = 0; calls < 5; calls++) {
        await trainer.advance(0, [])
        const now = performance.now()
        spent[i]! += now - start
        if (spent[i]! > warmUpMs) us[i] = Math.min(us[i]!, ((now - start) / stepsPerCall) * 1000)
        start = now
      }
    }
  for (const trainer of trainers) await trainer.release()
  return { work, us }
}

for (const { description } of engines) console.log(`# ${description}`)
console.log(
  ['net', 'ops', 'multiplyAdds', 'elements', ...engines.map(({ name }) => name)].join('\t'),
)
for (const net of nets()) {
  const { work, us } = await measure(net)
  const title = `${net.width}x${net.depth} batch ${net.batch} ${net.activation} ${net.optimizer}`
  const { ops, multiplyAdds, elements } = work
  console.log([title, ops, multiplyAdds, elements, ...us.map(x => x.toFixed(2))].join('\t'))
}
