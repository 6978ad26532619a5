import {
  adam,
  batchNorm,
  constant,
  conv2d,
  dataOf,
  dropout,
  type Experiment,
  flatten,
  heNormal,
  l2,
  leakyRelu,
  linear,
  meanSquaredError,
  momentum,
  normal,
  relu,
  residual,
  sequential,
  sgd,
  sigmoid,
  softmax,
  tanh,
  toys,
  uniform,
  xavierNormal,
} from 'justright'
import { base, blobs, hidden, moons, sine, stripes, xor } from './data.ts'
import { noise } from './numbers.ts'
import type { IllPatient } from './patients.ts'

const { inspect: _, ...plain } = base
const mlp = sequential(linear(32), relu(), linear(32), relu(), linear(2))

const rows = (count: number, from = 0): number[][] =>
  Array.from({ length: count }, (_, i) => [0, 1, 2, 3].map(j => 4 * noise(7 * (i + from) + j) - 2))
const answer = ([a = 0, b = 0]: readonly number[]): number => Number(a * b > 0)

/** A table whose answers are kept with a probability, and drawn otherwise. */
const table = (share: number, { train = 200, validation = 60, cleanValidation = false } = {}) => {
  const labels = (inputs: readonly number[][], kept: number) =>
    inputs.map((row, i) => (noise(31 * i + 5) < kept ? answer(row) : Number(noise(17 * i) > 0.5)))
  const [ours, theirs] = [rows(train), rows(validation, train)]
  return dataOf({
    classes: 2,
    train: { inputs: ours, targets: labels(ours, share) },
    validation: { inputs: theirs, targets: labels(theirs, cleanValidation ? 1 : share) },
  })
}
const convolutions = (init: object = {}) =>
  sequential(
    conv2d(4, 3, { padding: 1, ...init }),
    relu(),
    conv2d(8, 3, { padding: 1, stride: 2, ...init }),
    relu(),
    flatten(),
    linear(2),
  )

/** Trained with one planted illness. */
export const illRuns: Readonly<Record<string, IllPatient>> = {
  'ten sigmoid layers of five': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(...hidden(10, 5, { weightInit: uniform(-1, 1) }, sigmoid()), linear(2)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'nine sigmoid layers of five on XOR': {
    experiment: {
      ...base,
      data: xor,
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(...hidden(9, 5, { weightInit: uniform(-1, 1) }, sigmoid()), linear(2)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'twelve ReLU layers with weights of .05': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(...hidden(12, 32, { weightInit: normal(0, 0.05) }), linear(2)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'convolutions after weights of a thousandth': {
    experiment: {
      ...base,
      data: stripes,
      optimizer: sgd({ learningRate: 0.05 }),
      model: convolutions({ weightInit: normal(0, 0.0005) }),
    },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'twelve ReLU layers with weights of .6': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 1e-9 }),
      model: sequential(...hidden(12, 32, { weightInit: normal(0, 0.6) }), linear(2)),
    },
    rule: 'exploding-gradient',
    layer: '0',
  },
  'a rate of 1 with Adam': {
    experiment: { ...base, model: mlp, optimizer: adam({ learningRate: 1 }) },
    rule: 'learning-rate-too-high',
  },
  'a rate of 30 with SGD': {
    experiment: { ...base, model: mlp, optimizer: sgd({ learningRate: 30 }) },
    rule: 'learning-rate-too-high',
  },
  'a rate of 1 with Adam, without signals': {
    experiment: { ...plain, model: mlp, optimizer: adam({ learningRate: 1 }) },
    rule: 'learning-rate-too-high',
  },
  'regression with a momentum that swings': {
    experiment: {
      ...base,
      data: sine,
      loss: meanSquaredError(),
      model: sequential(linear(32), tanh(), linear(1)),
      optimizer: momentum({ learningRate: 0.3, momentum: 0.95 }),
    },
    rule: 'learning-rate-too-high',
  },
  'a rate of a millionth with Adam': {
    experiment: { ...base, model: mlp, optimizer: adam({ learningRate: 1e-6 }) },
    rule: 'learning-rate-too-low',
  },
  'a rate of a thousandth with SGD, without signals': {
    experiment: { ...plain, model: mlp, optimizer: sgd({ learningRate: 1e-3 }) },
    rule: 'learning-rate-too-low',
  },
  'convolutions at a rate of 1e-6': {
    experiment: {
      ...base,
      data: stripes,
      model: convolutions(),
      optimizer: adam({ learningRate: 1e-6 }),
    },
    rule: 'learning-rate-too-low',
  },
  'biases of -10 before ReLU': {
    experiment: {
      ...base,
      model: sequential(
        linear(32),
        relu(),
        linear(32, { biasInit: constant(-10) }),
        relu(),
        linear(2),
      ),
    },
    rule: 'silent-units',
    layer: '3',
  },
  'units that die in training': {
    experiment: {
      ...base,
      model: sequential(linear(16), relu(), linear(16), relu(), linear(3)),
      data: blobs,
      optimizer: sgd({ learningRate: 20 }),
    },
    rule: 'silent-units',
  },
  'four tanh layers with weights of 10': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 0.01 }),
      model: sequential(...hidden(4, 32, { weightInit: normal(0, 10) }, tanh()), linear(2)),
    },
    rule: 'saturated',
    layer: '3',
  },
  'sigmoid with weights of 30': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(linear(32, { weightInit: normal(0, 30) }), sigmoid(), linear(2)),
    },
    rule: 'saturated',
    layer: '1',
  },
  'a layer at a billionth of the rate': {
    experiment: {
      ...base,
      model: sequential(linear(4), tanh(), linear(4), tanh(), linear(2)),
      optimizer: adam({ learningRate: 0.01, groups: [{ match: '2', rateFactor: 1e-9 }] }),
    },
    rule: 'stalled-parameters',
    layer: '2',
  },
  'forty rows and five hundred units': {
    experiment: {
      ...base,
      data: await table(0.7, { train: 40 }),
      model: sequential(linear(128), relu(), linear(128), relu(), linear(2)),
      epochs: 100,
    },
    rule: 'overfitting',
  },
  'noisy moons for long, without signals': {
    experiment: {
      ...plain,
      data: await toys.moons({ count: 75, noise: 0.4 }),
      model: sequential(linear(64), relu(), linear(64), relu(), linear(2)),
      epochs: 200,
    },
    rule: 'overfitting',
  },
  'a line for the products of a table': {
    experiment: { ...base, data: await table(1), model: sequential(linear(2)) },
    rule: 'plateau',
  },
  'labels that have nothing to do with the inputs': {
    experiment: {
      ...base,
      data: await table(0, { train: 400 }),
      model: sequential(linear(4), tanh(), linear(2)),
    },
    rule: 'plateau',
  },
  'two units for a circle in a circle': {
    experiment: {
      ...base,
      data: await toys.circles({ count: 400, noise: 0.05 }),
      optimizer: adam({ learningRate: 0.03 }),
      model: sequential(linear(2), leakyRelu(), linear(2)),
    },
    rule: 'underfitting',
  },
  'a penalty that outweighs the loss': {
    experiment: {
      ...base,
      data: moons,
      model: mlp,
      penalty: l2(0.1),
    },
    rule: 'decay-too-strong',
  },
  'running statistics that replace a ten-thousandth': {
    experiment: {
      ...base,
      model: sequential(
        linear(32),
        batchNorm({ momentum: 1e-4 }),
        relu(),
        linear(32),
        batchNorm({ momentum: 1e-4 }),
        relu(),
        linear(2),
      ),
    },
    rule: 'norm-statistics',
    layer: '1',
  },
  'validation without the noise of training': {
    experiment: {
      ...base,
      data: await table(0.6, { train: 400, validation: 200, cleanValidation: true }),
      model: sequential(linear(8), tanh(), linear(2)),
    },
    rule: 'validation-easier',
  },
  'a regression that overflows': {
    experiment: {
      ...base,
      data: sine,
      loss: meanSquaredError(),
      model: sequential(linear(32), relu(), linear(32), relu(), linear(1)),
      optimizer: sgd({ learningRate: 50 }),
    },
    rule: 'not-finite',
  },
  'softmax twice': {
    experiment: {
      ...base,
      model: sequential(linear(32), relu(), linear(2), softmax()),
    },
    rule: 'activation-on-logits',
    layer: '3',
  },
}

