import { ConfigError } from '../../base/index.ts'
import type { Chart } from '../chart.ts'
import { checkChart } from '../check.ts'
import { printableChart } from '../printable.ts'
import { wrapText } from '../text.ts'
import { drawBars } from './bars.ts'
import { drawHistograms } from './histograms.ts'
import { drawImages } from './images.ts'
import { drawLines } from './lines.ts'
import { ansi, type Page } from './style.ts'

/** How a chart is drawn in a terminal. */
export interface DrawChartOptions {
  /** Columns of the longest line; default 80. */
  readonly width?: number
  /** Lines of curves, with their title and axes; other charts are as high as they are. Default 20. */
  readonly height?: number
  /** Whether the terminal shows colours; default false. */
  readonly hasColors?: boolean
}

const narrowest = 24

/** How each kind of chart is drawn, below its title. */
const drawings: { readonly [K in Chart['kind']]: Drawing<Extract<Chart, { kind: K }>> } = {
  lines: drawLines,
  bars: drawBars,
  histograms: drawHistograms,
  images: drawImages,
}

type Drawing<C> = (chart: C, page: Page) => string[]

/**
 * Returns the lines that show a chart in a terminal: curves of braille dots, bars and histograms of
 * blocks, images of half blocks. Series differ by mark as well as by colour.
 * Throws ConfigError when the chart is empty or does not fit together, or the width is below 24.
 */
export function drawChart(
  chart: Chart,
  { width = 80, height = 20, hasColors = false }: DrawChartOptions = {},
): string[] {
  if (!(width >= narrowest && height >= 1))
    throw new ConfigError({
      who: 'drawChart',
      expected: `a width of at least ${narrowest} columns and a height of at least 1 line`,
      received: `${width} x ${height}`,
    })
  checkChart(chart)
  const clean = printableChart(chart)
  const paint: Page['paint'] = hasColors ? ansi : text => text
  const title = wrapText(clean.title, width).map(line => paint(line, { isBold: true }))
  const page = { width: Math.floor(width), height: height - title.length, hasColors, paint }
  const draw: Drawing<never> = drawings[clean.kind]
  return [...title, ...draw(clean as never, page)].map(line => line.trimEnd())
}
