import {
  adam,
  batchNorm,
  constant,
  conv2d,
  crossEntropy,
  dropout,
  type Experiment,
  flatten,
  linear,
  maxPool2d,
  normal,
  relu,
  reshape,
  sequential,
  sgd,
  sigmoid,
  tanh,
} from 'justright'
import { hidden } from './data.ts'
import { digits } from './digits.ts'
import type { IllPatient } from './patients.ts'

const base = {
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.001 }),
  data: await digits(2000),
  epochs: 6,
  batchSize: 50,
  inspect: { every: 20 },
}
const mlp = sequential(linear(64), relu(), linear(64), relu(), linear(10))
/** Illnesses of nets that read digits, seen in their runs. */
export const illDigits: Readonly<Record<string, IllPatient>> = {
  'digits: eight sigmoid layers': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 0.1 }),
      model: sequential(...hidden(8, 64, {}, sigmoid()), linear(10)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
  },
  'digits: a rate of 1 with Adam': {
    experiment: { ...base, model: mlp, optimizer: adam({ learningRate: 1 }) },
    rule: 'learning-rate-too-high',
  },
  'digits: a rate of 1e-5 with SGD': {
    experiment: { ...base, model: mlp, optimizer: sgd({ learningRate: 1e-5 }) },
    rule: 'learning-rate-too-low',
  },
  'digits: two hundred rows for long': {
    experiment: {
      ...base,
      data: await digits(200),
      model: sequential(linear(128), relu(), linear(128), relu(), linear(10)),
      epochs: 100,
      optimizer: adam({ learningRate: 0.005 }),
    },
    rule: 'overfitting',
  },
  'digits: a dead layer of convolutions': {
    experiment: {
      ...base,
      model: sequential(
        reshape([1, 28, 28]),
        conv2d(4, 3, { stride: 2 }),
        relu(),
        conv2d(8, 3, { stride: 2, biasInit: constant(-20) }),
        relu(),
        flatten(),
        linear(10),
      ),
    },
    rule: 'silent-units',
    layer: '4',
  },
  'digits: tanh with weights of 1': {
    experiment: {
      ...base,
      optimizer: sgd({ learningRate: 0.001 }),
      model: sequential(...hidden(4, 64, { weightInit: normal(0, 2) }, tanh()), linear(10)),
    },
    rule: 'saturated',
    layer: '3',
  },
}

/** Nets that read digits, and with which nothing is wrong. */
export const healthyDigits: Readonly<Record<string, Experiment>> = {
  'digits: a net of 64-64': { ...base, model: mlp },
  'digits: softmax regression': { ...base, model: sequential(linear(10)) },
  'digits: batch normalisation and dropout': {
    ...base,
    model: sequential(linear(64), batchNorm(), relu(), dropout(0.2), linear(10)),
  },
  'digits: convolutions': {
    ...base,
    model: sequential(
      reshape([1, 28, 28]),
      conv2d(4, 3, { padding: 1 }),
      relu(),
      maxPool2d(2),
      conv2d(4, 3, { padding: 1 }),
      relu(),
      maxPool2d(2),
      flatten(),
      linear(10),
    ),
  },
}
