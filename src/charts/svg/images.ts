import { encodePng } from '../../formats/index.ts'
import type { ImageChart } from '../chart.ts'
import { type Pixels, pixelsOf } from '../pixels.ts'
import { type Box, cutTo, type Drawn, fontSize, ink, small, textAt } from './frame.ts'
import { element } from './xml.ts'

const gap = 10
const captionHeight = 20
/** Small images are made larger, up to so many pixels a side. */
const largest = 112

/** Images in a grid, each over its caption, as PNG within the document. */
export function svgImages(chart: ImageChart, box: Box): Drawn {
  const { images, shape, columns = 8 } = chart
  const [channels, rows, across] = shape
  const inRow = Math.min(columns, images.length)
  const width = Math.min(
    (box.width - (inRow - 1) * gap) / inRow,
    (largest * across) / Math.max(rows, across),
  )
  const height = (width * rows) / across
  const hasCaptions = images.some(({ caption }) => caption)
  const rowHeight = height + gap + (hasCaptions ? captionHeight : 0)
  const elements = images.flatMap(({ caption = '' }, i) => {
    const x = box.left + (i % inRow) * (width + gap)
    const y = box.top + 8 + Math.floor(i / inRow) * rowHeight
    const picture = element('image', {
      x,
      y,
      width,
      height,
      preserveAspectRatio: 'none',
      style: 'image-rendering:pixelated',
      href: pngUrl(pixelsOf(chart, i), channels === 1 ? 1 : 3),
    })
    const border = element('rect', { x, y, width, height, fill: 'none', stroke: ink.grid })
    const text = cutTo(caption, fontSize.tick, width + gap)
    return [
      picture,
      border,
      ...(text === '' ? [] : [textAt(x + width / 2, y + height + 15, text, small('middle'))]),
    ]
  })
  return { elements, height: Math.ceil(images.length / inRow) * rowHeight + 8 }
}

function pngUrl({ width, height, at }: Pixels, channels: 1 | 3): string {
  const data = new Uint8Array(width * height * channels)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const pixel = at(y, x)
      data.set(channels === 1 ? pixel.slice(0, 1) : pixel, (y * width + x) * channels)
    }
  const bytes = encodePng({ width, height, channels, data })
  const characters = Array.from(bytes, byte => String.fromCharCode(byte))
  return `data:image/png;base64,${btoa(characters.join(''))}`
}
