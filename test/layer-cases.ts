import { type Named, prefixNamed, type Shape } from '../src/base/index.ts'
import {
  alphaDropout,
  apply,
  avgPool2d,
  batchNorm,
  conv2d,
  dropout,
  elu,
  embedding,
  flatten,
  gaussianNoise,
  gelu,
  globalAveragePool,
  gru,
  hardtanh,
  type LayerConfig,
  layerNorm,
  leakyRelu,
  linear,
  logSigmoid,
  logSoftmax,
  lstm,
  maxout,
  maxPool2d,
  merge,
  mirror,
  mish,
  model,
  parallel,
  prelu,
  relu,
  reshape,
  residual,
  rnn,
  selu,
  sequential,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  tanh,
  zeroPad2d,
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
  /** Noise that training draws, by path; as with masks. */
  readonly noises?: Named<Shape>
  /** Tensors that training carries on, by path. */
  readonly buffers?: Named<Shape>
  /** For layers that take class indices: the input holds such, below this. */
  readonly indicesBelow?: number
}

const activations: readonly LayerConfig[] = [
  sigmoid(),
  tanh(),
  relu(),
  leakyRelu({ negativeSlope: 0.2 }),
  elu({ alpha: 0.7 }),
  selu(),
  gelu(),
  silu(),
  softplus(),
  softsign(),
  hardtanh(),
  mish(),
  logSigmoid(),
  softmax(),
  logSoftmax(),
]

const twice = linear(4)
const dropped = dropout(0.5)
const sharedAndSkipping = model(x => {
  const once = apply(dropped, apply(twice, x))
  const again = apply(dropped, apply(twice, once))
  const bent = apply(linear(4, { useBias: false }), again)
  return apply(merge('add'), x, apply(tanh(), bent))
})

/** What a batch normalisation of so many channels has. */
const normalised = (channels: number, isAffine = true) => ({
  ...(isAffine ? { params: { weight: [channels], bias: [channels] } } : {}),
  buffers: { running_mean: [channels], running_var: [channels] },
})

