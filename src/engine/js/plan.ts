import { type DType, type Named, type Shape, sizeOf } from '../../base/index.ts'
import { inputsOf, type Program, resultsOf, type Value, valuesOf } from '../../ir/index.ts'
import { groupsOf } from './groups.ts'
import { type Kernel, nameOf, type Place } from './kernel.ts'
import { type Layout, layOut } from './lay-out.ts'
import { rows } from './rows.ts'
import { type Block, isRowMajor, isWhole, partOf, type View, wholeOf } from './view.ts'
import { writeCopy, writeKernel } from './write-kernel.ts'

/** One kernel in the order of a step. */
export interface Task {
  readonly kernel: Kernel
  /** For the reader: what it computes. */
  readonly comment: string
}

/** A tensor at the edge of a program, and the block it lies in. */
export interface Held {
  readonly block: Block
  readonly dtype: DType
  readonly shape: Shape
}

/** What a step does, in blocks of memory. */
export interface Plan {
  readonly tasks: readonly Task[]
  readonly inputs: Named<Held>
  readonly outputs: Named<Held>
  /** Where the state is kept, and where its next elements are when a step is done. */
  readonly state: Named<Held & { readonly next: Block }>
  /** Blocks that lie inside another. */
  readonly placed: ReadonlyMap<Block, Place>
}

/** The plan of a program. */
export function planOf(program: Program): Plan {
  const order = valuesOf(resultsOf(program))
  const layout = layOut(order)
  const { tasks, placed } = tasksOf(order, new Set(resultsOf(program)), layout)
  const settled = settleResults(program, layout, tasks)
  const inputs = Object.fromEntries(
    [...inputsOf(program)].map(([name, value]) => [
      name,
      heldIn(layout.views.get(value)!.block, value),
    ]),
  )
  const state: Record<string, Held & { next: Block }> = {}
  for (const [name, value] of Object.entries(program.state)) {
    const next = settled.get(value)!
    const block = inputs[name]?.block ?? { name, size: next.size }
    state[name] = { ...heldIn(block, value), next }
    if (canLieIn(block, next, tasks, placed, layout)) placed.set(next, { block, offset: 0 })
  }
  const outputs = Object.fromEntries(
    Object.entries(program.outputs).map(([name, value]) => [
      name,
      heldIn(settled.get(value)!, value),
    ]),
  )
  return { tasks, inputs, outputs, state, placed }
}

const heldIn = (block: Block, { dtype, shape }: Value): Held => ({ block, dtype, shape })

/** The kernels of all values in order. */
function tasksOf(
  order: readonly Value[],
  results: ReadonlySet<Value>,
  { views, owners, copies }: Layout,
): { tasks: Task[]; placed: Map<Block, Place> } {
  const groups = groupsOf(order, views, block => owners.get(block)!)
  const groupOf = new Map(
    [...groups.values()].flatMap(group =>
      [...group.inner, ...(group.source ? [group.source] : []), ...group.outer].map(
        member => [member, group] as const,
      ),
    ),
  )
  const isKept = new Set(results)
  for (const value of order)
    for (const operand of value.inputs)
      if (!groupOf.has(value) || groupOf.get(operand) !== groupOf.get(value)) isKept.add(operand)

  const tasks: Task[] = []
  const placed = new Map<Block, Place>()
  const viewOf = (value: Value) => views.get(value)!
  const storeOf = (value: Value) => (isKept.has(value) ? viewOf(value).block : undefined)
  for (const value of order) {
    const comment = nameOf(value)
    const group = groups.get(value)
    if (group) tasks.push({ kernel: writeKernel(group, { viewOf, storeOf }), comment })
    else if (copies.has(value)) {
      const [operand] = value.inputs
      const to = wholeOf(viewOf(value).block, operand.shape)
      tasks.push({ kernel: writeCopy(viewOf(operand), to), comment })
    } else if (rows[value.op].kind === 'join')
      for (const { from, to } of pieces(value, viewOf)) {
        const place = { block: to.block, offset: to.offset }
        const isFree = !placed.has(from.block) && isComputed(owners.get(from.block)!)
        if (isFree && isWhole(from) && isRowMajor(to)) placed.set(from.block, place)
        else tasks.push({ kernel: writeCopy(from, to), comment })
      }
  }
  return { tasks, placed }
}

const isComputed = ({ op }: Value): boolean => rows[op].kind !== 'leaf'

/** Where the operands of a join lie, and where in its block they belong. */
function* pieces(
  value: Value,
  viewOf: (value: Value) => View,
): Generator<{ from: View; to: View }> {
  const { axis } = value.attrs as { readonly axis: number }
  const whole = viewOf(value)
  let start = 0
  for (const operand of value.inputs) {
    const starts = value.shape.map((_, i) => (i === axis ? start : 0))
    yield { from: viewOf(operand), to: partOf(whole, starts, operand.shape) }
    start += operand.shape[axis]!
  }
}

/**
 * A block for every result that it alone fills and no later step overwrites before it is read. What
 * comes from an input is copied first of all, since the state may be overwritten in place.
 */
function settleResults(
  program: Program,
  { views, owners }: Layout,
  tasks: Task[],
): Map<Value, Block> {
  const settled = new Map<Value, Block>()
  for (const value of new Set(resultsOf(program))) {
    const view = views.get(value)!
    const isInput = owners.get(view.block)!.op === 'input'
    if (!isInput && isWhole(view)) {
      settled.set(value, view.block)
      continue
    }
    const block = { name: 'copy', size: sizeOf(value.shape) }
    const task = { kernel: writeCopy(view, wholeOf(block, value.shape)), comment: nameOf(value) }
    if (isInput) tasks.unshift(task)
    else tasks.push(task)
    settled.set(value, block)
  }
  return settled
}

/**
 * Whether a result can be written over the state that it replaces: from its first element on, nothing
 * reads the state but a loop that is at the same element.
 */
function canLieIn(
  state: Block,
  next: Block,
  tasks: readonly Task[],
  placed: ReadonlyMap<Block, Place>,
  { owners }: Layout,
): boolean {
  const owner = owners.get(next)
  if (placed.has(next) || (owner && !isComputed(owner))) return false
  const isWithin = (block: Block): boolean =>
    block === next || (placed.has(block) && isWithin(placed.get(block)!.block))
  const writes = ({ kernel }: Task) => [...kernel.written].some(isWithin)
  const first = tasks.findIndex(writes)
  return tasks.slice(first).every(({ kernel }, i) => {
    const isAligned = kernel.read.get(state)
    return isAligned === undefined || (isAligned && i === 0 && kernel.written.has(next))
  })
}
