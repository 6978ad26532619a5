import type { Named, Shape } from '../src/base/index.ts'
import {
  apply,
  dropout,
  elu,
  flatten,
  type LayerConfig,
  leakyRelu,
  linear,
  merge,
  model,
  parallel,
  relu,
  residual,
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

const twice = linear(4)
const dropped = dropout(0.5)
const sharedAndSkipping = model(x => {
  const once = apply(dropped, apply(twice, x))
  const again = apply(dropped, apply(twice, once))
  const bent = apply(linear(4, { useBias: false }), again)
  return apply(merge('add'), x, apply(tanh(), bent))
})

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
  {
    name: 'residual around layers of the same shape',
    layer: residual(sequential(linear(4), tanh())),
    input: [3, 4],
    output: [3, 4],
    params: { 'branch.0.weight': [4, 4], 'branch.0.bias': [4] },
  },
  {
    name: 'residual with a projection made to fit',
    layer: residual(linear(2)),
    input: [3, 4],
    output: [3, 2],
    params: { 'branch.weight': [2, 4], 'branch.bias': [2], 'projection.weight': [2, 4] },
  },
  {
    name: 'residual with a projection of its own',
    layer: residual(linear(2), { projection: sequential(linear(2), tanh()) }),
    input: [3, 4],
    output: [3, 2],
    params: {
      'branch.weight': [2, 4],
      'branch.bias': [2],
      'projection.0.weight': [2, 4],
      'projection.0.bias': [2],
    },
  },
  ...(['add', 'mean', 'multiply'] as const).map(by => ({
    name: `parallel branches, merged by ${by}`,
    layer: parallel([linear(2), sequential(linear(2), tanh())], { by }),
    input: [3, 4],
    output: [3, 2],
    params: { '0.weight': [2, 4], '0.bias': [2], '1.0.weight': [2, 4], '1.0.bias': [2] },
  })),
  {
    name: 'parallel branches, joined along the features',
    layer: parallel([linear(2), linear(3, { useBias: false }), tanh()]),
    input: [3, 4],
    output: [3, 9],
    params: { '0.weight': [2, 4], '0.bias': [2], '1.weight': [3, 4] },
  },
  {
    name: 'merge of one input',
    layer: merge('mean'),
    input: [3, 4],
    output: [3, 4],
  },
  {
    name: 'graph that uses a layer twice and skips another',
    layer: sharedAndSkipping,
    input: [3, 4],
    output: [3, 4],
    params: { '0.weight': [4, 4], '0.bias': [4], '2.weight': [4, 4] },
    masks: { '1.mask': [3, 4], '1.mask/2': [3, 4] },
  },
]
