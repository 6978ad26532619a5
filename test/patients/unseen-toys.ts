// Made up after the rules: nets on points and tables.
import {
  adam,
  adamw,
  batchNorm,
  binaryCrossEntropy,
  constant,
  cosineDecay,
  dataOf,
  dropout,
  type Experiment,
  elu,
  gelu,
  hinge,
  huber,
  layerNorm,
  leakyRelu,
  linear,
  linearWarmup,
  meanSquaredError,
  nesterov,
  normal,
  parallel,
  prelu,
  relu,
  residual,
  rmsprop,
  sequential,
  sgd,
  sigmoid,
  softmax,
  tanh,
  toys,
  uniform,
  xavierUniform,
  zeros,
} from 'justright'
import { base, blobs, classed, hidden, measured, moons, sine, spirals, times } from './data.ts'
import { noise } from './numbers.ts'

import type { Unseen } from './unseen.ts'

const mlp = sequential(linear(32), relu(), linear(32), relu(), linear(2))
/** Points of a plane with two answers that are yes or no each. */
const labelled = await measured(
  times(250, i => [2 * noise(i) - 1, 2 * noise(i + 1000) - 1]),
  times(250, i => [Number(noise(i) > 0.5), Number(noise(i) + noise(i + 1000) > 1)]),
)
const points = times(250, i => [4 * noise(i) - 2, 4 * noise(i + 500) - 2])
const heights = (size: number, offset = 0) =>
  measured(
    points,
    points.map(([a = 0, b = 0]) => [offset + size * (Math.sin(2 * a) + b)]),
  )

