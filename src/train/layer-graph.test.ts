import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DataSource, dataOf } from '../data/index.ts'
import {
  batchNorm,
  dropout,
  flatten,
  type LayerConfig,
  linear,
  relu,
  residual,
  sequential,
} from '../nn/index.ts'
import { layerGraph } from './index.ts'

const data: DataSource = await dataOf({
  train: { inputs: [0, 1, 2, 3].map(i => [i, 1]), targets: [0, 1, 0, 1] },
  classes: 2,
})

const cases: readonly [what: string, model: LayerConfig, lines: readonly string[]][] = [
  ['a single layer', linear(3), [' linear: input -> 3, 9']],
  [
    'a sequence, with what training alone has',
    sequential(linear(4), batchNorm(), dropout(0.5), relu()),
    [
      '0 linear: input -> 4, 12',
      '1 batchNorm: 0 -> 4, 8',
      '2 dropout: 1 -> 4, 0',
      '3 relu: 2 -> 4, 0',
    ],
  ],
  [
    'a sequence in a sequence',
    sequential(flatten(), sequential(linear(4), relu()), linear(2)),
    [
      '0 flatten: input -> 2, 0',
      '1.0 linear: 0 -> 4, 12',
      '1.1 relu: 1.0 -> 4, 0',
      '2 linear: 1.1 -> 2, 10',
    ],
  ],
  [
    'a way around',
    sequential(linear(4), residual(sequential(linear(4), relu()))),
    [
      '0 linear: input -> 4, 12',
      '1.branch.0 linear: 0 -> 4, 20',
      '1.branch.1 relu: 1.branch.0 -> 4, 0',
      '1 residual: 0 1.branch.1 -> 4, 0',
    ],
  ],
]

for (const [what, model, lines] of cases)
  test(`${what} is told layer by layer`, () => {
    assert.deepEqual(
      layerGraph({ model, data }).map(
        ({ path, kind, inputs, shape, parameters }) =>
          `${path} ${kind}: ${inputs.join(' ')} -> ${shape.join(' ')}, ${parameters}`,
      ),
      lines,
    )
  })
