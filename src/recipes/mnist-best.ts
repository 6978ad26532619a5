import { shift } from '../data/index.ts'
import { mnist } from '../data/node/index.ts'
import { heNormal } from '../init/index.ts'
import {
  batchNorm,
  conv2d,
  crossEntropy,
  dropout,
  flatten,
  gaussianNoise,
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

const weightInit = heNormal()
/** The shift of the normalisation takes the place of the bias. */
const normalised = { weightInit, useBias: false }

const noisy = (units: number): LayerConfig[] => [
  linear(units, normalised),
  batchNorm(),
  gaussianNoise(0.3),
  relu(),
]

/**
 * The supervised baseline of the ladder network: normalised layers with noise on the pixels and before
 * every activation. Source: Rasmus et al. 2015, "Semi-supervised learning with ladder networks".
 */
const noisyNet: SequentialConfig = sequential(
  gaussianNoise(0.3),
  ...[1000, 500, 250, 250, 250].flatMap(noisy),
  linear(10, { weightInit }),
)

const conv = (channels: number, size: number): LayerConfig[] => [
  conv2d(channels, size, { padding: (size - 1) / 2, ...normalised }),
  batchNorm(),
  relu(),
  maxPool2d(2),
]

const convNet: SequentialConfig = sequential(
  ...conv(32, 5),
  ...conv(64, 3),
  ...conv(128, 3),
  flatten(),
  dropout(0.4),
  linear(256, { weightInit }),
  relu(),
  dropout(0.4),
  linear(10),
)

const common = { loss: crossEntropy(), batchSize: 100, shuffle: true }

/**
 * The best that was found for MNIST without knowing that pixels have neighbours. Chosen on the first
 * 10,000 training images, then trained on all 60,000.
 */
export const mnistMlpBest: Recipe = single({
  name: 'mnist-mlp-best',
  summary:
    'a fully connected net with noise and batch normalisation, on all 60,000 images of MNIST',
  epochs: { short: 8, full: 100 },
  data: () => mnist({ validation: 0, download: true }),
  changed: 'noise on every layer',
  settings: {
    ...common,
    model: noisyNet,
    optimizer: adam({ learningRate: 0.002 }),
    schedule: oneCycle({ riseShare: 0.1 }),
  },
})

/** The best convolutional net that was found for MNIST, chosen and trained likewise. */
export const mnistCnnBest: Recipe = single({
  name: 'mnist-cnn-best',
  summary: 'three convolutions with shifted images, on all 60,000 images of MNIST',
  epochs: { short: 4, full: 20 },
  data: () => mnist({ validation: 0, shape: 'image', download: true }),
  changed: 'three convolutions, shifted images',
  settings: {
    ...common,
    model: convNet,
    optimizer: adam({ learningRate: 0.003 }),
    schedule: oneCycle(),
    augment: [shift()],
  },
})
