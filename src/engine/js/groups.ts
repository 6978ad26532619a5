import { type Shape, sameShape } from '../../base/index.ts'
import type { OpName, Value } from '../../ir/index.ts'
import type { JsRow } from './row.ts'
import { rows } from './rows.ts'
import type { Block, View } from './view.ts'

/** Values that one loop nest computes. Nothing outside reads them but those that are kept. */
export interface Group {
  /** The op that writes the loops; a plain loop over the shape without one. */
  readonly source?: Value
  /** Elementwise ops on the operand of the source, operands first. */
  readonly inner: readonly Value[]
  /** Elementwise ops on the result of the source, or by themselves, operands first. */
  readonly outer: readonly Value[]
  /** The shape of the source and of all that is outer. */
  readonly shape: Shape
}

/** Elementwise ops in one loop; more would only crowd the registers. */
const mostMembers = 40

interface Draft {
  source?: Value
  inner: Value[]
  outer: Value[]
  shape: Shape
}

/**
 * The loop nests of values, each at the value in whose turn it runs.
 *
 * A value joins the loop of those that read it when there is one such loop and it reads the value at
 * the element that it is at: what is read once never goes through memory. Then a loop of elementwise
 * ops joins the loop before it, if all else that it reads is there by then.
 */
export function groupsOf(
  order: readonly Value[],
  views: ReadonlyMap<Value, View>,
  ownerOf: (block: Block) => Value,
): Map<Value, Group> {
  const groupOf = joined(order)
  const position = new Map(order.map((value, i) => [value, i]))
  const lastOf = ({ outer, source }: Draft): Value => outer.at(-1) ?? source!
  const drafts = [...new Set(order.flatMap(value => groupOf.get(value) ?? []))]
  // A group that others are merged into still runs in the turn of its own last member.
  const turn = new Map(drafts.map(draft => [draft, lastOf(draft)]))
  const turnOf = (draft: Draft): number => position.get(turn.get(draft)!)!
  const readyAt = (value: Value): number => {
    const owner = ownerOf(views.get(value)!.block)
    const by = groupOf.get(owner)
    if (by) return turnOf(by)
    return rows[owner.op].kind === 'leaf' ? -1 : position.get(owner)!
  }
  const groups = new Map<Value, Group>()
  for (const draft of drafts.sort((a, b) => turnOf(a) - turnOf(b))) {
    const host = hostOf(draft, groupOf, readyAt, turnOf)
    if (host) {
      host.outer.push(...draft.outer)
      for (const member of draft.outer) groupOf.set(member, host)
    } else groups.set(turn.get(draft)!, draft)
  }
  return groups
}

/** The group of every value that loops compute: values join their readers, last first. */
function joined(order: readonly Value[]): Map<Value, Draft> {
  const groupOf = new Map<Value, Draft>()
  const readers = new Map<Value, Value[]>()
  for (const reader of order)
    for (const operand of new Set(reader.inputs))
      readers.set(operand, [...(readers.get(operand) ?? []), reader])
  for (const value of order.toReversed()) {
    const row = rowOf(value)
    if (row.kind !== 'element' && row.kind !== 'loops') continue
    const draft = join(value, row, readers.get(value) ?? [], groupOf)
    groupOf.set(value, draft)
  }
  return groupOf
}

function join(
  value: Value,
  row: JsRow<OpName>,
  readers: readonly Value[],
  groupOf: ReadonlyMap<Value, Draft>,
): Draft {
  const isLoops = row.kind === 'loops'
  const alone = { inner: [], outer: isLoops ? [] : [value], shape: value.shape }
  const fresh: Draft = isLoops ? { ...alone, source: value } : alone
  const group = readers[0] && groupOf.get(readers[0])
  if (!group || readers.some(reader => groupOf.get(reader) !== group)) return fresh
  if (group.inner.length + group.outer.length >= mostMembers) return fresh
  const { source, outer, inner } = group
  if (readers.every(reader => outer.includes(reader)) && sameShape(value.shape, group.shape)) {
    if (!isLoops) outer.unshift(value)
    else if (source) return fresh
    else group.source = value
    return group
  }
  if (isLoops || !source || !fusesOperand(source)) return fresh
  const isInner = readers.every(reader => reader === source || inner.includes(reader))
  if (!isInner || !sameShape(value.shape, source.inputs[0].shape)) return fresh
  inner.unshift(value)
  return group
}

/**
 * The group whose loop a group of elementwise ops can join: it computes the last of their operands to
 * be there, and at the same element.
 */
function hostOf(
  { source, outer, shape }: Draft,
  groupOf: ReadonlyMap<Value, Draft>,
  readyAt: (value: Value) => number,
  turnOf: (draft: Draft) => number,
): Draft | undefined {
  if (source) return undefined
  const operands = outer.flatMap(({ inputs }) => inputs).filter(x => !outer.includes(x))
  const last = Math.max(...operands.map(readyAt))
  const latest = operands.filter(operand => readyAt(operand) === last)
  const host = groupOf.get(latest[0]!)
  if (!host || turnOf(host) !== last || !sameShape(host.shape, shape)) return undefined
  if (host.inner.length + host.outer.length + outer.length > mostMembers) return undefined
  const isAligned = latest.every(x => x === host.source || host.outer.includes(x))
  return isAligned ? host : undefined
}

const rowOf = (value: Value): JsRow<OpName> => rows[value.op] as JsRow<OpName>

function fusesOperand(value: Value): boolean {
  const row = rowOf(value)
  return row.kind === 'loops' && row.fusesOperand
}
