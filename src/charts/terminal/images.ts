import type { ImageChart } from '../chart.ts'
import { type Pixels, pixelsOf, shrunk } from '../pixels.ts'
import { cutText, inLines, padText } from '../text.ts'
import type { Page } from './style.ts'

/** Larger images are drawn smaller, and all of them where a line is shorter. */
const mostPixels = 32
const gap = 2

/** Images beside each other with their captions, a character for two pixels, one above the other. */
export function drawImages(chart: ImageChart, page: Page): string[] {
  const { images, columns = 8 } = chart
  const drawn = images.map(({ caption = '' }, i) => {
    const pixels = shrunk(pixelsOf(chart, i), Math.min(mostPixels, page.width))
    return { caption, width: pixels.width, lines: drawImage(pixels, page.hasColors) }
  })
  const { width } = drawn[0]!
  const inRow = Math.min(page.width, columns * (width + gap) - gap)
  const hasCaptions = drawn.some(({ caption }) => caption !== '')
  return inLines(drawn, () => width, gap, inRow).flatMap((group, row) => {
    const space = ' '.repeat(gap)
    const captions = group.map(({ caption }) => padText(cutText(caption, width), width)).join(space)
    const lines = group[0]!.lines.map((_, i) => group.map(({ lines }) => lines[i]).join(space))
    return [...(row > 0 ? [''] : []), ...(hasCaptions ? [captions] : []), ...lines]
  })
}

/** In colours where the terminal has them, else what is brighter than the middle of the image. */
function drawImage({ height, width, at }: Pixels, hasColors: boolean): string[] {
  const rows = Array.from({ length: Math.ceil(height / 2) }, (_, i) => 2 * i)
  const columns = Array.from({ length: width }, (_, x) => x)
  if (hasColors)
    return rows.map(y => {
      const cells = columns.map(x => {
        const below = y + 1 < height ? `\x1b[48;2;${at(y + 1, x).join(';')}m` : ''
        return `\x1b[38;2;${at(y, x).join(';')}m${below}▀`
      })
      return `${cells.join('')}\x1b[0m`
    })
  const bright = brightness({ height, width, at })
  const cell = (y: number, x: number) => ' ▄▀█'[2 * Number(bright(y, x)) + Number(bright(y + 1, x))]
  return rows.map(y => columns.map(x => cell(y, x)).join(''))
}

/** Which pixels are brighter than the middle between the darkest and the brightest. Source: Rec. 601 luma. */
function brightness({ height, width, at }: Pixels): (y: number, x: number) => boolean {
  const lumas = Array.from({ length: height * width }, (_, i) => {
    const [red, green, blue] = at(Math.floor(i / width), i % width)
    return 0.299 * red + 0.587 * green + 0.114 * blue
  })
  const middle = (Math.min(...lumas) + Math.max(...lumas)) / 2
  return (y, x) => y < height && lumas[y * width + x]! > middle
}
