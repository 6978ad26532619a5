// Made up last, when no rule was changed any more.
import {
  adagrad,
  adam,
  adamax,
  batchNorm,
  binaryCrossEntropy,
  clipByNorm,
  conv2d,
  crossEntropy,
  dataOf,
  dropout,
  type Experiment,
  elu,
  flatten,
  gaussianNoise,
  gelu,
  gru,
  heNormal,
  layerNorm,
  linear,
  lstm,
  maxNorm,
  maxPool2d,
  meanAbsoluteError,
  meanSquaredError,
  nadam,
  normal,
  oneCycle,
  relu,
  reshape,
  residual,
  sequential,
  sgd,
  softsign,
  tanh,
  toys,
  zeros,
} from 'justright'
import { base, blobs, classed, hidden, measured, moons, spirals, times, waves } from './data.ts'
import { digits } from './digits.ts'
import { noise } from './numbers.ts'
import type { Unseen } from './unseen.ts'

const some = await digits(800, 200)
const onDigits = { ...base, data: some, optimizer: adam({ learningRate: 0.001 }), epochs: 10 }
const mlp = sequential(linear(32), relu(), linear(32), relu(), linear(2))
const circles = await toys.circles({ count: 375, noise: 0.05 })

/** A wave, and how high it is at the next step, times a size. */
const nextOfWave = async (size: number, normalize = false) => {
  const rows = times(240, i => times(12, t => Math.sin(0.5 * t + 6.28 * noise(i))))
  const targets = times(240, i => [size * Math.sin(6 + 6.28 * noise(i))])
  const tensor = (from: number, to: number) => ({
    dtype: 'float32' as const,
    shape: [to - from, 12, 1],
    data: Float32Array.from(rows.slice(from, to).flat()),
  })
  return dataOf({
    train: { inputs: tensor(0, 200), targets: targets.slice(0, 200) },
    validation: { inputs: tensor(200, 240), targets: targets.slice(200) },
    ...(normalize ? { normalize: { targets: true } } : {}),
  })
}
const table = times(300, i => times(6, j => 16 * noise(11 * i + j + 3)))
const sumsOver = table.map(row => Number(row[0]! + row[1]! > row[2]! + row[3]!))
const sorted = times(300, i => i).sort((a, b) => sumsOver[a]! - sumsOver[b]!)

