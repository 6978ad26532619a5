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

/** Rows up to this many elements are copied one by one, longer ones with `set`: measured. */
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
 * The rows `order[start] .. order[start + count - 1]` of a tensor, copied.
 * Shapes: [N, ...] -> [count, ...].
 * `out` takes the elements, so that one buffer serves every step; it must have their number and type.
 * Throws ShapeError when `out` does not fit, DataError when the order ends early or names no row.
 */
export function gatherRows(
  source: Tensor,
  order: Uint32Array,
  start: number,
  count: number,
  out?: NumericArray,
): Tensor {
  const [rows = 0, ...rowShape] = source.shape
  const rowSize = rowShape.reduce((product, n) => product * n, 1)
  const data = out ?? new dtypes[source.dtype].array(count * rowSize)
  if (data.length !== count * rowSize || data.constructor !== source.data.constructor)
    throw new ShapeError({
      who: 'gatherRows',
      expected: `a buffer of ${count * rowSize} ${source.dtype}`,
      received: `${data.constructor.name} of ${data.length}`,
    })
  for (let i = 0; i < count; i++) {
    const row = order[start + i]
    if (row === undefined || row >= rows)
      throw new DataError({
        who: 'gatherRows',
        expected: `a row below ${rows} at place ${start + i} of the order`,
        received: row === undefined ? `an order of ${order.length}` : `row ${row}`,
      })
    copyRow(source.data, row * rowSize, data, i * rowSize, rowSize)
  }
  return { dtype: source.dtype, shape: [count, ...rowShape], data }
}

function copyRow(
  from: NumericArray,
  start: number,
  to: NumericArray,
  place: number,
  size: number,
): void {
  if (size > longRow) to.set(from.subarray(start, start + size), place)
  else for (let i = 0; i < size; i++) to[place + i] = from[start + i]!
}
