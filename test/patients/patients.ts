import {
  adam,
  batchNorm,
  clipByNorm,
  constant,
  conv2d,
  dataOf,
  dropout,
  type Experiment,
  flatten,
  heNormal,
  linear,
  maxPool2d,
  meanSquaredError,
  normal,
  relu,
  residual,
  sequential,
  sgd,
  sigmoid,
  softmax,
  tanh,
  toys,
  xavierUniform,
  zeros,
} from 'justright'
import { blobs, hidden, moons, base as shared, sine, spirals, stripes, times } from './data.ts'
import { noise } from './numbers.ts'

/** An experiment with one planted illness: the rule that has to find it, and in which layer. */
export interface IllPatient {
  readonly experiment: Experiment
  readonly rule: string
  readonly layer?: string
}

const base = { ...shared, epochs: 5 }
const mlp = sequential(linear(16), relu(), linear(2))

const table = (inputs: number[][], targets: number[]) =>
  dataOf({ classes: 2, train: { inputs, targets } })
const wave = (i: number): number[] => [Math.sin(i), Math.cos(2 * i), Math.sin(3 * i)]
/** Two numbers to foretell, a large and a small one. */
const priced = (normalize: NonNullable<Parameters<typeof dataOf>[0]['normalize']>) =>
  dataOf({
    train: {
      inputs: times(300, wave),
      targets: times(300, i => [5000 + 900 * Math.sin(i), 0.01 * Math.cos(2 * i)]),
    },
    normalize,
  })
const side = (i: number): number => (Math.sin(i) * Math.cos(2 * i) > 0 ? 1 : 0)

