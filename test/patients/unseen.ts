// Made up after the rules, in kinds of nets and illnesses that the other patients have few of.
import {
  adam,
  adamw,
  batchNorm,
  binaryCrossEntropy,
  constant,
  conv2d,
  cosineDecay,
  dataOf,
  dropout,
  type Experiment,
  elu,
  embedding,
  exponentialDecay,
  flatten,
  gelu,
  globalAveragePool,
  gru,
  heNormal,
  hinge,
  huber,
  inputsAsTargets,
  l1,
  layerNorm,
  leakyRelu,
  lecunNormal,
  linear,
  linearWarmup,
  lstm,
  maxPool2d,
  meanSquaredError,
  momentum,
  nesterov,
  normal,
  orthogonal,
  parallel,
  prelu,
  relu,
  reshape,
  residual,
  rmsprop,
  rnn,
  selu,
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
import {
  base,
  blobs,
  classed,
  hidden,
  measured,
  moons,
  remembered,
  sine,
  spirals,
  times,
  waves,
  words,
} from './data.ts'
import { digits } from './digits.ts'
import { noise } from './numbers.ts'
import type { IllPatient } from './patients.ts'

/** A patient, and whether it is looked at before training or after it. */
export interface Unseen extends IllPatient {
  readonly when: 'before' | 'after'
}

const mlp = sequential(linear(32), relu(), linear(32), relu(), linear(2))
const digitNet = sequential(linear(64), relu(), linear(64), relu(), linear(10))
const short = await waves(250, 16)
const strips = reshape([1, 1, 16])
const sentences = await words(300, 9)
const few = await digits(600, 200)
const onDigits = { ...base, data: few, optimizer: adam({ learningRate: 0.001 }), epochs: 8 }
const onWaves = { ...base, data: short, epochs: 15 }
const onWords = { ...base, data: sentences, epochs: 15 }

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
const pictures = await inputsAsTargets(few)
const onPictures = {
  ...base,
  data: pictures,
  loss: meanSquaredError(),
  optimizer: adam({ learningRate: 0.002 }),
  epochs: 10,
}

/** The rows of a split, each with the target of the next. */
const shifted = async (source: typeof few) => {
  const { inputs, targets } = source.train
  const labels = [...(targets.data as ArrayLike<number> & Iterable<number>)]
  return dataOf({
    classes: 10,
    scale: 1 / 255,
    train: { inputs, targets: [...labels.slice(1), labels[0]!] },
  })
}

/** Experiments with one planted illness. */
export const illUnseen: Readonly<Record<string, Unseen>> = {
  'an LSTM at a rate of 1 with Adam': {
    experiment: {
      ...onWaves,
      model: sequential(lstm(12), linear(2)),
      optimizer: adam({ learningRate: 1 }),
    },
    rule: 'learning-rate-too-high',
    when: 'after',
  },
  'a GRU at a rate of a millionth': {
    experiment: {
      ...onWaves,
      model: sequential(gru(12), linear(2)),
      optimizer: adam({ learningRate: 1e-6 }),
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'a plain recurrent net whose weights are five times orthogonal': {
    experiment: {
      ...onWaves,
      model: sequential(rnn(16, { recurrentInit: orthogonal({ gain: 5 }) }), linear(2)),
    },
    rule: 'saturated',
    layer: '0',
    when: 'before',
  },
  'a plain recurrent net that forgets over forty steps': {
    experiment: {
      ...base,
      data: await remembered(250, 40),
      model: sequential(rnn(12, { recurrentInit: normal(0, 0.02) }), linear(2)),
      epochs: 12,
    },
    rule: 'vanishing-gradient',
    layer: '0',
    when: 'after',
  },
  'two LSTM with weights of a thousandth': {
    experiment: {
      ...onWaves,
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(
        lstm(12, {
          output: 'sequence',
          weightInit: normal(0, 0.001),
          recurrentInit: normal(0, 0.001),
        }),
        lstm(12, { weightInit: normal(0, 0.001), recurrentInit: normal(0, 0.001) }),
        linear(2),
      ),
    },
    rule: 'vanishing-gradient',
    layer: '0',
    when: 'after',
  },
  'a GRU whose gates are held shut by biases of 20': {
    experiment: { ...onWaves, model: sequential(gru(12, { biasInit: constant(20) }), linear(2)) },
    rule: 'saturated',
    layer: '0',
    when: 'before',
  },
  'waves of hundreds for a GRU': {
    experiment: {
      ...onWaves,
      data: await waves(250, 16, 300),
      model: sequential(gru(12), linear(2)),
    },
    rule: 'inputs-unscaled',
    when: 'before',
  },
  'six convolutions along time with weights of .01': {
    experiment: {
      ...onWaves,
      model: sequential(
        strips,
        ...times(6, () => [
          conv2d(8, [1, 3], { padding: [0, 1], weightInit: normal(0, 0.01) }),
          relu(),
        ]).flat(),
        globalAveragePool(),
        linear(2),
      ),
    },
    rule: 'vanishing-gradient',
    layer: '1',
    when: 'after',
  },
  'convolutions along time with a dead layer': {
    experiment: {
      ...onWaves,
      model: sequential(
        strips,
        conv2d(8, [1, 3]),
        relu(),
        conv2d(8, [1, 3], { biasInit: constant(-20) }),
        relu(),
        flatten(),
        linear(2),
      ),
    },
    rule: 'silent-units',
    layer: '4',
    when: 'before',
  },
  'convolutions along time with nothing between': {
    experiment: {
      ...onWaves,
      model: sequential(strips, conv2d(8, [1, 3]), conv2d(8, [1, 3]), relu(), flatten(), linear(2)),
    },
    rule: 'activation-missing',
    layer: '2',
    when: 'before',
  },
  'convolutions along time at a rate of 5 with momentum': {
    experiment: {
      ...onWaves,
      optimizer: momentum({ learningRate: 5, momentum: 0.9 }),
      model: sequential(strips, conv2d(8, [1, 3]), relu(), flatten(), linear(2)),
    },
    rule: 'learning-rate-too-high',
    when: 'after',
  },
  'an embedding with weights of a hundred': {
    experiment: {
      ...onWords,
      model: sequential(
        embedding(20, 8, { weightInit: normal(0, 100) }),
        flatten(),
        linear(16),
        relu(),
        linear(2),
      ),
    },
    rule: 'start-loss',
    when: 'before',
  },
  'an embedding at a rate of a hundred-thousandth with SGD': {
    experiment: {
      ...onWords,
      optimizer: sgd({ learningRate: 1e-5 }),
      model: sequential(embedding(20, 8), flatten(), linear(16), relu(), linear(2)),
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
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
  'an auto-encoder with a dead code': {
    experiment: {
      ...onPictures,
      model: sequential(
        linear(64),
        relu(),
        linear(16, { biasInit: constant(-30) }),
        relu(),
        linear(64),
        relu(),
        linear(784),
      ),
    },
    rule: 'silent-units',
    layer: '3',
    when: 'after',
  },
  'an auto-encoder of ten sigmoid layers': {
    experiment: { ...onPictures, model: sequential(...hidden(10, 32, {}, sigmoid()), linear(784)) },
    rule: 'vanishing-gradient',
    layer: '0',
    when: 'before',
  },
  'sixty digits for long': {
    experiment: {
      ...onDigits,
      data: await digits(60, 300),
      model: sequential(linear(64), relu(), linear(10)),
      epochs: 150,
    },
    rule: 'overfitting',
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
  'thirty tanh layers with half of the weights': {
    experiment: {
      ...onDigits,
      model: sequential(...hidden(30, 32, { weightInit: normal(0, 0.09) }, tanh()), linear(10)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
    when: 'before',
  },
  'twenty SELU layers with twice the weights': {
    experiment: {
      ...onDigits,
      model: sequential(...hidden(20, 32, { weightInit: normal(0, 0.4) }, selu()), linear(10)),
    },
    rule: 'exploding-gradient',
    layer: '0',
    when: 'before',
  },
  'a layer of 2000 with weights of 1': {
    experiment: {
      ...onDigits,
      model: sequential(linear(2000, { weightInit: normal() }), relu(), linear(10)),
    },
    rule: 'start-loss',
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
  'dropout of .8 of the inputs': {
    experiment: {
      ...onDigits,
      model: sequential(dropout(0.8), linear(64), relu(), linear(10)),
    },
    rule: 'dropout-too-high',
    layer: '0',
    when: 'before',
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
  'digits and an L1 penalty of .05': {
    experiment: { ...onDigits, model: digitNet, penalty: l1(0.05) },
    rule: 'decay-too-strong',
    when: 'after',
  },
  'a momentum of .99 at a rate of .5': {
    experiment: {
      ...onDigits,
      model: digitNet,
      optimizer: momentum({ learningRate: 0.5, momentum: 0.99 }),
    },
    rule: 'learning-rate-too-high',
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
  'a rate that halves with every two steps': {
    experiment: {
      ...onDigits,
      model: digitNet,
      schedule: exponentialDecay({ factor: 0.7, per: 'step' }),
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'batch normalisation of a batch of one': {
    experiment: {
      ...base,
      batchSize: 1,
      model: sequential(linear(16), batchNorm(), relu(), linear(2)),
      epochs: 3,
    },
    rule: 'norm-of-few',
    layer: '1',
    when: 'before',
  },
  'all digits in one batch': {
    experiment: {
      ...onDigits,
      model: digitNet,
      batchSize: 600,
      epochs: 30,
      optimizer: sgd({ learningRate: 0.01 }),
      inspect: { every: 5 },
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'one digit a step at a rate of .5': {
    experiment: {
      ...onDigits,
      model: digitNet,
      batchSize: 1,
      epochs: 2,
      optimizer: sgd({ learningRate: 0.5 }),
    },
    rule: 'learning-rate-too-high',
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
  'digits with the label of the next row': {
    experiment: { ...onDigits, data: await shifted(few), model: digitNet },
    rule: 'inputs-tell-nothing',
    when: 'before',
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
      ...onDigits,
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
  'convolutions whose running statistics hardly move': {
    experiment: {
      ...onDigits,
      model: sequential(
        reshape([1, 28, 28]),
        conv2d(4, 3, { stride: 2 }),
        batchNorm({ momentum: 2e-4 }),
        relu(),
        conv2d(8, 3, { stride: 2 }),
        batchNorm({ momentum: 2e-4 }),
        relu(),
        flatten(),
        linear(10),
      ),
      epochs: 4,
    },
    rule: 'norm-statistics',
    layer: '2',
    when: 'after',
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

/** Experiments with which nothing is wrong; each is looked at before training and after it. */
export const healthyUnseen: Readonly<Record<string, Experiment>> = {
  'an LSTM on waves': { ...onWaves, model: sequential(lstm(12), linear(2)) },
  'two GRU on waves': {
    ...onWaves,
    model: sequential(gru(12, { output: 'sequence' }), gru(12), linear(2)),
  },
  'an orthogonal plain recurrent net that remembers': {
    ...base,
    data: await remembered(400, 6),
    model: sequential(rnn(16, { recurrentInit: orthogonal() }), linear(2)),
  },
  'an LSTM on the lines of digits': {
    ...onDigits,
    optimizer: adam({ learningRate: 0.01 }),
    model: sequential(reshape([28, 28]), lstm(24), linear(10)),
  },
  'convolutions along time': {
    ...onWaves,
    model: sequential(
      strips,
      conv2d(8, [1, 3]),
      relu(),
      maxPool2d([1, 2]),
      conv2d(8, [1, 3]),
      relu(),
      globalAveragePool(),
      linear(2),
    ),
  },
  'an embedding of words': {
    ...onWords,
    model: sequential(embedding(20, 8), flatten(), linear(16), relu(), linear(2)),
  },
  'an LSTM on embedded words': {
    ...onWords,
    model: sequential(embedding(20, 8), lstm(12), linear(2)),
  },
  'residual convolutions with batch normalisation': {
    ...onDigits,
    optimizer: adam({ learningRate: 0.003 }),
    model: sequential(
      reshape([1, 28, 28]),
      conv2d(4, 3, { stride: 2, padding: 1 }),
      batchNorm(),
      relu(),
      residual(
        sequential(
          conv2d(4, 3, { padding: 1 }),
          batchNorm(),
          relu(),
          conv2d(4, 3, { padding: 1 }),
          batchNorm(),
        ),
      ),
      relu(),
      globalAveragePool(),
      linear(10),
    ),
    epochs: 20,
  },
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
  'an auto-encoder of digits': {
    ...onPictures,
    model: sequential(linear(64), relu(), linear(16), linear(64), relu(), linear(784)),
  },
  'an auto-encoder of pixels as probabilities': {
    ...onPictures,
    loss: binaryCrossEntropy(),
    model: sequential(linear(64), relu(), linear(16), tanh(), linear(64), relu(), linear(784)),
  },
  'an auto-encoder that ends in a sigmoid, on pixels': {
    ...onPictures,
    model: sequential(linear(64), relu(), linear(784), sigmoid()),
  },
  'twenty SELU layers by LeCun': {
    ...onDigits,
    optimizer: adam({ learningRate: 0.0005 }),
    model: sequential(...hidden(20, 32, { weightInit: lecunNormal() }, selu()), linear(10)),
    epochs: 20,
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
  'a wide net': {
    ...onDigits,
    optimizer: adam({ learningRate: 0.0003 }),
    model: sequential(linear(600, { weightInit: heNormal() }), relu(), linear(10)),
  },
  'dropout of half in a wide net': {
    ...onDigits,
    model: sequential(dropout(0.2), linear(256), relu(), dropout(0.5), linear(10)),
    epochs: 20,
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
  'a warm-up of an epoch': {
    ...onDigits,
    model: digitNet,
    schedule: linearWarmup({ length: 1 }),
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
  'a wide frozen layer of random features': {
    ...onDigits,
    model: sequential(linear(256), relu(), linear(10)),
    optimizer: adam({ learningRate: 0.003, groups: [{ match: '^0', rateFactor: 0 }] }),
  },
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
