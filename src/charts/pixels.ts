import type { ImageChart } from './chart.ts'

/** Red, green, blue, from 0 to 255. */
export type Pixel = readonly [red: number, green: number, blue: number]

/** An image of a chart as colours. */
export interface Pixels {
  readonly height: number
  readonly width: number
  at(y: number, x: number): Pixel
}

/** The colours of the i-th image; what is not a finite number is black. */
export function pixelsOf({ shape, images, range }: ImageChart, i: number): Pixels {
  const [channels, height, width] = shape
  const { data } = images[i]!
  const [black, white] = range ?? finiteExtent(data)
  const level = (value: number) => {
    const level = Math.round((255 * (value - black)) / (white - black))
    return Number.isFinite(level) ? Math.min(255, Math.max(0, level)) : 0
  }
  const at = (y: number, x: number): Pixel => {
    const [red, green, blue] = [0, 1, 2].map(channel =>
      level(data[((channel % channels) * height + y) * width + x]!),
    )
    return [red!, green!, blue!]
  }
  return { height, width, at }
}

function finiteExtent(data: ArrayLike<number>): readonly [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity]
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i]!)) continue
    low = Math.min(low, data[i]!)
    high = Math.max(high, data[i]!)
  }
  return [low, high]
}

/** Means of squares of pixels, so that at most so many are left a side. */
export function shrunk({ height, width, at }: Pixels, most: number): Pixels {
  const by = Math.max(1, Math.ceil(Math.max(height, width) / most))
  if (by === 1) return { height, width, at }
  const square = Array.from({ length: by * by }, (_, i) => [Math.floor(i / by), i % by] as const)
  return {
    height: Math.max(1, Math.floor(height / by)),
    width: Math.max(1, Math.floor(width / by)),
    at(y, x) {
      const pixels = square.flatMap(([i, j]) =>
        y * by + i < height && x * by + j < width ? [at(y * by + i, x * by + j)] : [],
      )
      const [red, green, blue] = [0, 1, 2].map(channel =>
        Math.round(pixels.reduce((sum, pixel) => sum + pixel[channel]!, 0) / pixels.length),
      )
      return [red!, green!, blue!]
    },
  }
}
