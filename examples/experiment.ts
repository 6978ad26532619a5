// Your own experiment: describe it, export it, run it.
//
//   npx justright run examples/experiment.ts
//   npx justright run examples/experiment.ts --set optimizer=sgd --set optimizer.learningRate=0.1
//   npx justright run examples/experiment.ts --seeds 5
import { adam, crossEntropy, type Experiment, heNormal, linear, relu, sequential } from 'justright'
import { mnist } from 'justright/node'

export default {
  name: 'my-experiment',
  model: sequential(linear(64, { weightInit: heNormal() }), relu(), linear(10)),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.002 }),
  data: await mnist(),
  epochs: 3,
  batchSize: 100,
} satisfies Experiment
