import { ConfigError } from '../../base/index.ts'
import type { Chart } from '../chart.ts'
import { checkChart } from '../check.ts'
import { described } from '../described.ts'
import { printableChart } from '../printable.ts'
import { wrapText } from '../text.ts'
import { svgBars } from './bars.ts'
import { type Box, columnsIn, type Drawn, fontSize, ink, textAt } from './frame.ts'
import { svgHistograms } from './histograms.ts'
import { svgImages } from './images.ts'
import { svgLines } from './lines.ts'
import { element, escaped, short } from './xml.ts'

/** How a chart becomes SVG. */
export interface ChartSvgOptions {
  /** Pixels; default 720. */
  readonly width?: number
  /** Pixels of curves, with their title and axes; other charts are as high as they are. Default 440. */
  readonly height?: number
}

const narrowest = 240
const padding = 20
const titleLine = 23

type Drawing<C> = (chart: C, box: Box) => Drawn

/** How each kind of chart is drawn, below its title. */
const drawings: { readonly [K in Chart['kind']]: Drawing<Extract<Chart, { kind: K }>> } = {
  lines: svgLines,
  bars: svgBars,
  histograms: svgHistograms,
  images: svgImages,
}

const fonts =
  "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'Noto Sans KR', 'Apple SD Gothic Neo', 'Malgun Gothic', sans-serif"

/**
 * Returns a chart as a document of SVG that needs nothing else: on a white ground, so that it reads on
 * light and dark pages, in colours that colour-blind readers tell apart, with title and description for
 * readers that do not see.
 * Throws ConfigError when the chart is empty or does not fit together, or the width is below 240.
 */
export function chartSvg(
  chart: Chart,
  { width = 720, height = 440 }: ChartSvgOptions = {},
): string {
  if (!(width >= narrowest && height >= 1))
    throw new ConfigError({
      who: 'chartSvg',
      expected: `a width of at least ${narrowest} pixels and a height of at least 1`,
      received: `${width} x ${height}`,
    })
  checkChart(chart)
  const clean = printableChart(chart)
  const inner = width - 2 * padding
  const title = wrapText(clean.title, columnsIn(inner, fontSize.title))
  const top = padding + title.length * titleLine + 6
  const draw: Drawing<never> = drawings[clean.kind]
  const box = { left: padding, top, width: inner, height: height - top - padding / 2 }
  const drawn = draw(clean as never, box)
  const whole = Math.ceil(top + drawn.height + padding / 2)
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width,
      height: whole,
      viewBox: `0 0 ${short(width)} ${whole}`,
      role: 'img',
      'aria-label': clean.title,
      'font-family': fonts,
      'font-size': fontSize.text,
      fill: ink.text,
    },
    `\n${element('title', {}, escaped(clean.title))}`,
    `\n${element('desc', {}, escaped(described(clean)))}`,
    `\n${element('rect', { width, height: whole, rx: 6, fill: '#ffffff' })}`,
    ...title.map((line, i) => {
      const y = padding + 13 + i * titleLine
      return `\n${textAt(padding, y, line, { 'font-size': fontSize.title, 'font-weight': 600 })}`
    }),
    ...drawn.elements.map(part => `\n${part}`),
    '\n',
  )}\n`
}