/** Found before training. */
export const ill: Readonly<Record<string, IllPatient>> = {
  'ten sigmoid layers of five': {
    experiment: { ...base, model: sequential(...hidden(10, 5, {}, sigmoid()), linear(2)) },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'six ReLU layers with weights of .02': {
    experiment: {
      ...base,
      model: sequential(...hidden(6, 32, { weightInit: normal(0, 0.02) }), linear(2)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'six ReLU layers with weights of 1': {
    experiment: {
      ...base,
      model: sequential(...hidden(6, 32, { weightInit: normal() }), linear(2)),
    },
    rule: 'exploding-gradient',
    layer: '0',
  },
  'four tanh layers with weights of 3': {
    experiment: {
      ...base,
      model: sequential(...hidden(4, 32, { weightInit: normal(0, 3) }, tanh()), linear(2)),
    },
    rule: 'saturated',
    layer: '3',
  },
  'biases of -10 before ReLU': {
    experiment: {
      ...base,
      model: sequential(linear(16, { biasInit: constant(-10) }), relu(), linear(2)),
    },
    rule: 'silent-units',
    layer: '1',
  },
  'weights of 0': {
    experiment: {
      ...base,
      model: sequential(linear(16, { weightInit: zeros() }), tanh(), linear(2)),
    },
    rule: 'weights-alike',
    layer: '0',
  },
  'equal weights': {
    experiment: {
      ...base,
      model: sequential(
        linear(16),
        relu(),
        linear(16, { weightInit: constant(0.1) }),
        relu(),
        linear(2, { weightInit: constant(0.1) }),
      ),
    },
    rule: 'weights-alike',
    layer: '2',
  },
  'equal kernels, and an output with equal weights': {
    experiment: {
      ...base,
      data: stripes,
      model: sequential(
        conv2d(4, 3, { weightInit: constant(0.1) }),
        relu(),
        maxPool2d(2),
        flatten(),
        linear(2, { weightInit: constant(0.1) }),
      ),
    },
    rule: 'weights-alike',
    layer: '0',
  },
  'equal weights before a batch normalisation': {
    experiment: {
      ...base,
      model: sequential(
        linear(16, { weightInit: constant(0.1) }),
        batchNorm(),
        relu(),
        linear(2, { weightInit: constant(0.1) }),
      ),
    },
    rule: 'weights-alike',
    layer: '0',
  },
  'equal weights in every layer of a residual net': {
    experiment: {
      ...base,
      model: sequential(
        linear(16, { weightInit: constant(0.1) }),
        residual(sequential(relu(), linear(16, { weightInit: constant(0.1) }))),
        linear(2, { weightInit: constant(0.1) }),
      ),
    },
    rule: 'weights-alike',
    layer: '0',
  },
  'softmax before cross-entropy': {
    experiment: { ...base, model: sequential(linear(16), relu(), linear(2), softmax()) },
    rule: 'activation-on-logits',
    layer: '3',
  },
  'ReLU on the logits': {
    experiment: { ...base, model: sequential(linear(16), relu(), linear(2), relu()) },
    rule: 'activation-on-logits',
    layer: '3',
  },
  'two linear layers in a row': {
    experiment: { ...base, model: sequential(linear(16), linear(16), relu(), linear(2)) },
    rule: 'activation-missing',
    layer: '1',
  },
  'convolutions with only a batch normalisation between': {
    experiment: {
      ...base,
      data: stripes,
      model: sequential(conv2d(4, 3), batchNorm(), conv2d(4, 3), relu(), flatten(), linear(2)),
    },
    rule: 'activation-missing',
    layer: '2',
  },
  'dropout of .9': {
    experiment: { ...base, model: sequential(linear(64), relu(), dropout(0.9), linear(2)) },
    rule: 'dropout-too-high',
    layer: '2',
  },
  'batch normalisation of batches of 3': {
    experiment: {
      ...base,
      batchSize: 3,
      model: sequential(linear(16), batchNorm(), relu(), linear(2)),
    },
    rule: 'norm-of-few',
    layer: '1',
  },
  'pixels from 0 to 255': {
    experiment: {
      ...base,
      model: mlp,
      data: await table(
        times(100, i => wave(i).map(x => 127 + 127 * x)),
        times(100, side),
      ),
    },
    rule: 'inputs-unscaled',
  },
  'inputs of a millionth': {
    experiment: {
      ...base,
      model: mlp,
      data: await table(
        times(100, i => wave(i).map(x => x * 1e-6)),
        times(100, side),
      ),
    },
    rule: 'inputs-unscaled',
  },
  'a column of one number': {
    experiment: {
      ...base,
      model: mlp,
      data: await table(
        times(100, () => [3, 3, 3]),
        times(100, side),
      ),
    },
    rule: 'inputs-constant',
  },
  'one row in twenty of the second class': {
    experiment: {
      ...base,
      model: mlp,
      data: await table(
        times(200, wave),
        times(200, i => Number(Math.sin(i) > 0.985)),
      ),
    },
    rule: 'classes-imbalanced',
  },
  'a class without a row': {
    experiment: {
      ...base,
      model: mlp,
      data: await table(
        times(100, wave),
        times(100, () => 1),
      ),
    },
    rule: 'classes-imbalanced',
  },
  'a test set of training rows': {
    experiment: { ...base, model: mlp, data: { ...spirals, test: spirals.train } },
    rule: 'test-leaks',
  },
  'ReLU before normalised targets': {
    experiment: {
      ...base,
      loss: meanSquaredError(),
      model: sequential(linear(16), tanh(), linear(2), relu()),
      data: await priced({ targets: true }),
    },
    rule: 'targets-out-of-range',
    layer: '3',
  },
  'logits of thousands': {
    experiment: {
      ...base,
      model: sequential(linear(64), relu(), linear(2, { weightInit: normal(0, 20) })),
    },
    rule: 'start-loss',
  },
}

/** Found by trying some steps. */
export const illInTrials: Readonly<Record<string, IllPatient>> = {
  'labels that have nothing to do with the inputs': {
    experiment: {
      ...base,
      model: mlp,
      data: await table(
        times(300, wave),
        times(300, i => Number(noise(i) > 0.5)),
      ),
    },
    rule: 'inputs-tell-nothing',
  },
  'targets of a regression in another order': {
    experiment: {
      ...base,
      loss: meanSquaredError(),
      model: sequential(linear(16), tanh(), linear(1)),
      data: await dataOf({
        train: { inputs: times(300, wave), targets: times(300, i => [noise(i)]) },
      }),
    },
    rule: 'inputs-tell-nothing',
  },
  'a rate of 1 with Adam': {
    experiment: { ...base, data: moons, model: mlp, optimizer: adam({ learningRate: 1 }) },
    rule: 'learning-rate-too-high',
  },
  'a rate of 50 with SGD': {
    experiment: { ...base, data: moons, model: mlp, optimizer: sgd({ learningRate: 50 }) },
    rule: 'learning-rate-too-high',
  },
  'a rate of a millionth with Adam': {
    experiment: { ...base, data: moons, model: mlp, optimizer: adam({ learningRate: 1e-6 }) },
    rule: 'learning-rate-too-low',
  },
  'gradients cut to a ten-thousandth with SGD': {
    experiment: {
      ...base,
      data: moons,
      model: mlp,
      optimizer: sgd({ learningRate: 0.1 }),
      clip: clipByNorm(1e-4),
    },
    rule: 'few-rows-not-learnt',
  },
  'ReLU before targets below 0': {
    experiment: {
      ...base,
      loss: meanSquaredError(),
      model: sequential(linear(16), tanh(), linear(1), relu()),
      data: await dataOf({
        train: { inputs: times(300, wave), targets: times(300, i => [-1 - side(i)]) },
      }),
    },
    rule: 'targets-out-of-range',
    layer: '3',
  },
}

/** Nothing is wrong with them. */
export const healthy: Readonly<Record<string, Experiment>> = {
  'a small net on spirals': { ...base, model: mlp },
  'three ReLU layers by He on moons': {
    ...base,
    data: moons,
    model: sequential(...hidden(3, 32, { weightInit: heNormal() }), linear(2)),
  },
  'tanh by Xavier on blobs': {
    ...base,
    data: blobs,
    model: sequential(...hidden(4, 32, { weightInit: xavierUniform() }, tanh()), linear(3)),
  },
  'one sigmoid layer': { ...base, model: sequential(linear(16), sigmoid(), linear(2)) },
  'softmax regression': { ...base, data: blobs, model: sequential(linear(3)) },
  'batch normalisation and dropout': {
    ...base,
    model: sequential(linear(32), batchNorm(), relu(), dropout(0.3), linear(2)),
  },
  'a net of convolutions': {
    ...base,
    data: stripes,
    model: sequential(conv2d(8, 3, { padding: 1 }), relu(), maxPool2d(2), flatten(), linear(2)),
  },
  'eight residual blocks': {
    ...base,
    model: sequential(
      linear(16),
      ...Array.from({ length: 8 }, () => residual(sequential(relu(), linear(16)))),
      relu(),
      linear(2),
    ),
  },
  'regression of a sine': {
    ...base,
    loss: meanSquaredError(),
    optimizer: sgd({ learningRate: 0.05 }),
    data: sine,
    model: sequential(linear(32), tanh(), linear(1)),
  },
  'a sigmoid before targets from 0 to 1 by their range': {
    ...base,
    loss: meanSquaredError(),
    data: await priced({ method: 'minMax', targets: true }),
    model: sequential(linear(32), tanh(), linear(2), sigmoid()),
  },
  'gradients cut to 1': {
    ...base,
    model: mlp,
    optimizer: sgd({ learningRate: 0.1 }),
    clip: clipByNorm(1),
  },
  'equal weights in front of drawn ones': {
    ...base,
    model: sequential(
      linear(16),
      relu(),
      linear(16, { weightInit: constant(0.1) }),
      relu(),
      linear(2),
    ),
  },
  'equal weights in front of a residual branch with drawn ones': {
    ...base,
    model: sequential(
      linear(16, { weightInit: constant(0.1) }),
      residual(sequential(relu(), linear(16))),
      relu(),
      linear(2),
    ),
  },
  'equal kernels in front of drawn weights': {
    ...base,
    data: stripes,
    model: sequential(
      conv2d(8, 3, { weightInit: constant(0.1) }),
      relu(),
      maxPool2d(2),
      flatten(),
      linear(2),
    ),
  },
  'regression of a line': {
    ...base,
    loss: meanSquaredError(),
    data: await toys.line({ count: 200 }),
    model: sequential(linear(1)),
  },
  'a table with two classes': {
    ...base,
    model: mlp,
    data: await table(times(200, wave), times(200, side)),
  },
}
