import type { Named, Shape } from '../src/base/index.ts'
import {
  dropout,
  elu,
  flatten,
  type LayerConfig,
  leakyRelu,
  linear,
  relu,
  sequential,
  sigmoid,
  softmax,
  tanh,
} from '../src/nn/index.ts'

/** A layer on an input, and what it promises. */
export interface LayerCase {
  readonly name: string
  readonly layer: LayerConfig
  readonly input: Shape
  readonly output: Shape
  /** Parameters by path; none when left out. */
  readonly params?: Named<Shape>
  /** Masks that training draws, by path; where there are none, training and inference are one graph. */
  readonly masks?: Named<Shape>
}

const activations: readonly LayerConfig[] = [
  sigmoid(),
  tanh(),
  relu(),
  leakyRelu({ negativeSlope: 0.2 }),
  elu({ alpha: 0.7 }),
  softmax(),
]

/** Every layer on the shapes it takes. */
export const layerCases: readonly LayerCase[] = [
  ...activations.map(layer => ({
    name: `${layer.kind} on [B, H, D]`,
    layer,
    input: [2, 3, 4],
    output: [2, 3, 4],
  })),
  {
    name: 'softmax along axis 1',
    layer: softmax({ axis: 1 }),
    input: [2, 3, 4],
    output: [2, 3, 4],
  },
  {
    name: 'linear on [B, D]',
    layer: linear(3),
    input: [2, 4],
    output: [2, 3],
    params: { weight: [3, 4], bias: [3] },
  },
  {
    name: 'linear on [B, T, D], its features given',
    layer: linear(3, { inputFeatures: 4 }),
    input: [2, 5, 4],
    output: [2, 5, 3],
    params: { weight: [3, 4], bias: [3] },
  },
  {
    name: 'linear of one number, without bias',
    layer: linear(1, { useBias: false }),
    input: [1, 1],
    output: [1, 1],
    params: { weight: [1, 1] },
  },
  { name: 'flatten on [B, C, H, W]', layer: flatten(), input: [2, 3, 2, 2], output: [2, 12] },
  { name: 'flatten on [B]', layer: flatten(), input: [3], output: [3, 1] },
  {
    name: 'dropout',
    layer: dropout(0.25),
    input: [2, 3],
    output: [2, 3],
    masks: { mask: [2, 3] },
  },
  { name: 'dropout of nothing', layer: dropout(0), input: [2, 3], output: [2, 3] },
  {
    name: 'sequential in sequential',
    layer: sequential(
      flatten(),
      sequential(linear(4), tanh(), dropout(0.5)),
      linear(2, { useBias: false }),
    ),
    input: [3, 2, 2],
    output: [3, 2],
    params: { '1.0.weight': [4, 4], '1.0.bias': [4], '2.weight': [2, 4] },
    masks: { '1.2.mask': [3, 4] },
  },
]
