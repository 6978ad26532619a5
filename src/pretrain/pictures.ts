import { ShapeError, sizeOf, type Tensor } from '../base/index.ts'
import type { ImageChart } from '../charts/index.ts'

/** What filters are drawn as. */
export interface FilterImagesOptions {
  readonly title: string
  /** [C, H, W] of what the units look at, with one channel or three. */
  readonly shape: ImageChart['shape']
  /** The units to draw, by index; default the first 32. */
  readonly units?: readonly number[]
  readonly columns?: number
}

/**
 * What each unit of a layer or hidden unit of a machine looks for: its row of a weight matrix [H, V] as a
 * picture, grey where the weight is 0, and all in one range, so that weak filters look weak.
 * Throws ShapeError when the weights are no pictures of the shape, or a unit does not exist.
 */
export function filterImages(weight: Tensor, options: FilterImagesOptions): ImageChart {
  const { title, shape, columns } = options
  const [count] = sidesOf('filterImages', weight, shape)
  const units = options.units ?? [...Array(Math.min(32, count)).keys()]
  const images = units.map(unit => ({ data: rowOf(weight, unit) }))
  const most = images.reduce(
    (most, { data }) => data.reduce((a, b) => Math.max(a, Math.abs(b)), most),
    0,
  )
  return {
    kind: 'images',
    title,
    shape,
    images,
    ...(most > 0 && { range: [-most, most] as const }),
    ...(columns && { columns }),
  }
}

/** One line of pictures. */
export interface ImageLine {
  /** Written under the first picture of the line: `image`, `500 units`. */
  readonly caption: string
  /** [N, V], or [N, ...] with as many numbers. */
  readonly images: Tensor
}

/** How lines of pictures are drawn. */
export interface ImageLinesOptions {
  readonly title: string
  /** [C, H, W] of every picture. */
  readonly shape: ImageChart['shape']
  /** Pictures in a line; default 10. */
  readonly count?: number
}

/**
 * Lines of pictures under each other, such as digits and what a machine makes of them: the first ones of
 * each tensor, each between its own least and greatest number, so that bytes and shares may be mixed.
 * Throws ShapeError when numbers are no pictures of the shape.
 */
export function imageLines(
  lines: readonly ImageLine[],
  { title, shape, count = 10 }: ImageLinesOptions,
): ImageChart {
  const sides = lines.map(({ images }) => sidesOf('imageLines', images, shape)[0])
  const columns = Math.min(count, ...sides)
  const images = lines.flatMap(({ caption, images }) =>
    Array.from({ length: columns }, (_, i) => ({
      ...(i === 0 && { caption }),
      data: rowOf(images, i),
    })),
  )
  return { kind: 'images', title, shape, images, columns }
}

function sidesOf(who: string, { shape }: Tensor, picture: ImageChart['shape']): [number, number] {
  const [rows = 0, ...row] = shape
  if (shape.length > 1 && sizeOf(row) === sizeOf(picture)) return [rows, sizeOf(row)]
  throw new ShapeError({
    who,
    expected: `rows of ${sizeOf(picture)} numbers, pictures [${picture}]`,
    received: `[${shape}]`,
  })
}

function rowOf({ shape, data }: Tensor, row: number): Float32Array {
  const size = sizeOf(shape.slice(1))
  if (Number.isInteger(row) && row >= 0 && row < shape[0]!)
    return Float32Array.from(data.subarray(row * size, (row + 1) * size))
  throw new ShapeError({
    who: 'filterImages',
    expected: `units from 0 to ${shape[0]! - 1}`,
    received: String(row),
  })
}
