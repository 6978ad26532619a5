import { type Named, type NumericArray, sizeOf, type Tensor } from '../../base/index.ts'
import { type Bitmap, type Event, encodePng } from '../../formats/index.ts'
import type { RunDescription } from '../recorder.ts'

/** Filters that are shown at most. */
const most = 64
/** Pixels of a side of a grid of them, about. */
const gridSize = 640

/** A filter of the first layer: how much of each channel of each pixel it takes. */
export interface Filters {
  /** The parameter that holds them. */
  readonly name: string
  /** [C, H, W] of each. */
  readonly shape: readonly [channels: 1 | 3, height: number, width: number]
  readonly weight: Tensor
}

/** The filters by which the first layer looks at images; undefined where it does not. */
export function filtersOf(
  { layers = [], data }: RunDescription,
  tensors: Named<Tensor>,
): Filters | undefined {
  const first = layers.find(({ parameters }) => parameters > 0)
  if (!first) return undefined
  const name = first.path ? `${first.path}.weight` : 'weight'
  const weight = tensors[name]
  if (!weight) return undefined
  const shape = filterShape(weight.shape, data.imageShape)
  return shape && { name, shape, weight }
}

/** [C, H, W] of a filter: of a convolution its own, of a fully connected layer that of the images. */
function filterShape(shape: readonly number[], imageShape: unknown): Filters['shape'] | undefined {
  const [, ...filter] = shape
  const image = Array.isArray(imageShape) ? (imageShape as number[]) : []
  const [channels = 1, height = 1, width = 1] =
    filter.length === 3 ? filter : image.length === 2 ? [1, ...image] : image
  if (channels * height * width !== sizeOf(filter) || height * width === 1) return undefined
  return channels === 1 || channels === 3 ? [channels, height, width] : undefined
}

/** Filters as an event with one image. Units: wallTime in seconds since 1970. */
export function filtersEvent(filters: Filters, step: number, wallTime: number): Event {
  const { width, height, channels, data } = gridOf(filters)
  const encodedImageString = new Uint8Array(encodePng({ width, height, channels, data }))
  const image = { width, height, colorspace: channels, encodedImageString }
  return { wallTime, step, summary: { value: [{ tag: `filters/${filters.name}`, image }] } }
}

/** Filters in a grid, each from its own least to its own greatest: 0 is grey, pixels are squares. */
export function gridOf({ shape: [channels, height, width], weight }: Filters): Bitmap {
  const count = Math.min(most, weight.shape[0]!)
  const columns = Math.ceil(Math.sqrt(count))
  const rows = Math.ceil(count / columns)
  const scale = Math.max(1, Math.floor(gridSize / (columns * (Math.max(height, width) + 1))))
  const [tileWidth, tileHeight] = [width * scale + 1, height * scale + 1]
  const size = { width: columns * tileWidth - 1, height: rows * tileHeight - 1 }
  const filterSize = channels * height * width
  const data = new Uint8Array(size.width * size.height * channels).fill(255)
  for (let i = 0; i < count; i++) {
    const filter = weight.data.subarray(i * filterSize, (i + 1) * filterSize)
    const grey = greysOf(filter)
    const left = (i % columns) * tileWidth
    const top = Math.floor(i / columns) * tileHeight
    for (let y = 0; y < height * scale; y++)
      for (let x = 0; x < width * scale; x++)
        for (let c = 0; c < channels; c++) {
          const place = (c * height + Math.floor(y / scale)) * width + Math.floor(x / scale)
          data[((top + y) * size.width + left + x) * channels + c] = grey[place]!
        }
  }
  return { ...size, channels, data }
}

/** Weights as bytes: 0 in the middle, the greatest magnitude at an end. */
function greysOf(filter: NumericArray): Uint8Array {
  let greatest = 0
  for (const w of filter) greatest = Math.max(greatest, Math.abs(w))
  const scale = greatest > 0 ? 127.5 / greatest : 0
  return Uint8Array.from(filter, w => Math.round(127.5 + w * scale))
}
