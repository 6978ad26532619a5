import type { Operands, OpName, Value } from '../../ir/index.ts'
import type { KernelWriter } from './kernel.ts'
import type { View } from './view.ts'

/** How the results of an op come about in JavaScript. */
export type JsRow<K extends OpName> =
  /** Is given: an input or a constant. */
  | { readonly kind: 'leaf' }
  /** The operand's elements where they lie; undefined when they have to be copied. */
  | { readonly kind: 'view'; readonly view: (x: View, value: Value<K>) => View | undefined }
  /** The operands' elements one after the other; operands are computed in their place. */
  | { readonly kind: 'join' }
  /** Element by element, so that it is computed wherever its operands are. */
  | ElementRow<K>
  /** Loops of its own, after which elementwise ops follow on each element. */
  | LoopsRow<K>

/** An elementwise op as an expression of its operands' elements. */
export interface ElementRow<K extends OpName> {
  readonly kind: 'element'
  readonly element: (operands: Operands<K, string>, value: Value<K>) => string
  /** Whether the result is a number of the element type without rounding. */
  readonly isExact: boolean
}

/** An op that writes its own loops and hands each element of its result to `kernel.finish`. */
export interface LoopsRow<K extends OpName> {
  readonly kind: 'loops'
  readonly write: (value: Value<K>, kernel: KernelWriter) => void
  readonly isExact: boolean
  /** Whether it asks for its only operand by `kernel.element`, which may be computed on the spot. */
  readonly fusesOperand: boolean
}

/** A row of element by element, rounded to its element type. */
export const element = (
  f: (...operands: string[]) => string,
  { isExact = false } = {},
): ElementRow<OpName> => ({ kind: 'element', element: operands => f(...operands), isExact })

/** A row of element by element whose result needs no rounding. */
export const exact = (f: (...operands: string[]) => string): ElementRow<OpName> =>
  element(f, { isExact: true })

/** A row with loops of its own. */
export const loops = <K extends OpName>(
  write: LoopsRow<K>['write'],
  { isExact = false, fusesOperand = false } = {},
): LoopsRow<K> => ({ kind: 'loops', write, isExact, fusesOperand })