/** With one planted illness. */
export const illLast: Readonly<Record<string, Unseen>> = {
  'a GRU and heights of five hundred': {
    experiment: {
      ...base,
      data: await nextOfWave(500),
      loss: meanSquaredError(),
      model: sequential(gru(12), linear(1)),
    },
    rule: 'targets-unscaled',
    when: 'before',
  },
  'dropout of .75 between two LSTM': {
    experiment: {
      ...base,
      data: await waves(200, 14),
      model: sequential(lstm(12, { output: 'sequence' }), dropout(0.75), lstm(12), linear(2)),
    },
    rule: 'dropout-too-high',
    layer: '1',
    when: 'before',
  },
  'weights no longer than .02': {
    experiment: { ...base, model: mlp, constraint: maxNorm(0.02) },
    rule: 'decay-too-strong',
    when: 'after',
  },
  'digits and gradients cut to a hundred-thousandth': {
    experiment: {
      ...onDigits,
      model: sequential(linear(32), relu(), linear(10)),
      optimizer: sgd({ learningRate: 0.1 }),
      clip: clipByNorm(1e-5),
    },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'convolutions and Nadam at a rate of .5': {
    experiment: {
      ...onDigits,
      model: sequential(
        reshape([1, 28, 28]),
        conv2d(6, 3, { stride: 2 }),
        relu(),
        conv2d(8, 3, { stride: 2 }),
        relu(),
        flatten(),
        linear(10),
      ),
      optimizer: nadam({ learningRate: 0.5 }),
    },
    rule: 'learning-rate-too-high',
    when: 'after',
  },
  'fifteen ELU layers with weights of .05': {
    experiment: {
      ...base,
      data: moons,
      model: sequential(...hidden(15, 24, { weightInit: normal(0, 0.05) }, elu()), linear(2)),
    },
    rule: 'vanishing-gradient',
    layer: '0',
    when: 'before',
  },
  'ten GELU layers with weights of .6': {
    experiment: {
      ...base,
      model: sequential(...hidden(10, 32, { weightInit: normal(0, 0.6) }, gelu()), linear(2)),
    },
    rule: 'exploding-gradient',
    layer: '0',
    when: 'before',
  },
  'softsign with weights of 60': {
    experiment: {
      ...base,
      model: sequential(linear(32, { weightInit: normal(0, 60) }), softsign(), linear(2)),
    },
    rule: 'saturated',
    layer: '1',
    when: 'before',
  },
  'a tanh before targets up to 8': {
    experiment: {
      ...base,
      data: await measured(
        table.map(row => row.map(x => x / 8 - 1)),
        table.map(([a = 0]) => [a / 2]),
      ),
      loss: meanAbsoluteError(),
      model: sequential(linear(32), relu(), linear(1), tanh()),
    },
    rule: 'targets-out-of-range',
    layer: '3',
    when: 'before',
  },
  'Adagrad at a rate of a hundred-thousandth': {
    experiment: { ...base, data: moons, model: mlp, optimizer: adagrad({ learningRate: 1e-5 }) },
    rule: 'learning-rate-too-low',
    when: 'after',
  },
  'a line for a circle in a circle': {
    experiment: { ...base, data: circles, model: sequential(linear(2)) },
    rule: 'plateau',
    when: 'after',
  },
  'a table and running statistics that hardly move': {
    experiment: {
      ...base,
      data: await classed(2, { inputs: table, targets: sumsOver }),
      model: sequential(linear(24), batchNorm({ momentum: 5e-4 }), tanh(), linear(2)),
      epochs: 15,
    },
    rule: 'norm-statistics',
    layer: '1',
    when: 'after',
  },
  'thirty noisy rows for three hundred epochs': {
    experiment: {
      ...base,
      data: await toys.moons({ count: 50, noise: 0.5 }),
      model: sequential(linear(128), tanh(), linear(128), tanh(), linear(2)),
      epochs: 300,
    },
    rule: 'overfitting',
    when: 'after',
  },
  'rows that were sorted before they were parted': {
    experiment: {
      ...base,
      data: await classed(2, {
        inputs: sorted.map(i => table[i]!),
        targets: sorted.map(i => sumsOver[i]!),
      }),
      model: mlp,
    },
    rule: 'splits-differ',
    when: 'before',
  },
  'a middle layer of zeros': {
    experiment: {
      ...onDigits,
      model: sequential(
        linear(32),
        relu(),
        linear(32, { weightInit: zeros() }),
        relu(),
        linear(10),
      ),
    },
    rule: 'weights-alike',
    layer: '2',
    when: 'before',
  },
}

/** With which nothing is wrong. */
export const healthyLast: Readonly<Record<string, Experiment>> = {
  'a GRU that foretells a wave': {
    ...base,
    data: await nextOfWave(1),
    loss: meanSquaredError(),
    model: sequential(gru(12), linear(1)),
    epochs: 20,
  },
  'ELU on digits': { ...onDigits, model: sequential(linear(48), elu(), linear(10)) },
  'convolutions with batch normalisation and dropout': {
    ...onDigits,
    model: sequential(
      reshape([1, 28, 28]),
      conv2d(6, 3, { stride: 2 }),
      batchNorm(),
      relu(),
      maxPool2d(2),
      flatten(),
      dropout(0.3),
      linear(10),
    ),
  },
  'Adagrad on blobs': {
    ...base,
    data: blobs,
    optimizer: adagrad({ learningRate: 0.05 }),
    model: sequential(linear(24), relu(), linear(3)),
  },
  'softmax regression from zeros on digits': {
    ...onDigits,
    model: sequential(linear(10, { weightInit: zeros() })),
  },
  'residual branches that begin at 0': {
    ...base,
    data: moons,
    model: sequential(
      linear(16),
      ...times(4, () =>
        residual(sequential(relu(), linear(16), relu(), linear(16, { weightInit: zeros() }))),
      ),
      relu(),
      linear(2),
    ),
  },
  'yes or no of moons': {
    ...base,
    data: await measured(
      times(300, i => [4 * noise(i) - 2, 4 * noise(i + 700) - 2]),
      times(300, i => [Number(4 * noise(i) - 2 > Math.sin(8 * noise(i + 700) - 4))]),
    ),
    loss: binaryCrossEntropy(),
    model: sequential(linear(24), relu(), linear(1)),
    epochs: 20,
  },
  'Adamax on spirals': {
    ...base,
    data: spirals,
    optimizer: adamax({ learningRate: 0.01 }),
    model: mlp,
  },
  'layer normalisation of a table': {
    ...base,
    data: await dataOf({
      classes: 2,
      train: { inputs: table.slice(0, 240), targets: sumsOver.slice(0, 240) },
      validation: { inputs: table.slice(240), targets: sumsOver.slice(240) },
      normalize: 'standard',
    }),
    model: sequential(linear(24), layerNorm(), relu(), linear(2)),
    epochs: 15,
  },
  'smoothed labels': {
    ...onDigits,
    loss: crossEntropy({ labelSmoothing: 0.1 }),
    model: sequential(linear(64), relu(), linear(10)),
  },
  'one cycle of the rate': {
    ...base,
    data: circles,
    model: mlp,
    schedule: oneCycle(),
    optimizer: adam({ learningRate: 0.02 }),
    epochs: 20,
  },
  'short weights and noise': {
    ...onDigits,
    model: sequential(
      gaussianNoise(0.1),
      linear(64, { weightInit: heNormal() }),
      relu(),
      dropout(0.3),
      linear(10),
    ),
    constraint: maxNorm(3),
  },
  'large steps of SGD on moons': {
    ...base,
    data: moons,
    model: mlp,
    batchSize: 50,
    optimizer: sgd({ learningRate: 0.3 }),
  },
}
