import type { NumericArray } from '../base/index.ts'

/** One image [C, H, W] inside an array. */
export interface Image {
  readonly data: NumericArray
  /** Its first element. */
  readonly start: number
  readonly channels: number
  readonly height: number
  readonly width: number
}

/** Mirrors an image left to right, in place. */
export function flipImage({ data, start, channels, height, width }: Image): void {
  const end = start + channels * height * width
  for (let row = start; row < end; row += width)
    for (let left = row, right = row + width - 1; left < right; left++, right--) {
      const value = data[left]!
      data[left] = data[right]!
      data[right] = value
    }
}

/**
 * Moves an image, in place: pixel (y, x) becomes what (y + down, x + right) was. What comes from beyond
 * the border is 0, or with `reflect` the image mirrored at its outermost pixels, which are not repeated.
 * `|down|` and `|right|` are at most H and W; with `reflect` less than half of them.
 */
export function moveImage(
  { data, start, channels, height, width }: Image,
  down: number,
  right: number,
  mode: 'zeros' | 'reflect',
): void {
  const size = height * width
  const fill = mode === 'zeros' ? clearBorder : mirrorBorder
  for (let channel = 0; channel < channels; channel++) {
    const plane = start + channel * size
    movePlane(data, plane, size, down * width + right)
    fill(data, plane, height, width, down, right)
  }
}

/** All rows at once, as one move in memory; the border then holds pixels of other rows. */
function movePlane(data: NumericArray, plane: number, size: number, by: number): void {
  if (by > 0) data.copyWithin(plane, plane + by, plane + size)
  else data.copyWithin(plane - by, plane, plane + size + by)
}

type FillBorder = (
  data: NumericArray,
  plane: number,
  height: number,
  width: number,
  down: number,
  right: number,
) => void

const clearBorder: FillBorder = (data, plane, height, width, down, right) => {
  const size = height * width
  if (down > 0) data.fill(0, plane + size - down * width, plane + size)
  else if (down < 0) data.fill(0, plane, plane - down * width)
  if (right === 0) return
  const [first, end] = right > 0 ? [width - right, width] : [0, -right]
  for (let row = plane; row < plane + size; row += width)
    for (let x = first; x < end; x++) data[row + x] = 0
}

/** Everything that a mirrored pixel repeats is still in the image, since it moved by less than half. */
const mirrorBorder: FillBorder = (data, plane, height, width, down, right) => {
  const [firstX, endX] = right > 0 ? [width - right, width] : [0, -right]
  const axisX = right > 0 ? 2 * (width - 1 - right) : -2 * right
  for (let y = Math.max(0, -down); y < height - Math.max(0, down); y++)
    for (let x = firstX, row = plane + y * width; x < endX; x++)
      data[row + x] = data[row + axisX - x]!
  const [firstY, endY] = down > 0 ? [height - down, height] : [0, -down]
  const axisY = down > 0 ? 2 * (height - 1 - down) : -2 * down
  for (let y = firstY; y < endY; y++) {
    const from = plane + (axisY - y) * width
    data.copyWithin(plane + y * width, from, from + width)
  }
}

/** Makes a square of an image 0 in all channels; what lies outside of the image is left out. */
export function clearSquare(
  { data, start, channels, height, width }: Image,
  centreY: number,
  centreX: number,
  size: number,
): void {
  const top = Math.max(0, centreY - (size >> 1))
  const bottom = Math.min(height, centreY - (size >> 1) + size)
  const left = Math.max(0, centreX - (size >> 1))
  const right = Math.min(width, centreX - (size >> 1) + size)
  for (let channel = 0; channel < channels; channel++)
    for (let y = top; y < bottom; y++) {
      const row = start + (channel * height + y) * width
      data.fill(0, row + left, row + right)
    }
}
