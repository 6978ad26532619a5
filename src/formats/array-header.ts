import {
  type DType,
  dtypes,
  FormatError,
  formatShape,
  type Shape,
  type Tensor,
  tensorOf,
} from '../base/index.ts'
import { countElements } from './elements.ts'

/** What the header of an array file says: what the elements are, and where they begin. */
export interface ArrayHeader {
  readonly dtype: DType
  readonly shape: Shape
  /** The first byte of the elements. */
  readonly start: number
  readonly isBigEndian: boolean
}

/**
 * Checks that a file has as many bytes as its header asks for.
 * Throws FormatError otherwise, naming the file `who`.
 */
export function checkSize(
  { dtype, shape, start }: ArrayHeader,
  received: number,
  who: string,
): void {
  const expected = start + countElements(who, shape) * dtypes[dtype].sizeBytes
  if (received !== expected)
    throw new FormatError({
      who,
      expected: `${expected} bytes for ${dtype} ${formatShape(shape)}`,
      received: `${received}`,
    })
}

/**
 * The tensor of a whole file with its header, copied out of it.
 * Throws FormatError when the byte count is not the one the header asks for.
 */
export function readArray(header: ArrayHeader, bytes: Uint8Array, who: string): Tensor {
  checkSize(header, bytes.length, who)
  const { dtype, shape, start, isBigEndian } = header
  const copied = new Uint8Array(bytes.subarray(start))
  const { sizeBytes, view } = dtypes[dtype]
  if (isBigEndian) swapBytes(copied, sizeBytes)
  return tensorOf(dtype, shape, view(copied.buffer, 0, copied.length / sizeBytes))
}

/** Turns the bytes of every element around, in place: from big-endian to little-endian and back. */
export function swapBytes(bytes: Uint8Array, sizeBytes: number): void {
  for (let at = 0; at < bytes.length; at += sizeBytes)
    for (let low = at, high = at + sizeBytes - 1; low < high; low++, high--) {
      const byte = bytes[low]!
      bytes[low] = bytes[high]!
      bytes[high] = byte
    }
}
