import {
  DataError,
  dtypes,
  type Key,
  type NumericArray,
  permutation,
  ShapeError,
  splitKey,
  type Tensor,
} from '../base/index.ts'
import { isInMemory, type RowSource, type Rows, rowSizeOf } from './rows.ts'

/** Rows in memory up to this many elements are copied one by one, longer ones with `set`: measured. */
const longRow = 16

/**
 * The order of an epoch's rows: shuffled anew from the key for every epoch, or as they are.
 * It depends on the key and the epoch alone, so that a run resumed in any epoch sees the same batches.
 */
export function epochOrder(
  key: Key,
  n: number,
  epoch: number,
  shuffle: boolean,
): Uint32Array<ArrayBuffer> {
  return shuffle
    ? permutation(splitKey(key, 'epoch', epoch), n)
    : Uint32Array.from({ length: n }, (_, i) => i)
}

/**
 * The rows `order[start] .. order[start + count - 1]`, copied.
 * Shapes: [N, ...] -> [count, ...].
 * `out` takes the elements, so that one buffer serves every step; it must have their number and type.
 * Throws ShapeError when `out` does not fit, DataError when the order ends early or names no row.
 */
export function gatherRows(
  source: Rows,
  order: Uint32Array,
  start: number,
  count: number,
  out?: NumericArray,
): Tensor {
  const [rows = 0, ...rowShape] = source.shape
  const rowSize = rowSizeOf(source)
  const { array } = dtypes[source.dtype]
  const data = out ?? new array(count * rowSize)
  if (data.length !== count * rowSize || data.constructor !== array)
    throw new ShapeError({
      who: 'gatherRows',
      expected: `a buffer of ${count * rowSize} ${source.dtype}`,
      received: `${data.constructor.name} of ${data.length}`,
    })
  for (let i = start; i < start + count; i++) checkRow(order, i, rows)
  const wanted = order.subarray(start, start + count)
  if (isInMemory(source)) gatherTensor(source.data, wanted, data, rowSize)
  else gatherSource(source, wanted, data, rowSize)
  return { dtype: source.dtype, shape: [count, ...rowShape], data }
}

function checkRow(order: Uint32Array, place: number, rows: number): void {
  const row = order[place]
  if (row !== undefined && row < rows) return
  throw new DataError({
    who: 'gatherRows',
    expected: `a row below ${rows} at place ${place} of the order`,
    received: row === undefined ? `an order of ${order.length}` : `row ${row}`,
  })
}

function gatherTensor(from: NumericArray, wanted: Uint32Array, to: NumericArray, size: number) {
  for (let i = 0; i < wanted.length; i++) {
    const start = wanted[i]! * size
    if (size > longRow) to.set(from.subarray(start, start + size), i * size)
    else for (let j = 0; j < size; j++) to[i * size + j] = from[start + j]!
  }
}

/** Rows that follow each other are one read. */
function gatherSource(from: RowSource, wanted: Uint32Array, to: NumericArray, size: number) {
  for (let i = 0; i < wanted.length; ) {
    let next = i + 1
    while (next < wanted.length && wanted[next] === wanted[next - 1]! + 1) next++
    from.readRows(wanted[i]!, next - i, to, i * size)
    i = next
  }
}

/** The rows that an order names: rows in memory are copied, others become a view by row index. */
export function selectRows<R extends Rows>(rows: R, order: Uint32Array): R
export function selectRows(rows: Rows, order: Uint32Array): Rows {
  if (isInMemory(rows)) return gatherRows(rows, order, 0, order.length)
  const size = rowSizeOf(rows)
  return {
    dtype: rows.dtype,
    shape: [order.length, ...rows.shape.slice(1)],
    readRows(start, count, out, place) {
      gatherRows(
        rows,
        order,
        start,
        count,
        out.subarray(place, place + count * size) as NumericArray,
      )
    },
  }
}
