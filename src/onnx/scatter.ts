import type { Shape } from '../base/index.ts'
import type { Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'
import { permuted, range } from './row.ts'

/**
 * The sums of a `scatterAdd` whose adding op works along the first axis alone: that axis is brought
 * there and back. `addRows` emits the op, given the rows with the indices' axes first, and what
 * remains of their shape.
 */
export function scatteredFirst(
  value: Value<'scatterAdd'>,
  rows: string,
  emit: Emitter,
  addRows: (first: string, rest: Shape) => string,
): string {
  const { axis } = value.attrs
  const [rowsValue, indexValue] = value.inputs
  const end = axis + indexValue.shape.length
  const others = [...range(0, axis), ...range(end, rowsValue.shape.length)]
  const first = permuted(emit, rows, [...range(axis, end), ...others])
  const sums = addRows(
    first,
    others.map(i => rowsValue.shape[i]!),
  )
  return permuted(emit, sums, [...range(1, axis + 1), 0, ...range(axis + 1, value.shape.length)])
}
