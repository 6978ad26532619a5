import type { DType, Shape } from '../../base/index.ts'
import type { Value } from '../../ir/index.ts'
import type { Block, View } from './view.ts'

/** A place in an axis: a loop's variable, such a variable plus a number, or a number. */
export type Index = string | number

/** What an op with loops of its own writes its kernel with. */
export interface KernelWriter {
  /** Where the operands lie. An operand that is computed on the spot has no view; ask `element`. */
  readonly operands: readonly View[]
  /** Writes a statement. */
  line(statement: string): void
  /** Writes a loop from 0 up to `n` around what `body` writes; of one pass, just that. */
  loop(n: number, body: (index: Index) => void, options?: LoopOptions): void
  /** Writes nested loops over a shape. */
  nest(shape: Shape, body: (index: readonly Index[]) => void): void
  /** Writes what is done only when a condition holds; always where there is none. */
  when(condition: string, body: () => void): void
  /** A name for a variable that no other has. */
  name(stem: string): string
  /** The element of a view as an expression. */
  read(view: View, index: readonly Index[]): string
  /** Writes what computes an element of the only operand; returns its name. */
  element(index: readonly Index[]): string
  /** Memory for this kernel alone; what `read` gives of it can be assigned to. */
  scratch(shape: Shape): View
  /** Takes over an element of the result: rounds and stores it, and computes what follows from it. */
  finish(index: readonly Index[], expression: string): void
}

/** How a loop runs. */
export interface LoopOptions {
  readonly from?: number
  readonly step?: number
  /** Whether the passes are written out one after the other. */
  readonly unrolled?: boolean
}

/** The text of a loop nest, and the places in memory that its parameters stand for. */
export interface Kernel {
  readonly parameters: readonly string[]
  readonly body: string
  /** What to call it with: an offset in a block for each parameter. */
  readonly places: readonly Place[]
  readonly written: ReadonlySet<Block>
  /** Blocks that are read, and whether only at the element that is written in the same pass. */
  readonly read: ReadonlyMap<Block, boolean>
}

/** A place in memory. */
export interface Place {
  readonly block: Block
  readonly offset: number
}

/** `a + b`. */
export function plus(a: Index, b: Index): Index {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a === 0) return b
  if (b === 0) return a
  return typeof b === 'number' && b < 0 ? `${a} - ${-b}` : `${a} + ${b}`
}

/** `index * n`. */
export function times(index: Index, n: number): Index {
  if (typeof index === 'number') return index * n
  return n === 1 ? index : `${grouped(index)} * ${n}`
}

/** An expression that can stand in a product. */
function grouped(index: string): string {
  return index.includes(' ') ? `(${index})` : index
}

/** `base + index[0] strides[0] + …` with numbers added up. */
export function address(base: string, index: readonly Index[], strides: readonly number[]): string {
  let sum = 0
  const terms = [base]
  index.forEach((at, axis) => {
    const stride = strides[axis]!
    if (typeof at === 'number') sum += at * stride
    else if (stride === 1) terms.push(at)
    else if (stride !== 0) terms.push(`${grouped(at)} * ${stride}`)
  })
  if (sum !== 0) terms.push(String(sum))
  return terms.join(' + ')
}

/** The nearest number of the element type, as an expression of any number. */
export function rounded(dtype: DType, expression: string): string {
  if (dtype === 'float32') return `fround(${expression})`
  if (dtype === 'int32') return `(${expression}) | 0`
  if (dtype === 'uint8') return `(${expression}) & 255`
  return expression
}

/** A number as JavaScript, -0 included; negative ones in parentheses. */
export function literal(x: number): string {
  if (Object.is(x, -0)) return '(-0)'
  return x < 0 ? `(${x})` : String(x)
}

/** The number that all elements of a constant are, if it is one. */
export function uniformElement({ constant }: Block): number | undefined {
  const first = constant?.[0]
  return constant?.every(x => Object.is(x, first)) ? first : undefined
}

/** How a value is called in a comment. */
export function nameOf({ op, origin }: Value): string {
  return origin.path ? `${op} of ${origin.kind} "${origin.path}" (${origin.pass})` : op
}