/** Trained, and nothing is wrong with them. */
export const healthyRuns: Readonly<Record<string, Experiment>> = {
  'a small net on spirals': { ...base, model: mlp },
  'the same without signals': { ...plain, model: mlp },
  'tanh by Xavier on moons': {
    ...base,
    data: moons,
    model: sequential(...hidden(3, 32, { weightInit: xavierNormal() }, tanh()), linear(2)),
  },
  'ReLU by He on blobs': {
    ...base,
    data: blobs,
    model: sequential(...hidden(4, 32, { weightInit: heNormal() }), linear(3)),
  },
  'softmax regression on blobs': { ...base, data: blobs, model: sequential(linear(3)) },
  'batch normalisation and dropout': {
    ...base,
    model: sequential(linear(32), batchNorm(), relu(), dropout(0.2), linear(32), relu(), linear(2)),
  },
  convolutions: { ...base, data: stripes, model: convolutions() },
  'regression of a sine': {
    ...base,
    data: sine,
    loss: meanSquaredError(),
    model: sequential(linear(32), tanh(), linear(1)),
  },
  'regression of a line by SGD': {
    ...base,
    data: await toys.line({ count: 200 }),
    loss: meanSquaredError(),
    optimizer: sgd({ learningRate: 0.05 }),
    model: sequential(linear(1)),
  },
  'a table of products': { ...base, data: await table(1, { train: 400 }), model: mlp },
  'eight residual blocks': {
    ...base,
    data: moons,
    optimizer: adam({ learningRate: 0.003 }),
    model: sequential(
      linear(16),
      ...Array.from({ length: 8 }, () => residual(sequential(relu(), linear(16)))),
      relu(),
      linear(2),
    ),
  },
  'two sigmoid layers on XOR': {
    ...base,
    data: xor,
    model: sequential(...hidden(2, 16, {}, sigmoid()), linear(2)),
    optimizer: adam({ learningRate: 0.03 }),
  },
  'SGD with momentum on moons': {
    ...base,
    data: moons,
    model: mlp,
    optimizer: momentum({ learningRate: 0.05, momentum: 0.9 }),
  },
}