/** What a recurrent layer of so many rows of weights has. */
const recurrent = (rows: number, units: number, features: number) => ({
  weight_ih_l0: [rows, features],
  weight_hh_l0: [rows, units],
  bias_ih_l0: [rows],
  bias_hh_l0: [rows],
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
  { name: 'gelu by tanh', layer: gelu({ approximate: 'tanh' }), input: [3, 4], output: [3, 4] },
  {
    name: 'prelu with one slope',
    layer: prelu(),
    input: [2, 3],
    output: [2, 3],
    params: { weight: [1] },
  },
  {
    name: 'prelu with a slope for each channel',
    layer: prelu({ isPerChannel: true }),
    input: [2, 3, 2, 2],
    output: [2, 3, 2, 2],
    params: { weight: [3] },
  },
  { name: 'maxout on [B, D]', layer: maxout(3), input: [2, 6], output: [2, 2] },
  { name: 'maxout of channels', layer: maxout(2), input: [2, 4, 2, 3], output: [2, 2, 2, 3] },
  {
    name: 'maxout on [B, T, D]',
    layer: maxout(2, { axis: -1 }),
    input: [2, 3, 4],
    output: [2, 3, 2],
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
  {
    name: 'conv2d',
    layer: conv2d(3, 3, { padding: 1 }),
    input: [2, 2, 4, 5],
    output: [2, 3, 4, 5],
    params: { weight: [3, 2, 3, 3], bias: [3] },
  },
  {
    name: 'conv2d in groups, with stride and dilation of its axes, without bias',
    layer: conv2d(4, [2, 3], {
      stride: [2, 1],
      dilation: [1, 2],
      groups: 2,
      inputChannels: 2,
      useBias: false,
    }),
    input: [1, 2, 5, 6],
    output: [1, 4, 2, 2],
    params: { weight: [4, 1, 2, 3] },
  },
  {
    name: 'conv2d that keeps the size by more padding at the end',
    layer: conv2d(1, [2, 4], { padding: 'same' }),
    input: [1, 1, 3, 5],
    output: [1, 1, 3, 5],
    params: { weight: [1, 1, 2, 4], bias: [1] },
  },
  {
    name: 'conv2d that halves the size, rounded up',
    layer: conv2d(1, 3, { padding: 'same', stride: 2 }),
    input: [1, 1, 5, 4],
    output: [1, 1, 3, 2],
    params: { weight: [1, 1, 3, 3], bias: [1] },
  },
  { name: 'maxPool2d', layer: maxPool2d(2), input: [2, 2, 4, 5], output: [2, 2, 2, 2] },
  {
    name: 'maxPool2d that overlaps and pads',
    layer: maxPool2d(3, { stride: 2, padding: 1 }),
    input: [1, 2, 5, 5],
    output: [1, 2, 3, 3],
  },
  { name: 'avgPool2d', layer: avgPool2d([1, 2]), input: [2, 2, 3, 4], output: [2, 2, 3, 2] },
  {
    name: 'avgPool2d that does not count padding',
    layer: avgPool2d(3, { stride: 2, padding: 1, countsPadding: false }),
    input: [1, 2, 5, 5],
    output: [1, 2, 3, 3],
  },
  {
    name: 'globalAveragePool',
    layer: globalAveragePool(),
    input: [2, 3, 2, 4],
    output: [2, 3],
  },
  {
    name: 'zeroPad2d',
    layer: zeroPad2d([1, 2]),
    input: [1, 2, 3, 2],
    output: [1, 2, 5, 6],
  },
  { name: 'flatten on [B, C, H, W]', layer: flatten(), input: [2, 3, 2, 2], output: [2, 12] },
  { name: 'flatten on [B]', layer: flatten(), input: [3], output: [3, 1] },
  { name: 'reshape with an open axis', layer: reshape([3, -1]), input: [2, 12], output: [2, 3, 4] },
  { name: 'reshape to [B]', layer: reshape([]), input: [2, 1], output: [2] },
  {
    name: 'embedding',
    layer: embedding(5, 3),
    input: [2, 4],
    output: [2, 4, 3],
    params: { weight: [5, 3] },
    indicesBelow: 5,
  },
  {
    name: 'batchNorm on [B, D]',
    layer: batchNorm(),
    input: [5, 3],
    output: [5, 3],
    ...normalised(3),
  },
  {
    name: 'batchNorm on [B, C, H, W], without scale and shift',
    layer: batchNorm({ isAffine: false, momentum: 0.3, epsilon: 0.01 }),
    input: [2, 3, 2, 2],
    output: [2, 3, 2, 2],
    ...normalised(3, false),
  },
  {
    name: 'batchNorm on [B, C, T] of one example',
    layer: batchNorm(),
    input: [1, 2, 4],
    output: [1, 2, 4],
    ...normalised(2),
  },
  {
    name: 'layerNorm on [B, T, D]',
    layer: layerNorm(),
    input: [2, 3, 4],
    output: [2, 3, 4],
    params: { weight: [4], bias: [4] },
  },
  {
    name: 'layerNorm over the last two axes, without scale and shift',
    layer: layerNorm({ lastAxes: 2, isAffine: false }),
    input: [2, 3, 4],
    output: [2, 3, 4],
  },
  {
    name: 'rnn to the last state',
    layer: rnn(2),
    input: [2, 4, 3],
    output: [2, 2],
    params: recurrent(2, 2, 3),
  },
  {
    name: 'lstm to the last state',
    layer: lstm(2),
    input: [2, 4, 3],
    output: [2, 2],
    params: recurrent(8, 2, 3),
  },
  {
    name: 'gru to the last state',
    layer: gru(2),
    input: [2, 4, 3],
    output: [2, 2],
    params: recurrent(6, 2, 3),
  },
  {
    name: 'lstm of one step, its features given',
    layer: lstm(3, { inputFeatures: 2 }),
    input: [2, 1, 2],
    output: [2, 3],
    params: recurrent(12, 3, 2),
  },
  {
    name: 'gru to a sequence, and rnn after it',
    layer: sequential(gru(2, { output: 'sequence' }), rnn(3, { output: 'sequence' })),
    input: [2, 3, 2],
    output: [2, 3, 3],
    params: {
      ...prefixNamed('0.', recurrent(6, 2, 2)),
      ...prefixNamed('1.', recurrent(3, 3, 2)),
    },
  },
  {
    name: 'alphaDropout',
    layer: alphaDropout(0.25),
    input: [2, 3],
    output: [2, 3],
    masks: { mask: [2, 3] },
  },
  {
    name: 'gaussianNoise',
    layer: gaussianNoise(0.3),
    input: [2, 3],
    output: [2, 3],
    noises: { noise: [2, 3] },
  },
  { name: 'gaussianNoise of nothing', layer: gaussianNoise(0), input: [2, 3], output: [2, 3] },
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
    name: 'residual of images that become smaller, with a projection made to fit',
    layer: residual(conv2d(3, 3, { stride: 2, padding: 1 })),
    input: [2, 2, 5, 4],
    output: [2, 3, 3, 2],
    params: {
      'branch.weight': [3, 2, 3, 3],
      'branch.bias': [3],
      'projection.weight': [3, 2, 1, 1],
    },
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
    name: 'mirror of one linear layer',
    layer: mirror(linear(2)),
    input: [3, 4],
    output: [3, 4],
    params: { '0.weight': [2, 4], '0.bias': [2], '0.backBias': [4] },
  },
  {
    name: 'mirror of several layers, with an activation of the code alone',
    layer: mirror(linear(3), dropout(0.5), sigmoid(), linear(2, { useBias: false }), tanh()),
    input: [2, 3, 4],
    output: [2, 3, 4],
    params: {
      '0.weight': [3, 4],
      '0.bias': [3],
      '3.weight': [2, 3],
      '3.backBias': [3],
      '0.backBias': [4],
    },
    masks: { '1.mask': [2, 3, 3], '1.mask/2': [2, 3, 3] },
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
