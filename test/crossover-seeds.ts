/**
 * Trains eight seeds of fully connected nets in one graph, one after the other and on a core each, in
 * turns, and prints microseconds for a step of one seed: `node test/crossover-seeds.ts`. Takes a minute.
 */
import { availableParallelism } from 'node:os'
import { keyOf } from '../src/base/index.ts'
import { dataOf } from '../src/data/index.ts'
import { chooseEngine, type Engine, together, workOf } from '../src/engine/index.ts'
import { crossEntropy } from '../src/nn/index.ts'
import { adam } from '../src/optim/index.ts'
import { mlp } from '../src/presets/index.ts'
import { experimentLayout, initialTensors } from '../src/train/model-tensors.ts'
import { Trainer } from '../src/train/trainer.ts'
import { trainingProgram } from '../src/train/training-program.ts'

const seeds = 8
const epochs = 5
/** Inputs, hidden units and examples in a batch. */
const nets: readonly (readonly [inputs: number, hidden: readonly number[], batch: number])[] = [
  [2, [8], 16],
  [16, [32], 16],
  [64, [64], 32],
  [64, [64, 64], 64],
  [128, [128], 64],
  [256, [128], 100],
  [784, [64], 100],
  [784, [256, 256], 100],
]

async function experimentOf([inputs, hidden, batch]: (typeof nets)[number]) {
  const rows = 20 * batch
  const wave = Float32Array.from({ length: rows * inputs }, (_, i) => Math.sin(1.1 * i))
  return {
    model: mlp({ hidden, outputs: 4 }),
    loss: crossEntropy(),
    optimizer: adam(),
    data: await dataOf({
      classes: 4,
      train: {
        inputs: { dtype: 'float32', shape: [rows, inputs], data: wave },
        targets: Int32Array.from({ length: rows }, (_, i) => i % 4),
      },
    }),
    epochs: 1,
    batchSize: batch,
  }
}

const wide = await chooseEngine('auto')
const narrow = await chooseEngine('auto', { threads: 1 })
console.log(`${wide.description}; microseconds a step of one of ${seeds} seeds`)
console.log('multiply-adds | one graph | one by one | a core each')
for (const net of nets) {
  const experiment = await experimentOf(net)
  const layout = experimentLayout(experiment)
  const step = trainingProgram(experiment, layout, net[2])
  const { multiplyAdds } = workOf(step.program)
  const trainersOn = (engines: readonly Engine[], stepsPerCall: number) =>
    engines.map((engine, seed) => {
      const key = keyOf(seed)
      const tensors = initialTensors(experiment, key)
      return new Trainer({ experiment, layout, step, engine, key, stepsPerCall, tensors })
    })
  const steps = multiplyAdds > 3e6 ? 1 : 20
  const ways = [
    { trainers: trainersOn(together(wide, seeds).engines, steps), lanes: seeds },
    { trainers: trainersOn(Array(seeds).fill(wide), steps), lanes: 1 },
    { trainers: trainersOn(Array(seeds).fill(narrow), 20), lanes: availableParallelism() },
  ]
  const best = ways.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < 7; round++)
    for (const [i, { trainers, lanes }] of ways.entries()) {
      const start = performance.now()
      const waiting = [...trainers]
      const lane = async () => {
        for (let next = waiting.shift(); next; next = waiting.shift())
          for (let step = 20 * epochs * round; step < 20 * epochs * (round + 1); )
            step = (await next.advance(step)).at(-1)!.step
      }
      await Promise.all(Array.from({ length: lanes }, lane))
      const microseconds = ((performance.now() - start) * 1000) / (seeds * 20 * epochs)
      best[i] = Math.min(best[i]!, microseconds)
    }
  const figures = best.map(microseconds => microseconds.toFixed(1).padStart(9))
  console.log(
    `${net[0]}-${net[1].join('-')} x ${net[2]}`.padEnd(20),
    multiplyAdds,
    figures.join(' '),
  )
  for (const { trainers } of ways) for (const trainer of trainers) await trainer.release()
}
process.exit()
