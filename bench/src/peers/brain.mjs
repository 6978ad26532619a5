// brain.js: squared error and one update per example, the only way it trains; a step is one pass over
// the batch. Examples are in its own prepared form before the clock starts. The browser build is the
// one that does not load gpu.js.
import brain from 'brain.js/dist/browser.js'
import { serve } from '../contestant.ts'
import { versionOf } from '../version.ts'

serve((workload, batches) => {
  const { batch, optimizer } = workload
  const { sizes, activation } = workload.mlp
  const classes = sizes.at(-1)
  const net = new brain.NeuralNetwork({ hiddenLayers: sizes.slice(1, -1), activation })
  const outputOf = (targets, row) =>
    workload.loss === 'mse'
      ? targets.slice(row, row + 1)
      : Float32Array.from({ length: classes }, (_, k) => Number(k === targets[row]))
  const examples = batches.map(({ inputs, targets }) =>
    Array.from({ length: batch }, (_, row) => ({
      input: inputs.slice(row * sizes[0], (row + 1) * sizes[0]),
      output: outputOf(targets, row),
    })),
  )
  // brain.js refuses a momentum of zero.
  net.updateTrainingOptions({
    learningRate: optimizer.learningRate,
    momentum: 1e-9,
    ...(optimizer.kind === 'adam' ? { praxis: 'adam' } : {}),
  })
  net.verifyIsInitialized(examples[0])
  let error = 0

  return {
    engine: 'brain.js',
    version: versionOf('brain.js'),
    step(index) {
      // Trains on every example and adds up the errors: what `train` does in one iteration.
      error = net.calculateTrainingError(examples[index])
    },
    loss: () => error,
  }
})
