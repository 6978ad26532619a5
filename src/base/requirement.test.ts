import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  checked,
  integerFrom,
  listOf,
  numberFrom,
  oneOf,
  type Requirement,
  requirements,
  requireSetting,
} from './requirement.ts'

const { number, amount, positive, share, wholeShare, count, countOrNone, flag, counts } =
  requirements

const cases: Readonly<
  Record<string, { is: Requirement; held: readonly unknown[]; not: readonly unknown[] }>
> = {
  number: { is: number, held: [0, -1e300, 0.5], not: [Number.NaN, Infinity, '1', null, 1n] },
  amount: { is: amount, held: [0, -0, 2.5], not: [-1e-9, Number.NaN, Infinity] },
  positive: { is: positive, held: [1e-300, 3], not: [0, -1, Infinity] },
  share: { is: share, held: [0, 0.999], not: [1, -0.1] },
  wholeShare: { is: wholeShare, held: [0, 1], not: [1.001, -0.1] },
  count: { is: count, held: [1, 2 ** 53 - 1], not: [0, 1.5, 2 ** 53, '3'] },
  countOrNone: { is: countOrNone, held: [0, 7], not: [-1, 0.5] },
  flag: { is: flag, held: [true, false], not: [0, 'true', undefined] },
  counts: { is: counts, held: [[], [1, 4, 9]], not: [[0], [2, 2], [3, 1], 3] },
  'a number from 1': { is: numberFrom(1), held: [1, 1.5], not: [0.99] },
  'an integer from 2': { is: integerFrom(2), held: [2], not: [1, 2.5] },
  'one of two words': { is: oneOf('loss', 'accuracy'), held: ['loss'], not: ['Loss', 0] },
  'a list of amounts': { is: listOf(amount), held: [[], [0, 1]], not: [[-1], 1] },
}
describe('requirements tell what holds from what does not', () => {
  for (const [name, { is, held, not }] of Object.entries(cases))
    test(name, () => {
      for (const value of held) assert.ok(is.holds(value), `${String(value)} holds`)
      for (const value of not) assert.ok(!is.holds(value), `${String(value)} does not`)
    })
})

const received: readonly (readonly [value: unknown, text: string])[] = [
  [Number.NaN, 'NaN'],
  ['1', '"1"'],
  [null, 'null'],
  [undefined, 'undefined'],
  [3n, '3'],
  [[1, Number.NaN, -Infinity], '[1,"NaN","-Infinity"]'],
  [Array(60).fill(7), `[${'7,'.repeat(49)}…`],
]
test('the error says who, what is expected, and what was received, cut where it is long', () => {
  for (const [value, text] of received)
    assert.throws(() => requireSetting('pump pressure', value, count), {
      name: 'ConfigError',
      message: `pump pressure: expected a positive integer, received ${text}`,
    })
})

test('a description is frozen once its settings hold; the first that does not is named', () => {
  const required = { size: count, rate: share, mode: oneOf('a', 'b') }
  const pump = checked({ kind: 'pump', size: 3, rate: 0.5 }, required)
  assert.ok(Object.isFrozen(pump))
  assert.deepEqual(pump, { kind: 'pump', size: 3, rate: 0.5 })
  assert.throws(() => checked({ kind: 'pump', size: 0, rate: 2 }, required), {
    message: 'pump size: expected a positive integer, received 0',
  })
  assert.throws(() => checked({ kind: 'pump', size: undefined }, required), {
    message: 'pump size: expected a positive integer, received undefined',
  })
})
