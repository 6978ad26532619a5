// jax-js on its wasm backend: the whole step is one jitted function, Adam written out by hand.
// Waiting for the loss after every step is the fast way: steps that pile up get slower and slower.
// It runs on one thread, as it finds no Worker in Node; given one it was no faster on two cores.
// Every array argument is consumed by the function it is passed to; `.ref` keeps it for another use.
import { init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax'
import { serve } from '../contestant.ts'
import { makeWeights } from '../data.ts'
import { versionOf } from '../version.ts'

const [beta1, beta2, epsilon] = [0.9, 0.999, 1e-8]
const activations = { relu: nn.relu, sigmoid: nn.sigmoid, tanh: np.tanh }

serve(async (workload, batches) => {
  await init('wasm')
  const { batch } = workload
  const { sizes, activation } = workload.mlp
  const { kind, learningRate } = workload.optimizer
  const classes = sizes.at(-1)

  const forward = (params, x) => {
    for (let i = 0; i < params.length; i += 2) {
      x = np.matmul(x, params[i]).add(params[i + 1])
      if (i + 2 < params.length) x = activations[activation](x)
    }
    return x
  }
  const losses = {
    crossEntropy: (outputs, targets) =>
      nn
        .logSoftmax(outputs, -1)
        .mul(nn.oneHot(targets, classes))
        .sum()
        .mul(-1 / batch),
    mse: (outputs, targets) => np.square(outputs.sub(targets)).mean(),
  }
  const lossOf = (params, x, y) => losses[workload.loss](forward(params, x), y)

  const updates = {
    sgd: (p, g) => [p.sub(g.mul(learningRate))],
    adam: (p, g, [m, v], [scale1, scale2]) => {
      const mean = m.mul(beta1).add(g.ref.mul(1 - beta1))
      const square = v.mul(beta2).add(np.square(g).mul(1 - beta2))
      const root = np.sqrt(square.ref.mul(scale2.ref)).add(epsilon)
      return [p.sub(mean.ref.mul(scale1.ref).mul(learningRate).div(root)), mean, square]
    },
  }
  const train = jit((params, slots, scales, x, y) => {
    const [loss, grads] = valueAndGrad(lossOf)(
      params.map(p => p.ref),
      x,
      y,
    )
    const updated = params.map((p, i) => updates[kind](p, grads[i], slots[i], scales))
    for (const scale of scales) scale.dispose()
    return [loss, updated.map(u => u[0]), updated.map(u => u.slice(1))]
  })

  let params = makeWeights(workload).flatMap(({ weight, bias }, i) => [
    np.array(weight).reshape([sizes[i], sizes[i + 1]]),
    np.array(bias),
  ])
  let slots = params.map(p => (kind === 'adam' ? [np.zeros(p.shape), np.zeros(p.shape)] : []))
  let last = np.array(0)
  let t = 0

  return {
    engine: 'jax-js wasm, jit',
    version: versionOf('@jax-js/jax'),
    async step(index) {
      t++
      const scales =
        kind === 'adam' ? [beta1, beta2].map(beta => np.array(1 / (1 - beta ** t))) : []
      const x = np.array(batches[index].inputs).reshape([batch, sizes[0]])
      const y = np.array(batches[index].targets)
      last.dispose()
      ;[last, params, slots] = train(
        params,
        slots,
        scales,
        x,
        workload.loss === 'mse' ? y.reshape([batch, classes]) : y,
      )
      await last.blockUntilReady()
    },
    loss: async () => (await last.ref.data())[0],
  }
})
