import { mnist } from '../data/node/index.ts'
import { type InitConfig, normal, xavierUniform } from '../init/index.ts'
import {
  crossEntropy,
  dropout,
  type LayerConfig,
  linear,
  relu,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'
import { adam } from '../optim/index.ts'
import type { Recipe, Rung } from './recipe.ts'

/** The nets of the ladder, of fully connected layers 784 - hidden - 10. */
interface Net {
  readonly hidden: readonly number[]
  readonly weightInit: InitConfig
  /** The share of hidden units switched off in training. */
  readonly dropoutRate?: number
}

/** Biases start as N(0, 1) on every rung, as in the lecture's code. */
function netOf({ hidden, weightInit, dropoutRate }: Net): SequentialConfig {
  const inits = { weightInit, biasInit: normal() }
  const regularised: readonly LayerConfig[] = dropoutRate ? [dropout(dropoutRate)] : []
  return sequential(
    ...hidden.flatMap(features => [linear(features, inits), relu(), ...regularised]),
    linear(10, inits),
  )
}

function experimentOf(name: string, net: Net): Rung['experiment'] {
  return (seed, epochs) => ({
    name: `mnist ${name}`,
    model: netOf(net),
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.001 }),
    epochs,
    batchSize: 100,
    seed,
    shuffle: true,
  })
}

type Facts = Required<Pick<Rung, 'changed' | 'published' | 'expected'>> & Pick<Rung, 'question'>

function rung(name: string, net: Net, facts: Facts): Rung {
  return { name, ...facts, experiment: experimentOf(name, net) }
}

const deep = { hidden: [512, 512, 512, 512], weightInit: xavierUniform() }

/**
 * From softmax regression to a deep net with dropout on MNIST, one change at a time: Adam .001,
 * batches of 100, 15 epochs when full.
 * Source: the lab code of "Deep Learning Zero to All", labs 10-1 to 10-5, one run each; `expected`
 * are re-runs of the same settings over five seeds, of the last two rungs over three.
 */
export const mnistLadder: Recipe = {
  name: 'mnist-ladder',
  summary: 'softmax -> hidden layers -> Xavier weights -> deep -> dropout, on MNIST',
  unit: 'images',
  epochs: { short: 3, full: 15 },
  data: () => mnist(),
  rungs: [
    rung(
      'softmax',
      { hidden: [], weightInit: normal() },
      {
        changed: 'softmax alone, N(0,1) weights',
        published: 0.9035,
        expected: { mean: 0.8985, sd: 0.0029 },
      },
    ),
    rung(
      'hidden',
      { hidden: [256, 256], weightInit: normal() },
      {
        changed: 'two hidden layers of 256 with ReLU',
        published: 0.9455,
        expected: { mean: 0.9446, sd: 0.0013 },
      },
    ),
    rung(
      'xavier',
      { hidden: [256, 256], weightInit: xavierUniform() },
      {
        changed: 'Xavier weights',
        published: 0.9783,
        expected: { mean: 0.98, sd: 0.0013 },
      },
    ),
    rung('deep', deep, {
      changed: 'four hidden layers of 512',
      question: 'depth',
      published: 0.9742,
      expected: { mean: 0.9795, sd: 0.003 },
    }),
    rung(
      'dropout',
      { ...deep, dropoutRate: 0.3 },
      {
        changed: 'dropout, keep 0.7',
        published: 0.9804,
        expected: { mean: 0.9828, sd: 0.0006 },
      },
    ),
  ],
}
