import { type Shape, sameShape, sizeOf, stridesOf } from '../../base/index.ts'
import { type OpName, perOperand, type Value } from '../../ir/index.ts'
import type { Group } from './groups.ts'
import {
  address,
  type Index,
  type Kernel,
  type KernelWriter,
  type LoopOptions,
  literal,
  type Place,
  rounded,
  uniformElement,
} from './kernel.ts'
import type { ElementRow, LoopsRow } from './row.ts'
import { rows } from './rows.ts'
import { type Block, isWhole, stretchedStrides, type View, wholeOf } from './view.ts'

/** Where values lie that were computed before, and those that are to be kept. */
export interface Surroundings {
  readonly viewOf: (value: Value) => View
  /** The block that a value of this kernel is stored in, if anything outside reads it. */
  readonly storeOf: (value: Value) => Block | undefined
}

/** The kernel of values that are computed in one loop nest. */
export function writeKernel(group: Group, { viewOf, storeOf }: Surroundings): Kernel {
  const text = new KernelText()
  const { source, inner, outer, shape } = group
  const isMember = (value: Value) =>
    value === source || inner.includes(value) || outer.includes(value)

  /** The name of an operand's element: computed here, or read from where it lies. */
  const operandAt = (
    operand: Value,
    domain: Shape,
    index: readonly Index[],
    names: Map<Value, string>,
    isOuter: boolean,
  ): string => {
    const known = names.get(operand)
    if (known !== undefined) return known
    const view = viewOf(operand)
    const isAligned = isOuter && isWhole(view) && sameShape(view.shape, domain)
    const name = text.load({ ...view, strides: stretchedStrides(view, domain) }, index, isAligned)
    names.set(operand, name)
    return name
  }
  /** Stores an element of a value; the name that it is known by from then on. */
  const settle = (value: Value, expression: string, isExact: boolean, index: readonly Index[]) => {
    const name = text.name('v')
    text.line(`const ${name} = ${isExact ? expression : rounded(value.dtype, expression)}`)
    const block = storeOf(value)
    if (block) text.store(wholeOf(block, value.shape), index, name)
    return name
  }
  const compute = (
    members: readonly Value[],
    domain: Shape,
    index: readonly Index[],
    names: Map<Value, string>,
    isOuter: boolean,
  ) => {
    for (const member of members) {
      const { element, isExact } = rows[member.op] as ElementRow<OpName>
      const operands = perOperand(member, x => operandAt(x, domain, index, names, isOuter))
      names.set(member, settle(member, element(operands, member), isExact, index))
    }
  }

  if (!source) {
    const operands = outer.flatMap(({ inputs }) => inputs).filter(x => !isMember(x))
    const strides = operands.map(operand => stretchedStrides(viewOf(operand), shape))
    text.nest(collapsed(shape, [stridesOf(shape), ...strides]), index =>
      compute(outer, shape, index, new Map(), true),
    )
    return text.kernel()
  }

  const row = rows[source.op] as LoopsRow<OpName>
  const writer: KernelWriter = {
    operands: row.fusesOperand ? [] : source.inputs.map(viewOf),
    line: statement => text.line(statement),
    loop: (n, body, options) => text.loop(n, body, options),
    nest: (sizes, body) => text.nest(sizes, body),
    when: (condition, body) => text.when(condition, body),
    name: stem => text.name(stem),
    read: (view, index) => text.reading(view, index, false),
    element(index) {
      const [operand] = source.inputs
      const names = new Map<Value, string>()
      compute(inner, operand.shape, index, names, false)
      return operandAt(operand, operand.shape, index, names, false)
    },
    scratch: sizes => wholeOf({ name: 'scratch', size: sizeOf(sizes) }, sizes),
    finish(index, expression) {
      const names = new Map([[source, settle(source, expression, row.isExact, index)]])
      compute(outer, shape, index, names, true)
    },
  }
  row.write(source, writer)
  return text.kernel()
}

/** The kernel that copies elements from one place to another. */
export function writeCopy(from: View, to: View): Kernel {
  const text = new KernelText()
  text.nest(collapsed(to.shape, [from.strides, to.strides]), index =>
    text.store(to, index, text.reading(from, index, false)),
  )
  return text.kernel()
}

