import {
  type DType,
  dtypes,
  type NumericArray,
  type Shape,
  sizeOf,
  type Tensor,
} from '../base/index.ts'

/**
 * Rows that are read when they are asked for, such as those of a file too large for memory.
 * Reads are synchronous: a step cannot begin before its batch is there.
 */
export interface RowSource {
  readonly dtype: DType
  /** [N, ...] */
  readonly shape: Shape
  /** Copies the rows `start .. start + count - 1` into `out`, from its element `place` on. */
  readRows(start: number, count: number, out: NumericArray, place: number): void
}

/** Rows in memory or read when asked for; both have `dtype` and `shape`. */
export type Rows = Tensor | RowSource

/** Whether the rows lie in memory. */
export function isInMemory(rows: Rows): rows is Tensor {
  return 'data' in rows
}

/** The elements of one row. */
export function rowSizeOf({ shape }: Rows): number {
  return sizeOf(shape.slice(1))
}

/**
 * The rows `start .. start + count - 1`: a view of rows in memory, others copied.
 * `out` takes the copies, so that one buffer serves every read; it must have their number and type.
 */
export function rowsAt(rows: Rows, start: number, count: number, out?: NumericArray): Tensor {
  const size = rowSizeOf(rows)
  const { dtype } = rows
  const shape = [count, ...rows.shape.slice(1)]
  if (isInMemory(rows)) {
    const data = rows.data.subarray(start * size, (start + count) * size) as NumericArray
    return { dtype, shape, data }
  }
  const data = out ?? new dtypes[dtype].array(count * size)
  rows.readRows(start, count, data, 0)
  return { dtype, shape, data }
}

/** Some rows that lie together. */
export interface Block {
  /** The first row's place among all. */
  readonly start: number
  /** Valid until the next block is asked for. */
  readonly rows: Tensor
}

/** Bytes of a block: enough to hide the cost of a read, little beside what a training needs. */
const blockBytes = 2 ** 24

/**
 * All rows, block by block: as many whole rows as fit 16 MiB, at least one. Where the cuts lie
 * depends on element type and shape alone.
 */
export function* blocksOf(rows: Rows): Generator<Block> {
  const [total = 0] = rows.shape
  const size = rowSizeOf(rows)
  const { sizeBytes, array } = dtypes[rows.dtype]
  const most = Math.max(1, Math.floor(blockBytes / Math.max(1, size * sizeBytes)))
  const buffer = isInMemory(rows) ? undefined : new array(Math.min(most, total) * size)
  for (let start = 0; start < total; start += most) {
    const count = Math.min(most, total - start)
    const out = buffer?.subarray(0, count * size) as NumericArray | undefined
    yield { start, rows: rowsAt(rows, start, count, out) }
  }
}

/** The rows `start .. end - 1` as rows of their own; nothing is copied. */
export function rowRange<R extends Rows>(rows: R, start: number, end: number): R
export function rowRange(rows: Rows, start: number, end: number): Rows {
  if (isInMemory(rows)) return rowsAt(rows, start, end - start)
  const { dtype, shape } = rows
  return {
    dtype,
    shape: [end - start, ...shape.slice(1)],
    readRows: (first, count, out, place) => rows.readRows(start + first, count, out, place),
  }
}

/** The rows of all parts, one part after the other, read when they are asked for. */
export function joinRows(parts: readonly [Rows, ...Rows[]]): RowSource {
  const [{ dtype, shape }] = parts
  const size = rowSizeOf(parts[0])
  const starts: number[] = []
  let total = 0
  for (const part of parts) {
    starts.push(total)
    total += part.shape[0]!
  }
  return {
    dtype,
    shape: [total, ...shape.slice(1)],
    readRows(start, count, out, place) {
      for (const [i, part] of parts.entries()) {
        const first = Math.max(start, starts[i]!)
        const end = Math.min(start + count, starts[i]! + part.shape[0]!)
        if (first < end)
          copyRows(part, first - starts[i]!, end - first, out, place + (first - start) * size)
      }
    },
  }
}

/** Copies rows that lie together into an array, from its element `place` on. */
function copyRows(
  rows: Rows,
  start: number,
  count: number,
  out: NumericArray,
  place: number,
): void {
  if (isInMemory(rows)) out.set(rowsAt(rows, start, count).data, place)
  else rows.readRows(start, count, out, place)
}
