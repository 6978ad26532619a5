// ConvNetJS: one example at a time, gradients summed over the batch, one update per batch.
// Its volumes are made before the clock starts.
import convnetjs from 'convnetjs'
import { serve } from '../contestant.ts'
import { versionOf } from '../version.ts'

const outputLayers = {
  crossEntropy: units => ({ type: 'softmax', num_classes: units }),
  mse: units => ({ type: 'regression', num_neurons: units }),
}

serve((workload, batches) => {
  const { batch, optimizer } = workload
  const { sizes, activation } = workload.mlp
  if (optimizer.kind !== 'sgd') throw new Error(`ConvNetJS has no ${optimizer.kind}`)
  const net = new convnetjs.Net()
  net.makeLayers([
    { type: 'input', out_sx: 1, out_sy: 1, out_depth: sizes[0] },
    ...sizes.slice(1, -1).map(units => ({ type: 'fc', num_neurons: units, activation })),
    outputLayers[workload.loss](sizes.at(-1)),
  ])
  const trainer = new convnetjs.Trainer(net, {
    method: 'sgd',
    learning_rate: optimizer.learningRate,
    momentum: 0,
    batch_size: batch,
  })
  const examples = batches.map(({ inputs, targets }) =>
    Array.from({ length: batch }, (_, row) => ({
      input: new convnetjs.Vol(Array.from(inputs.subarray(row * sizes[0], (row + 1) * sizes[0]))),
      target: workload.loss === 'mse' ? [targets[row]] : targets[row],
    })),
  )
  let sum = 0

  return {
    engine: 'convnetjs',
    version: versionOf('convnetjs'),
    step(index) {
      sum = 0
      for (const { input, target } of examples[index]) sum += trainer.train(input, target).loss
    },
    loss: () => sum / batch,
  }
})
