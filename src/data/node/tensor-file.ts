import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import {
  DataError,
  type DType,
  dtypes,
  FormatError,
  formatShape,
  type NumericArray,
  type Shape,
  sizeOf,
} from '../../base/index.ts'
import {
  checkSize,
  idxHeaderBytes,
  isNpy,
  npyHeaderBytes,
  readIdxHeader,
  readNpyHeader,
  swapBytes,
} from '../../formats/index.ts'
import type { RowSource } from '../index.ts'
import { unreadable } from './read-file.ts'

/** Where the rows of a binary file without a header lie. */
export interface RawLayout {
  readonly dtype: DType
  /** [N, ...] */
  readonly shape: Shape
  /** The first byte of the first row; default 0. */
  readonly offsetBytes?: number
  /** From one row to the next; by default they follow each other. */
  readonly strideBytes?: number
  /** Default false. */
  readonly isBigEndian?: boolean
}

/**
 * The rows of a file, read when they are asked for, so that a set may be larger than memory: raw
 * numbers of a given layout, or a `.npy` or IDX file, which is recognised by its first bytes.
 * Throws DataError when the file cannot be opened, FormatError when its size is not the one that the
 * layout or header asks for, or when it is none of these.
 */
export function tensorFile(path: string, layout?: RawLayout): RowSource {
  const file = openFile(path)
  try {
    const { size } = fstatSync(file)
    return rowsOfFile(
      path,
      file,
      layout ? checkedLayout(path, layout, size) : headerOf(path, file, size),
    )
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** Files are closed when nothing refers to their rows any more. */
const opened = new FinalizationRegistry<number>(closeSync)

function openFile(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

function headerOf(path: string, file: number, size: number): Required<RawLayout> {
  const first = new Uint8Array(Math.min(size, Math.max(npyHeaderBytes, idxHeaderBytes)))
  readAt(path, file, first, 0)
  const header = isNpy(first) ? readNpyHeader(first, path) : readIdxHeader(first, path)
  checkSize(header, size, path)
  const { dtype, shape, start, isBigEndian } = header
  return { dtype, shape, offsetBytes: start, strideBytes: rowBytesOf(dtype, shape), isBigEndian }
}

function checkedLayout(path: string, layout: RawLayout, size: number): Required<RawLayout> {
  const { dtype, shape, offsetBytes = 0, isBigEndian = false } = layout
  const rowBytes = rowBytesOf(dtype, shape)
  const { strideBytes = rowBytes } = layout
  // The last row may end where the file does, or be followed by what lies between rows.
  const rows = shape[0] ?? 0
  const least = offsetBytes + (rows - 1) * strideBytes + rowBytes
  const most = Math.max(least, rows * strideBytes)
  if (size < least || size > most)
    throw new FormatError({
      who: path,
      expected: `${most} bytes for ${dtype} ${formatShape(shape)}`,
      received: `${size}`,
    })
  return { dtype, shape, offsetBytes, strideBytes, isBigEndian }
}

const rowBytesOf = (dtype: DType, shape: Shape): number =>
  sizeOf(shape.slice(1)) * dtypes[dtype].sizeBytes

function rowsOfFile(path: string, file: number, layout: Required<RawLayout>): RowSource {
  const { dtype, shape, offsetBytes, strideBytes, isBigEndian } = layout
  const { sizeBytes } = dtypes[dtype]
  const rowBytes = rowBytesOf(dtype, shape)
  const source: RowSource = {
    dtype,
    shape,
    readRows(start, count, out, place) {
      const bytes = bytesFrom(out, place * sizeBytes, count * rowBytes)
      const first = offsetBytes + start * strideBytes
      if (strideBytes === rowBytes) readAt(path, file, bytes, first)
      else
        for (let i = 0; i < count; i++)
          readAt(
            path,
            file,
            bytes.subarray(i * rowBytes, (i + 1) * rowBytes),
            first + i * strideBytes,
          )
      if (isBigEndian) swapBytes(bytes, sizeBytes)
    },
  }
  opened.register(source, file)
  return source
}

function bytesFrom(array: NumericArray, start: number, length: number): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset + start, length)
}

/** Fills the bytes from a place in the file. Throws DataError when the file ends before. */
function readAt(path: string, file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    const count = readSync(file, bytes, done, bytes.length - done, position + done)
    if (count === 0)
      throw new DataError({
        who: path,
        expected: `${bytes.length} bytes from byte ${position} on`,
        received: `${done}`,
        hint: 'The file was changed while it was in use',
      })
    done += count
  }
}
