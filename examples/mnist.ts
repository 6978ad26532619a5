import {
  adam,
  crossEntropy,
  dropout,
  fit,
  linear,
  relu,
  sequential,
  xavierUniform,
} from 'justright'
import { mnist } from 'justright/node'

const model = sequential(
  linear(512, { weightInit: xavierUniform() }),
  relu(),
  dropout(0.3),
  linear(10),
)
const run = await fit({
  model,
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 1e-3 }),
  data: await mnist(),
  epochs: 3,
  batchSize: 100,
  seed: 7,
})
console.log(run.test.accuracy)
