import type { Value } from '../../src/ir/index.ts'
import { byHand, type OpCase } from './op-case.ts'

type Feed = OpCase['feeds'][string]

/** A case of one operand, expected by hand where no other source is named. */
export type UnaryRow = readonly [
  name: string,
  op: OpCase['op'],
  f: (x: Value) => Value,
  x: Feed,
  expected: OpCase['expected'],
  source?: string,
  tolerance?: Pick<OpCase, 'epsilons' | 'scale'>,
]

/** A case of two operands, expected by hand where no other source is named. */
export type BinaryRow = readonly [
  name: string,
  op: OpCase['op'],
  f: (a: Value, b: Value) => Value,
  a: Feed,
  b: Feed,
  expected: OpCase['expected'],
  source?: string,
  tolerance?: Pick<OpCase, 'epsilons' | 'scale'>,
]

/** The cases of rows of one operand. */
export function unaryCases(rows: readonly UnaryRow[]): OpCase[] {
  return rows.map(([name, op, f, x, expected, source = byHand, tolerance]) => ({
    name,
    op,
    feeds: { x },
    build: inputs => f(inputs.x!),
    expected,
    source,
    ...tolerance,
  }))
}

/** The cases of rows of two operands. */
export function binaryCases(rows: readonly BinaryRow[]): OpCase[] {
  return rows.map(([name, op, f, a, b, expected, source = byHand, tolerance]) => ({
    name,
    op,
    feeds: { a, b },
    build: inputs => f(inputs.a!, inputs.b!),
    expected,
    source,
    ...tolerance,
  }))
}
