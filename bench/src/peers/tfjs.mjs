// TensorFlow.js, eager: variables, optimizer.minimize and tidy. The argument is the backend, wasm or cpu.
// Both backends work synchronously, so a step is done when minimize returns; the loss stays a tensor
// until it is read. Wasm takes as many threads as the package decides.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { serve } from '../contestant.ts'
import { makeWeights } from '../data.ts'

const backend = process.argv[2] ?? 'cpu'
const activations = { relu: tf.relu, sigmoid: tf.sigmoid, tanh: tf.tanh }
const optimizers = { adam: tf.train.adam, sgd: tf.train.sgd }

/** The forward pass of a fully connected net, and the shape of an example. */
function fullyConnected(workload) {
  const { sizes, activation } = workload.mlp
  const layers = makeWeights(workload).map(({ weight, bias }, i) => ({
    weight: tf.variable(tf.tensor2d(weight, [sizes[i], sizes[i + 1]])),
    bias: tf.variable(tf.tensor1d(bias)),
  }))
  const forward = inputs =>
    layers.reduce((x, { weight, bias }, i) => {
      const sums = tf.add(tf.matMul(x, weight), bias)
      return i < layers.length - 1 ? activations[activation](sums) : sums
    }, inputs)
  return [forward, [sizes[0]]]
}

/** The forward pass of a convolutional net, by its own layers; its images are [H, W, C]. */
function layered({ input, layers }) {
  const [channels, height, width] = input
  const makers = {
    conv: ({ channels: filters, kernel, stride = 1, useBias = true }) =>
      tf.layers.conv2d({ filters, kernelSize: kernel, strides: stride, padding: 'same', useBias }),
    relu: () => tf.layers.reLU(),
    maxPool: ({ size }) => tf.layers.maxPooling2d({ poolSize: size }),
    flatten: () => tf.layers.flatten(),
    linear: ({ features }) => tf.layers.dense({ units: features }),
  }
  const model = tf.sequential()
  const inputShape = [height, width, channels]
  layers.forEach((layer, i) => {
    const made = makers[layer.kind]?.(layer)
    if (!made) throw new Error(`no ${layer.kind} here`)
    if (i === 0) made.batchInputShape = [null, ...inputShape]
    model.add(made)
  })
  return [inputs => model.apply(inputs, { training: true }), inputShape]
}

serve(async (workload, batches) => {
  if (backend === 'wasm') {
    const entry = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')
    setWasmPaths(join(dirname(entry), '/'))
  }
  if (!(await tf.setBackend(backend))) throw new Error(`no ${backend} backend`)
  await tf.ready()

  const { outputs: classes, batch } = workload
  const [forward, inputShape] = workload.mlp ? fullyConnected(workload) : layered(workload)
  const losses = {
    crossEntropy: (targets, outputs) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(tf.tensor1d(targets, 'int32'), classes), outputs),
    mse: (targets, outputs) =>
      tf.losses.meanSquaredError(tf.tensor2d(targets, [batch, classes]), outputs),
  }
  const optimizer = optimizers[workload.optimizer.kind](workload.optimizer.learningRate)
  let last = tf.scalar(0)

  return {
    engine: `tfjs ${backend}`,
    version: tf.version.tfjs,
    step(index) {
      last.dispose()
      const { inputs, targets } = batches[index]
      last = tf.tidy(() =>
        optimizer.minimize(
          () =>
            losses[workload.loss](
              targets,
              forward(tf.tensor(inputs, [batch, ...inputShape])),
            ).asScalar(),
          true,
        ),
      )
    },
    loss: () => last.dataSync()[0],
  }
})
