// Of the kinds that a judge made up who had not seen the rules, and that they missed.
import {
  adam,
  crossEntropy,
  dataOf,
  gru,
  linear,
  meanSquaredError,
  momentum,
  relu,
  sequential,
  tanh,
} from 'justright'
import { base, classed, times } from './data.ts'
import { noise } from './numbers.ts'
import type { Unseen } from './unseen.ts'

/** Twelve numbers, three of which decide by a rule that is no line; half of the rows are to validate with. */
const houses = times(120, i => times(12, j => 2 * noise(31 * i + j) - 1))
const prices = houses.map(([a = 0, b = 0, c = 0]) => [2 * a * b + Math.sin(3 * c)])
const half = (from: number, to: number) => ({
  inputs: houses.slice(from, to),
  targets: prices.slice(from, to),
})

/** Twenty kinds around centres of their own. */
const kinds = times(400, i => i % 20)
const letters = kinds.map((kind, i) =>
  times(6, j => 3 * noise(17 * kind + j + 1) + 0.3 * noise(13 * i + 7 * j)),
)

const melodies = times(240, i => times(20, t => Math.sin(t * (0.3 + 0.4 * noise(i)))))

/** With one planted illness. */
export const illJudged: Readonly<Record<string, Unseen>> = {
  'sixty rows of a regression, learnt by heart': {
    experiment: {
      ...base,
      data: await dataOf({ train: half(0, 60), validation: half(60, 120) }),
      loss: meanSquaredError(),
      model: sequential(linear(128), relu(), linear(128), relu(), linear(1)),
      optimizer: adam({ learningRate: 0.003 }),
      epochs: 150,
    },
    rule: 'overfitting',
    when: 'after',
  },
  'momentum of .98 at a rate of .5': {
    experiment: {
      ...base,
      data: await classed(20, { inputs: letters, targets: kinds }),
      model: sequential(linear(32), relu(), linear(20)),
      optimizer: momentum({ learningRate: 0.5, momentum: 0.98 }),
    },
    rule: 'learning-rate-too-high',
    when: 'before',
  },
  'one tanh unit for twenty kinds': {
    experiment: {
      ...base,
      data: await classed(20, { inputs: letters, targets: kinds }),
      loss: crossEntropy(),
      model: sequential(linear(1), tanh(), linear(20)),
    },
    rule: 'underfitting',
    when: 'after',
  },
  'a GRU and labels that have nothing to do with its melodies': {
    experiment: {
      ...base,
      data: await classed(
        3,
        { inputs: melodies, targets: times(240, i => Math.floor(3 * noise(i + 5000))) },
        [20, 1],
      ),
      model: sequential(gru(12), linear(3)),
      optimizer: adam({ learningRate: 0.003 }),
      epochs: 10,
    },
    rule: 'plateau',
    when: 'after',
  },
}
