import { sizeOf } from '../../base/index.ts'
import { isOp, type OpName, type Value } from '../../ir/index.ts'
import type { JsRow } from './row.ts'
import { rows } from './rows.ts'
import { type Block, type View, wholeOf } from './view.ts'

/** Where values lie, in blocks whose places are not settled yet. */
export interface Layout {
  readonly views: ReadonlyMap<Value, View>
  /** The value that a block holds. */
  readonly owners: ReadonlyMap<Block, Value>
  /** Values of movement ops that no strides can express: they are copies of their operand. */
  readonly copies: ReadonlySet<Value>
}

/** Gives every value a view: movement ops one of their operand's block, others a block of their own. */
export function layOut(order: readonly Value[]): Layout {
  const views = new Map<Value, View>()
  const owners = new Map<Block, Value>()
  const copies = new Set<Value>()
  for (const value of order) {
    const row = rows[value.op] as JsRow<OpName>
    const moved = row.kind === 'view' ? row.view(views.get(value.inputs[0])!, value) : undefined
    if (row.kind === 'view' && !moved) copies.add(value)
    const view = moved ?? wholeOf(blockOf(value), value.shape)
    views.set(value, view)
    if (!moved) owners.set(view.block, value)
  }
  return { views, owners, copies }
}

function blockOf(value: Value): Block {
  const size = sizeOf(value.shape)
  if (isOp(value, 'constant')) return { name: 'constant', size, constant: value.attrs.value.data }
  return { name: isOp(value, 'input') ? value.attrs.name : value.op, size }
}
