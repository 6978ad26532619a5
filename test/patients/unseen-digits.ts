// Made up after the rules: nets that read digits.
import {
  adam,
  batchNorm,
  binaryCrossEntropy,
  constant,
  conv2d,
  dataOf,
  dropout,
  type Experiment,
  exponentialDecay,
  flatten,
  globalAveragePool,
  heNormal,
  inputsAsTargets,
  l1,
  lecunNormal,
  linear,
  linearWarmup,
  lstm,
  meanSquaredError,
  momentum,
  normal,
  relu,
  reshape,
  residual,
  selu,
  sequential,
  sgd,
  sigmoid,
  tanh,
} from 'justright'
import { base, hidden } from './data.ts'
import { digits } from './digits.ts'

import type { Unseen } from './unseen.ts'

const digitNet = sequential(linear(64), relu(), linear(64), relu(), linear(10))
const few = await digits(600, 200)
const onDigits = { ...base, data: few, optimizer: adam({ learningRate: 0.001 }), epochs: 8 }
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

/** With one planted illness. */
export const illDigits: Readonly<Record<string, Unseen>> = {
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
  'dropout of .8 of the inputs': {
    experiment: {
      ...onDigits,
      model: sequential(dropout(0.8), linear(64), relu(), linear(10)),
    },
    rule: 'dropout-too-high',
    layer: '0',
    when: 'before',
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
  'a rate that halves with every two steps': {
    experiment: {
      ...onDigits,
      model: digitNet,
      schedule: exponentialDecay({ factor: 0.7, per: 'step' }),
    },
    rule: 'learning-rate-too-low',
    when: 'after',
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
  'digits with the label of the next row': {
    experiment: { ...onDigits, data: await shifted(few), model: digitNet },
    rule: 'inputs-tell-nothing',
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
}

/** With which nothing is wrong. */
export const healthyDigits: Readonly<Record<string, Experiment>> = {
  'an LSTM on the lines of digits': {
    ...onDigits,
    optimizer: adam({ learningRate: 0.01 }),
    model: sequential(reshape([28, 28]), lstm(24), linear(10)),
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
  'a warm-up of an epoch': {
    ...onDigits,
    model: digitNet,
    schedule: linearWarmup({ length: 1 }),
  },
  'a wide frozen layer of random features': {
    ...onDigits,
    model: sequential(linear(256), relu(), linear(10)),
    optimizer: adam({ learningRate: 0.003, groups: [{ match: '^0', rateFactor: 0 }] }),
  },
}
