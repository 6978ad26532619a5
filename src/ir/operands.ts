import type { OpName } from './op-attrs.ts'
import type { Value } from './value.ts'

/** The ops that take another number of operands than one. */
interface Arities {
  readonly input: 0
  readonly constant: 0
  readonly add: 2
  readonly sub: 2
  readonly mul: 2
  readonly div: 2
  readonly pow: 2
  readonly max: 2
  readonly min: 2
  readonly equal: 2
  readonly less: 2
  readonly where: 3
  readonly matmul: 2
  readonly conv2d: 2
  readonly conv2dInputGradient: 2
  readonly conv2dWeightGradient: 2
  readonly maxPool2dGradient: 3
  readonly concat: 'any'
  readonly gather: 2
  readonly scatterAdd: 2
}

type ArityTable = { readonly [K in OpName]: K extends keyof Arities ? Arities[K] : 1 }

/** How many operands an op takes. */
export type Arity<K extends OpName> = ArityTable[K]

interface Tuples<T> {
  readonly 0: readonly []
  readonly 1: readonly [T]
  readonly 2: readonly [T, T]
  readonly 3: readonly [T, T, T]
  readonly any: readonly [T, ...T[]]
}

type OperandTable<T> = { readonly [K in OpName]: Tuples<T>[Arity<K>] }

/** One thing for each operand of an op: its value, its tensor, its name. */
export type Operands<K extends OpName, T> = readonly T[] & OperandTable<T>[K]

/** One thing for each operand of a value, in their order. */
export function perOperand<K extends OpName, T>(
  value: Value<K>,
  of: (operand: Value, i: number) => T,
): Operands<K, T> {
  return value.inputs.map(of) as unknown as Operands<K, T>
}

/** The ops that take so many operands. */
export type OpOfArity<N> = {
  readonly [K in OpName]: Arity<K> extends N ? K : never
}[OpName]