/**
 * The sizes of loops over a shape in which neighbouring axes are one loop where every stride allows:
 * the outer of the two then has size 1.
 */
function collapsed(shape: Shape, strideLists: readonly (readonly number[])[]): number[] {
  const sizes = [...shape]
  let inner = shape.length - 1
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    if (sizes[axis] === 1) continue
    const isRun =
      sizes[inner] === 1 ||
      strideLists.every(strides => strides[axis] === strides[inner]! * sizes[inner]!)
    if (isRun && sizes[inner] !== 1) {
      sizes[inner]! *= sizes[axis]!
      sizes[axis] = 1
    } else inner = axis
  }
  return sizes
}

/** Statements, parameters and what they touch, as they are written. */
class KernelText {
  readonly written = new Set<Block>()
  readonly #read = new Map<Block, boolean>()
  readonly #places: Place[] = []
  readonly #head: string[] = []
  readonly #lines: string[] = []
  readonly #invariant = new Map<string, string>()
  #names = 0
  #depth = 1

  line(statement: string): void {
    this.#lines.push('  '.repeat(this.#depth) + statement)
  }

  name(stem: string): string {
    return `${stem}${this.#names++}`
  }

  loop(
    n: number,
    body: (index: Index) => void,
    { from = 0, step = 1, unrolled = false }: LoopOptions = {},
  ): void {
    if (unrolled || n - from <= step) {
      for (let at = from; at < n; at += step) body(at)
      return
    }
    const index = this.name('i')
    const advance = step === 1 ? `${index}++` : `${index} += ${step}`
    this.#block(`for (let ${index} = ${from}; ${index} < ${n}; ${advance})`, () => body(index))
  }

  when(condition: string, body: () => void): void {
    if (condition) this.#block(`if (${condition})`, body)
    else body()
  }

  nest(shape: Shape, body: (index: readonly Index[]) => void, outer: readonly Index[] = []): void {
    const n = shape[outer.length]
    if (n === undefined) body(outer)
    else this.loop(n, index => this.nest(shape, body, [...outer, index]))
  }

  /** The parameter that stands for a place. */
  parameter(place: Place): string {
    const isSame = ({ block, offset }: Place) => block === place.block && offset === place.offset
    const known = this.#places.findIndex(isSame)
    return `p${known < 0 ? this.#places.push(place) - 1 : known}`
  }

  /** An element where it lies, or the number it is known to be. */
  reading(view: View, index: readonly Index[], isAligned: boolean): string {
    const known = uniformElement(view.block)
    if (known !== undefined) return literal(known)
    this.#read.set(view.block, isAligned && (this.#read.get(view.block) ?? true))
    return `m[${address(this.parameter(view), index, view.strides)}]`
  }

  /** Writes a statement that reads an element; one that no loop moves is read before all loops. */
  load(view: View, index: readonly Index[], isAligned: boolean): string {
    const expression = this.reading(view, index, isAligned)
    if (!expression.startsWith('m[')) return expression
    const isFixed = index.every((at, axis) => typeof at === 'number' || view.strides[axis] === 0)
    const known = isFixed ? this.#invariant.get(expression) : undefined
    if (known !== undefined) return known
    const name = this.name('x')
    const statement = `const ${name} = ${expression}`
    if (!isFixed) this.line(statement)
    else {
      this.#head.push(`  ${statement}`)
      this.#invariant.set(expression, name)
    }
    return name
  }

  store(view: View, index: readonly Index[], element: string): void {
    this.written.add(view.block)
    this.line(`m[${address(this.parameter(view), index, view.strides)}] = ${element}`)
  }

  #block(head: string, body: () => void): void {
    this.line(`${head} {`)
    this.#depth++
    body()
    this.#depth--
    this.line('}')
  }

  kernel(): Kernel {
    return {
      parameters: this.#places.map((_, i) => `p${i}`),
      body: [...this.#head, ...this.#lines].join('\n'),
      places: this.#places,
      written: this.written,
      read: this.#read,
    }
  }
}
