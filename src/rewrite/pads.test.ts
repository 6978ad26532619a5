import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { assertTensor } from '../../test/assert-tensor.ts'
import { wave } from '../../test/gradient-check.ts'
import { type Shape, sizeOf, tensorOf } from '../base/index.ts'
import { evaluate } from '../engine/index.ts'
import { gradients } from '../grad/index.ts'
import {
  add,
  exp,
  input,
  mul,
  type OpName,
  pad,
  pureProgram,
  slice,
  sum,
  type Value,
  valuesOf,
  verify,
} from '../ir/index.ts'
import { simplify } from './index.ts'

const block = (name: string, ...shape: Shape): Value => input(name, shape, 'float64')
/** Rows of a [6, 2] that a block of zeros surrounds. */
const rows = (name: string, start: number, count: number): Value =>
  pad(block(name, count, 2), [start, 0], [6 - start - count, 0])
const whole = block('whole', 6, 2)
const wide = block('wide', 6, 3)
const total = (...terms: readonly Value[]): Value => terms.reduce((a, b) => add(a, b))

/** Sums, and how often what is left of them pads, puts together and adds. */
const sums: readonly (readonly [
  name: string,
  y: Value,
  counts: Partial<Record<OpName, number>>,
])[] = [
  ['two halves', total(rows('a', 0, 3), rows('b', 3, 3)), { concat: 1 }],
  [
    'parts in any order',
    total(rows('d', 5, 1), rows('b', 1, 2), rows('a', 0, 1), rows('c', 3, 2)),
    { concat: 1 },
  ],
  ['a sum of sums', add(total(rows('a', 0, 2), rows('c', 4, 2)), rows('b', 2, 2)), { concat: 1 }],
  ['parts with room around', total(rows('a', 1, 2), rows('b', 3, 1)), { concat: 1, pad: 1 }],
  [
    'parts with a gap between',
    total(rows('a', 0, 2), rows('b', 2, 1), rows('c', 4, 1), rows('d', 5, 1)),
    { concat: 2, pad: 2, add: 1 },
  ],
  ['parts and a whole', total(rows('a', 0, 3), whole, rows('b', 3, 3)), { concat: 1, add: 1 }],
  ['the same rows twice', total(rows('a', 0, 3), rows('b', 0, 3)), { pad: 2, add: 1 }],
  ['rows that overlap', total(rows('a', 0, 3), rows('b', 2, 4)), { pad: 2, add: 1 }],
  [
    'the same rows twice, and what is below',
    total(rows('a', 0, 3), rows('b', 0, 3), rows('c', 3, 3)),
    { concat: 1, pad: 1, add: 1 },
  ],
  [
    'rows and columns',
    total(rows('a', 0, 3), pad(block('b', 6, 1), [0, 1], [0, 0])),
    { pad: 2, add: 1 },
  ],
  ['a corner', total(rows('a', 0, 3), pad(block('b', 3, 1), [3, 0], [0, 1])), { pad: 2, add: 1 }],
  ['one part that two sums read', mul(rows('a', 0, 3), add(rows('a', 0, 3), rows('b', 3, 3))), {}],
]

const feedsFor = (values: readonly Value[]) =>
  Object.fromEntries(
    valuesOf(values).flatMap(({ op, attrs, shape }) =>
      op === 'input'
        ? [[(attrs as { name: string }).name, tensorOf('float64', shape, wave(sizeOf(shape)))]]
        : [],
    ),
  )

describe('a sum of pads', () => {
  for (const [name, y, counts] of sums)
    test(`of ${name} keeps its value`, () => {
      const program = simplify(pureProgram({ y }))
      verify(program)
      const feeds = feedsFor([y])
      const [found, expected] = evaluate([program.outputs.y!, y], feeds)
      assertTensor(found, expected!)
      const ops = valuesOf([program.outputs.y!]).map(({ op }) => op)
      for (const op of Object.keys(counts).length > 0 ? (['concat', 'pad', 'add'] as const) : [])
        assert.equal(ops.filter(other => other === op).length, counts[op] ?? 0, op)
    })
})

test('a gradient of parts is one concat', () => {
  const columns = [0, 1, 2].map(i => slice(wide, [0, i], [6, i + 1]))
  const loss = sum(columns.map(column => exp(column)).reduce((a, b) => mul(a, b)))
  const [slope] = gradients(loss, [wide])
  const simple = simplify(pureProgram({ slope: slope! })).outputs.slope!
  assert.equal(simple.op, 'concat')
  const feeds = feedsFor([slope!])
  const [found, expected] = evaluate([simple, slope!], feeds)
  assertTensor(found, expected!)
})

test('a sum that several results read is joined once, and its parts stay what they are', () => {
  const half = add(rows('a', 0, 3), rows('b', 3, 3))
  const program = simplify(pureProgram({ half, more: add(half, whole), twice: add(half, half) }))
  const all = valuesOf(Object.values(program.outputs))
  assert.equal(all.filter(({ op }) => op === 'concat').length, 1)
  assert.equal(all.filter(({ op }) => op === 'pad').length, 0)
})
