import {
  castTensor,
  DataError,
  type DType,
  formatShape,
  isFloat,
  type Json,
  type NumericArray,
  type Shape,
  sameShape,
  sizeOf,
  type Tensor,
} from '../../base/index.ts'
import { type EncodedData, type Table, tableInputs } from '../index.ts'
import type { DecodeOptions } from './decode-image.ts'

/** What one row of a model's inputs is. */
export interface RowFormat {
  readonly dtype: DType
  readonly shape: Shape
  /** [C, H, W], where a row is an image, flat or not. */
  readonly imageShape?: readonly number[]
  readonly imageFit?: DecodeOptions['fit']
  /** The encoding of the columns, where a row is one of a table. */
  readonly table?: Json
}

/** Rows of one file. */
export interface Part {
  readonly data: NumericArray
  readonly names: readonly string[]
  readonly changes?: readonly (string | undefined)[]
}

/**
 * The rows of a table as a model takes them: encoded as those of its training, or plain numbers.
 * Throws DataError when a column is absent or does not fit.
 */
export function tablePart(table: Table, format: RowFormat): Part {
  const { data } = format.table
    ? tableInputs(table, encodedBy(format))
    : asKind(numbersOf(table, format), format.dtype, table.name)
  const names = Array.from({ length: table.rows }, (_, i) => `${table.name} row ${i + 1}`)
  return { data, names }
}

/** The data of the training, as far as their columns go. */
export const encodedBy = ({ table }: RowFormat): EncodedData => ({
  source: 'training',
  table: table!,
})

/** The columns of a table as they are, for a model that was trained on plain numbers. */
function numbersOf({ name, rows, columns }: Table, { shape }: RowFormat): Tensor {
  const expected = `${sizeOf(shape)} columns of numbers, as the model takes rows of ${formatShape(shape)}`
  if (shape.length !== 1 || columns.length !== shape[0])
    throw new DataError({ who: name, expected, received: `${columns.length} columns` })
  const data = new Float64Array(rows * columns.length)
  for (const [j, column] of columns.entries()) {
    const { missing } = column
    if (column.kind !== 'number' || missing.count > 0)
      throw new DataError({
        who: `${name}, column "${column.name}"`,
        expected: 'a number in every row',
        received: column.kind === 'number' ? `${missing.count} missing` : 'texts',
      })
    for (let i = 0; i < rows; i++) data[i * columns.length + j] = column.values[i]!
  }
  return { dtype: 'float64', shape: [rows, columns.length], data }
}

/**
 * The rows of an array, which may lack an axis of one channel.
 * Throws DataError when they are of another shape or kind than the model takes.
 */
export function arrayPart(array: Tensor, place: string, format: RowFormat): Part {
  const { dtype, shape, imageShape = shape } = format
  const [count = 0, ...row] = array.shape
  const same = [shape, imageShape, imageShape.slice(imageShape[0] === 1 ? 1 : 0)]
  const isFitting = array.shape.length > 0 && same.some(known => sameShape(known, row))
  // Bytes for floats would lack their scale, and floats for bytes their range.
  const isKind = isFloat(dtype) ? array.dtype !== 'uint8' : !isFloat(array.dtype)
  if (!isFitting || !isKind)
    throw new DataError({
      who: place,
      expected: `${dtype} ${formatShape(['N', ...shape])}, as the model takes`,
      received: `${array.dtype} ${formatShape(array.shape)}`,
    })
  const { data } = asKind(array, dtype, place)
  return { data, names: Array.from({ length: count }, (_, i) => `${place} row ${i + 1}`) }
}

/** A tensor of another element type. Throws DataError when a number is none of that type. */
function asKind(t: Tensor, dtype: DType, who: string): Tensor {
  const cast = castTensor(t, dtype)
  const bad = isFloat(dtype) ? -1 : t.data.findIndex((x, i) => x !== cast.data[i])
  if (bad < 0) return cast
  throw new DataError({
    who,
    expected: `numbers that ${dtype} has, as the model takes`,
    received: String(t.data[bad]),
    from: `row ${Math.floor((bad * (t.shape[0] ?? 1)) / t.data.length) + 1}`,
  })
}
