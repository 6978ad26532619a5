import type { LineChart } from '../chart.ts'
import { bandsOf, numbersOf, type Place, piecesOf, spaced, thinned } from '../curves.ts'
import { cyclic, palette, referenceColor } from '../palette.ts'
import { type Scale, scaleOf } from '../scale.ts'
import {
  axisHeight,
  type Box,
  type Drawn,
  fontSize,
  horizontalScale,
  type LegendItem,
  legendAt,
  line,
  widthOf,
  xAxis,
  yAxis,
} from './frame.ts'
import { markAt } from './marks.ts'
import { element, short } from './xml.ts'

/** Pixels from one mark of a curve to the next. */
const markSpacing = 70

/** Curves with marks over their bands; the height is that of the box. */
export function svgLines(chart: LineChart, box: Box): Drawn {
  const legend = legendOf(chart, box)
  const numbers = numbersOf(chart)
  const top = box.top + legend.height + 28
  const height = Math.max(60, box.top + box.height - top - axisHeight.labelled)
  const y = scaleOf(chart.y, numbers.y, {
    ticks: Math.max(2, Math.floor(height / 45)),
    isRounded: true,
  })
  const margin = Math.max(...y.ticks.map(({ label }) => widthOf(label, fontSize.tick))) + 10
  const plot = { left: box.left + margin, top, width: box.width - margin - 8, height }
  const x = horizontalScale(plot.width, ticks => scaleOf(chart.x, numbers.x, { ticks }))
  return {
    elements: [
      ...legend.elements,
      ...yAxis(y, plot, chart.y, box.left),
      ...xAxis(x, plot, chart.x.label, false),
      ...bands(chart, x, y, plot),
      ...curves(chart, x, y, plot),
    ],
    height: top + height + axisHeight.labelled - box.top,
  }
}

const colorOf = ({ series }: LineChart, i: number): string =>
  series[i]!.isReference ? referenceColor.svg : cyclic(palette, i).svg

function legendOf(chart: LineChart, box: Box): Drawn {
  const { series, y } = chart
  if (series.length === 1 && series[0]!.name === y.label) return { elements: [], height: 0 }
  const items = series.map(
    ({ name, isReference }, i): LegendItem => ({
      name,
      sign: (x, y) =>
        element(
          'g',
          { 'stroke-width': 2, ...(isReference ? { 'stroke-dasharray': '6 4' } : {}) },
          line(x - 13, y, x + 13, y, colorOf(chart, i)),
          ...(isReference ? [] : [markAt(i, x, y, colorOf(chart, i))]),
        ),
    }),
  )
  return legendAt(items, box)
}

function bands(chart: LineChart, x: Scale, y: Scale, plot: Box): string[] {
  return chart.series.flatMap((series, i) =>
    bandsOf(series, x, y).map(({ low, high }) =>
      element('path', {
        d: `${pathOf([...high, ...low.toReversed()], plot)}Z`,
        fill: colorOf(chart, i),
        'fill-opacity': 0.16,
      }),
    ),
  )
}

function curves(chart: LineChart, x: Scale, y: Scale, plot: Box): string[] {
  const drawn = chart.series.map(series => piecesOf(series, x, y))
  const lines = drawn.flatMap((pieces, i) =>
    pieces.map(piece =>
      element('path', {
        d: pathOf(thinned(piece, plot.width), plot),
        fill: 'none',
        stroke: colorOf(chart, i),
        'stroke-width': 2,
        'stroke-linejoin': 'round',
        'stroke-linecap': 'round',
        'stroke-dasharray': chart.series[i]!.isReference ? '6 5' : undefined,
      }),
    ),
  )
  const marks = drawn.flatMap((pieces, i) =>
    chart.series[i]!.isReference
      ? []
      : spaced(pieces.flat(), i, markSpacing, plot.width, plot.height).map(place => {
          const [px, py] = pixel(place, plot)
          return markAt(i, px, py, colorOf(chart, i))
        }),
  )
  return [...lines, ...marks]
}

const pixel = ([x, y]: Place, { left, top, width, height }: Box): Place => [
  left + x * width,
  top + (1 - y) * height,
]

function pathOf(places: readonly Place[], plot: Box): string {
  const points = places.map(place => pixel(place, plot).map(short).join(','))
  return `M${points.join('L')}${points.length === 1 ? 'h0' : ''}`
}
