import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, type Named, tensor } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { constant, type Value } from '../ir/index.ts'
import {
  averagingWeight,
  type ClipConfig,
  clipByNorm,
  clipByValue,
  clipped,
  constrained,
  earlyStopping,
  ema,
  maxNorm,
  swa,
} from './index.ts'

const valuesOf = (values: Named<Value>): number[][] =>
  evaluate(Object.values(values)).map(({ data }) => [...data])

describe('clipByNorm', () => {
  const gradients = { a: constant([[3, 0]], 'float64'), b: constant([0, -4], 'float64') }

  test('shortens all gradients together to the limit, in their direction', () => {
    assert.deepEqual(valuesOf(clipped(clipByNorm(2.5), gradients)), [
      [1.5, 0],
      [0, -2],
    ])
  })

  test('leaves shorter ones as they are, to the bit', () => {
    const odd = { a: constant([[0.1, 1 / 3]]), b: constant([-1e-30, 0]) }
    assert.deepEqual(valuesOf(clipped(clipByNorm(1), odd)), valuesOf(odd))
  })

  test('leaves zeros zeros', () => {
    assert.deepEqual(valuesOf(clipped(clipByNorm(1), { a: constant([0, 0]) })), [[0, 0]])
  })
})

test('clipByValue holds every element within the limits', () => {
  const gradients = { a: constant([3, -3, 0.5, 0], 'float64') }
  assert.deepEqual(valuesOf(clipped(clipByValue(2), gradients)), [[2, -2, 0.5, 0]])
})

describe('maxNorm', () => {
  const apply = (limit: number, values: Parameters<typeof tensor>[0]) => [
    ...evaluate([constrained(maxNorm(limit), constant(tensor(values)))])[0]!.data,
  ]

  test('shortens each row of a weight that is too long, and leaves the others to the bit', () => {
    assert.deepEqual(
      apply(2.5, [
        [3, 4],
        [0.125, 0.75],
        [0, 0],
      ]),
      [1.5, 2, 0.125, 0.75, 0, 0],
    )
  })

  test('goes by the output channels of a kernel', () => {
    assert.deepEqual(
      apply(1.25, [
        [[[3, 0]], [[0, 4]]],
        [[[0.5, 0]], [[0, 0]]],
      ]),
      [0.75, 0, 0, 1, 0.5, 0, 0, 0],
    )
  })

  test('leaves biases free', () => {
    assert.deepEqual(apply(1, [30, 40]), [30, 40])
  })
})

describe('the weight of a step in an average', () => {
  const weights = (averaging: Parameters<typeof averagingWeight>[0], epochs: number) =>
    Array.from({ length: 2 * epochs }, (_, i) =>
      averagingWeight(averaging, { step: i + 1, stepsPerEpoch: 2, epochs }),
    )

  test('is that of the newest in a moving average, which begins with the first step', () => {
    assert.deepEqual(weights(ema({ decay: 0.75 }), 2), [1, 0.25, 0.25, 0.25])
  })

  test('makes the mean of the ends of the last epochs', () => {
    assert.deepEqual(weights(swa({ start: 0.5 }), 6), [0, 1, 0, 1, 0, 1, 0, 1, 0, 1 / 2, 0, 1 / 3])
    assert.deepEqual(weights(swa({ start: 0 }), 3), [0, 1, 0, 1 / 2, 0, 1 / 3])
    assert.deepEqual(weights(swa(), 1), [0, 1])
  })
})

test('descriptions are frozen and survive JSON', () => {
  for (const config of [clipByNorm(), clipByValue(), maxNorm(), ema(), swa(), earlyStopping()]) {
    assert.ok(Object.isFrozen(config))
    assert.deepEqual(JSON.parse(JSON.stringify(config)), config)
  }
})

const refused: readonly (readonly [make: () => unknown, message: RegExp])[] = [
  [() => clipByNorm(0), /^clipByNorm limit: expected a number > 0, received 0$/],
  [() => clipByValue(Number.NaN), /^clipByValue limit: .*received NaN$/],
  [() => maxNorm(-1), /^maxNorm limit: .*received -1$/],
  [() => ema({ decay: 1 }), /^ema decay: expected a number in 0 <= x < 1, received 1$/],
  [() => swa({ start: 1 }), /^swa start: .*received 1$/],
  [() => earlyStopping({ patience: 0 }), /patience: expected a positive integer, received 0$/],
  [() => earlyStopping({ minDelta: -1 }), /^earlyStopping minDelta: expected a number >= 0/],
  [() => earlyStopping({ monitor: 'error' as 'loss' }), /"loss" or "accuracy", received "error"$/],
  [() => earlyStopping({ restoreBest: 1 as never }), /expected true or false, received 1$/],
  [
    () => clipped({ kind: 'norm', limit: 1 } as never as ClipConfig, {}),
    /^clip: .*received "norm"$/,
  ],
  [
    () => constrained({ kind: 'unit', limit: 1 } as never, constant([1])),
    /^constraint: expected one of maxNorm, received "unit"$/,
  ],
  [
    () => averagingWeight({ kind: 'mean' } as never, { step: 1, stepsPerEpoch: 1, epochs: 1 }),
    /^averaging: expected one of ema, swa, received "mean"$/,
  ],
]
for (const [make, message] of refused)
  test(`settings out of range are refused: ${message.source}`, () => {
    assert.throws(make, error => error instanceof ConfigError && message.test(error.message))
  })