/** With one planted illness. */
export const illToys: Readonly<Record<string, Unseen>> = {
  'sixteen residual blocks with weights of three times He': {
    experiment: {
      ...base,
      model: sequential(
        linear(16),
        ...times(16, () =>
          residual(sequential(relu(), linear(16, { weightInit: normal(0, 1.06) }))),
        ),
        relu(),
        linear(2),
      ),
    },
    rule: 'exploding-gradient',
    layer: '0',
    when: 'before',
  },
  'residual blocks with dead branches': {
    experiment: {
      ...base,
      model: sequential(
        linear(16),
        ...times(3, () =>
          residual(sequential(linear(16, { biasInit: constant(-20) }), relu(), linear(16))),
        ),
        linear(2),
      ),
    },
    rule: 'silent-units',
    when: 'after',
  },
  'two linear layers in a row in a residual branch': {
    experiment: {
      ...base,
      model: sequential(
        linear(16),
        relu(),
        residual(sequential(linear(16), linear(16), relu())),
        linear(2),
      ),
    },
    rule: 'activation-missing',
    layer: '2.branch.1',
    when: 'before',
  },
  'targets of ten thousand': {
    experiment: {
      ...base,
      data: await heights(3000, 10_000),
      loss: meanSquaredError(),
      model: sequential(linear(32), tanh(), linear(1)),
    },
    rule: 'targets-unscaled',
    when: 'before',
  },
  'targets of a millionth': {
    experiment: {
      ...base,
      data: await heights(1e-6),
      loss: meanSquaredError(),
      model: sequential(linear(32), tanh(), linear(1)),
    },
    rule: 'targets-unscaled',
    when: 'before',
  },
  'targets of thousands under SGD': {
    experiment: {
      ...base,
      data: await heights(1000),
      loss: meanSquaredError(),
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(linear(32), elu(), linear(32), elu(), linear(1)),
    },
    rule: 'not-finite',
    when: 'after',
  },
  'sigmoid before the cross-entropy of yes and no': {
    experiment: {
      ...base,
      data: labelled,
      loss: binaryCrossEntropy(),
      model: sequential(linear(16), relu(), linear(2), sigmoid()),
    },
    rule: 'activation-on-logits',
    layer: '3',
    when: 'before',
  },
  'one yes in sixty': {
    experiment: {
      ...base,
      data: await measured(
        points,
        points.map((_, i) => [Number(i % 60 === 7)]),
      ),
      loss: binaryCrossEntropy(),
      model: sequential(linear(16), relu(), linear(1)),
    },
    rule: 'classes-imbalanced',
    when: 'before',
  },
  'yes and no as 1 and -1': {
    experiment: {
      ...base,
      data: await measured(
        points,
        points.map(([a = 0]) => [a > 0 ? 1 : -1]),
      ),
      loss: binaryCrossEntropy(),
      model: sequential(linear(16), relu(), linear(1)),
    },
    rule: 'targets-out-of-range',
    when: 'before',
  },
  'a sigmoid before targets from -3 to 3': {
    experiment: {
      ...base,
      data: await heights(1),
      loss: meanSquaredError(),
      model: sequential(linear(32), tanh(), linear(1), sigmoid()),
    },
    rule: 'targets-out-of-range',
    when: 'before',
  },
  'yes and no at a rate of 3 with Adam': {
    experiment: {
      ...base,
      data: labelled,
      loss: binaryCrossEntropy(),
      model: sequential(linear(32), tanh(), linear(32), tanh(), linear(2)),
      optimizer: adam({ learningRate: 3 }),
    },
    rule: 'learning-rate-too-high',
    when: 'after',
  },
  'ten rows of the second class in four hundred': {
    experiment: {
      ...base,
      data: await classed(2, {
        inputs: times(400, i => [noise(i) + Number(i % 40 === 3), noise(i + 500)]),
        targets: times(400, i => Number(i % 40 === 3)),
      }),
      model: mlp,
    },
    rule: 'classes-imbalanced',
    when: 'before',
  },
  'dropout of half after five layers of eight': {
    experiment: {
      ...base,
      model: sequential(...times(5, () => [linear(8), relu(), dropout(0.5)]).flat(), linear(2)),
    },
    rule: 'underfitting',
    when: 'after',
  },
  'AdamW with a decay of 10': {
    experiment: {
      ...base,
      model: mlp,
      optimizer: adamw({ learningRate: 0.01, weightDecay: 10 }),
    },
    rule: 'decay-too-strong',
    when: 'after',
  },
  'a cosine that ends at 0 in the first of thirty epochs': {
    experiment: {
      ...base,
      model: mlp,
      schedule: cosineDecay({ length: 1 }),
      optimizer: adam({ learningRate: 0.003 }),
      epochs: 30,
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'a warm-up of a million steps': {
    experiment: {
      ...base,
      model: mlp,
      schedule: linearWarmup({ length: 1e6, startFactor: 1e-6, per: 'step' }),
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'four frozen units before the layer that is trained': {
    experiment: {
      ...base,
      model: sequential(linear(4), tanh(), linear(4), tanh(), linear(2)),
      optimizer: adam({
        learningRate: 0.01,
        groups: [
          { match: '^0', rateFactor: 0 },
          { match: '^2', rateFactor: 0 },
        ],
      }),
    },
    rule: 'stalled-parameters',
    layer: '0',
    when: 'after',
  },
  'labels that are counted from 1': {
    experiment: {
      ...base,
      data: await classed(4, {
        inputs: times(300, i => [(i % 3) + noise(i), noise(i + 500)]),
        targets: times(300, i => 1 + (i % 3)),
      }),
      model: sequential(linear(16), relu(), linear(4)),
    },
    rule: 'classes-imbalanced',
    when: 'before',
  },
  'thirty rows ten times over': {
    experiment: {
      ...base,
      data: await classed(2, {
        inputs: times(300, i => [noise(i % 30), noise((i % 30) + 500)]),
        targets: times(300, i => Number(noise(i % 30) > 0.5)),
      }),
      model: mlp,
    },
    rule: 'rows-repeated',
    when: 'before',
  },
  'a validation set with a tenth of training rows': {
    experiment: {
      ...base,
      data: await dataOf({
        classes: 2,
        train: {
          inputs: points.slice(0, 200),
          targets: points.slice(0, 200).map(([a = 0]) => Number(a > 0)),
        },
        validation: {
          inputs: points.slice(180),
          targets: points.slice(180).map(([a = 0]) => Number(a > 0)),
        },
      }),
      model: mlp,
    },
    rule: 'test-leaks',
    when: 'before',
  },
  'running statistics of the last eight rows alone': {
    experiment: {
      ...base,
      data: moons,
      batchSize: 8,
      model: sequential(
        linear(32),
        batchNorm({ momentum: 1 }),
        relu(),
        linear(32),
        batchNorm({ momentum: 1 }),
        relu(),
        linear(2),
      ),
    },
    rule: 'norm-statistics',
    when: 'after',
  },
  'RMSprop at a rate of 1 on a regression': {
    experiment: {
      ...base,
      data: sine,
      loss: huber(),
      optimizer: rmsprop({ learningRate: 1 }),
      model: sequential(linear(32), tanh(), linear(32), tanh(), linear(1)),
    },
    rule: 'learning-rate-too-high',
    when: 'after',
  },
  'a hinge of scores that are all 0': {
    experiment: {
      ...base,
      data: blobs,
      loss: hinge(),
      model: sequential(linear(16), relu(), linear(3, { weightInit: zeros() }), relu()),
    },
    rule: 'activation-on-logits',
    layer: '3',
    when: 'before',
  },
}

/** With which nothing is wrong. */
export const healthyToys: Readonly<Record<string, Experiment>> = {
  'a regression of two heights': {
    ...base,
    data: await measured(
      points,
      points.map(([a = 0, b = 0]) => [Math.sin(a) + b, a * b]),
    ),
    loss: meanSquaredError(),
    model: sequential(linear(32), tanh(), linear(2)),
  },
  'targets of thousands that are normalised': {
    ...base,
    data: await dataOf({
      train: { inputs: points, targets: points.map(([a = 0, b = 0]) => [5000 + 900 * (a - b)]) },
      normalize: { targets: true },
    }),
    loss: meanSquaredError(),
    model: sequential(linear(32), relu(), linear(1)),
  },
  'two labels a point': {
    ...base,
    data: labelled,
    loss: binaryCrossEntropy(),
    model: sequential(linear(16), relu(), linear(2)),
  },
  'twenty residual blocks with layer normalisation': {
    ...base,
    data: moons,
    optimizer: adam({ learningRate: 0.003 }),
    model: sequential(
      linear(16),
      ...times(20, () => residual(sequential(layerNorm(), linear(16), gelu(), linear(16)))),
      layerNorm(),
      linear(2),
    ),
  },
  'AdamW with its own decay': {
    ...base,
    model: mlp,
    optimizer: adamw({ learningRate: 0.01, weightDecay: 0.01 }),
  },
  'Nesterov with a cosine to the end': {
    ...base,
    data: moons,
    model: mlp,
    schedule: cosineDecay(),
    optimizer: nesterov({ learningRate: 0.05, momentum: 0.9 }),
  },
  'one row a step': {
    ...base,
    data: moons,
    model: mlp,
    batchSize: 1,
    epochs: 6,
    optimizer: sgd({ learningRate: 0.02 }),
  },
  'all rows in a step': { ...base, data: moons, model: mlp, batchSize: 300, epochs: 200 },
  'three rows of one class for one of another': {
    ...base,
    data: await classed(2, {
      inputs: times(320, i => [noise(i) - 0.5 + Number(i % 4 === 0), noise(i + 500) - 0.5]),
      targets: times(320, i => Number(i % 4 === 0)),
    }),
    model: sequential(linear(16), relu(), linear(2)),
    epochs: 20,
  },
  'a hinge of blobs': {
    ...base,
    data: blobs,
    loss: hinge(),
    model: sequential(linear(16), leakyRelu(), linear(3)),
  },
  'PReLU on spirals': {
    ...base,
    data: spirals,
    model: sequential(linear(32), prelu(), linear(32), prelu(), linear(2)),
  },
  'features weighed by attention': {
    ...base,
    data: moons,
    model: sequential(
      linear(16),
      tanh(),
      parallel([linear(16), sequential(linear(16), softmax())], { by: 'multiply' }),
      linear(2),
    ),
  },
  'sigmoid layers by Xavier at a fitting rate': {
    ...base,
    data: await toys.circles({ count: 375, noise: 0.05 }),
    optimizer: adam({ learningRate: 0.03 }),
    model: sequential(...hidden(1, 16, { weightInit: xavierUniform() }, sigmoid()), linear(2)),
  },
  'RMSprop and small uniform weights': {
    ...base,
    data: blobs,
    optimizer: rmsprop({ learningRate: 0.003 }),
    model: sequential(linear(24, { weightInit: uniform(-0.3, 0.3) }), gelu(), linear(3)),
  },
}
