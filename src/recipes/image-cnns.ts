import { horizontalFlip, shift } from '../data/index.ts'
import { fashionMnist, mnist } from '../data/node/index.ts'
import { heNormal } from '../init/index.ts'
import {
  batchNorm,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  maxPool2d,
  relu,
  type SequentialConfig,
  sequential,
} from '../nn/index.ts'
import { adam, oneCycle } from '../optim/index.ts'
import type { Recipe } from './recipe.ts'
import { single } from './single.ts'

const conv = (channels: number): LayerConfig[] => [
  conv2d(channels, 3, { padding: 1, useBias: false, weightInit: heNormal() }),
  batchNorm(),
  relu(),
]

/** LeNet's plan: two normalised 3x3 convolutions with a pool after each, then two linear layers. */
const net: SequentialConfig = sequential(
  ...conv(32),
  maxPool2d(2),
  ...conv(64),
  maxPool2d(2),
  flatten(),
  dropout(0.4),
  linear(128, { weightInit: heNormal() }),
  relu(),
  dropout(0.4),
  linear(10),
)

const common = {
  model: net,
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.003 }),
  schedule: oneCycle(),
  batchSize: 100,
  shuffle: true,
}

/** A convolutional net on MNIST. */
export const mnistCnn: Recipe = single({
  name: 'mnist-cnn',
  summary: 'a convolutional net with batch normalisation and dropout on MNIST',
  epochs: { short: 8, full: 20 },
  data: () => mnist({ shape: 'image', download: true }),
  changed: 'two convolutions, shifted images',
  settings: {
    ...common,
    augment: [shift()],
  },
})

/** The same net on Fashion-MNIST, whose pictures may be mirrored. */
export const fashionCnn: Recipe = single({
  name: 'fashion-cnn',
  summary: 'the convolutional net of mnist-cnn on Fashion-MNIST',
  epochs: { short: 12, full: 30 },
  data: () => fashionMnist({ shape: 'image', download: true }),
  changed: 'two convolutions, mirrored and shifted images',
  settings: {
    ...common,
    augment: [horizontalFlip(), shift({ rows: 1, columns: 1 })],
  },
})
