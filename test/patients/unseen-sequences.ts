// Made up after the rules: recurrent nets, convolutions along time and embeddings.
import {
  adam,
  constant,
  conv2d,
  type Experiment,
  embedding,
  flatten,
  globalAveragePool,
  gru,
  linear,
  lstm,
  maxPool2d,
  momentum,
  normal,
  orthogonal,
  relu,
  reshape,
  rnn,
  sequential,
  sgd,
} from 'justright'
import { base, remembered, times, waves, words } from './data.ts'

import type { Unseen } from './unseen.ts'

const short = await waves(250, 16)
const strips = reshape([1, 1, 16])
const onWaves = { ...base, data: short, epochs: 15 }
const onWords = { ...base, data: await words(300, 9), epochs: 15 }

/** With one planted illness. */
export const illSequences: Readonly<Record<string, Unseen>> = {
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
}

/** With which nothing is wrong. */
export const healthySequences: Readonly<Record<string, Experiment>> = {
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
}
