import type { Histogram, HistogramChart } from '../chart.ts'
import { outlineOf } from '../rebin.ts'
import { type Scale, scaleOf } from '../scale.ts'
import {
  axisHeight,
  axisLabel,
  type Box,
  barFill,
  cutTo,
  type Drawn,
  fontSize,
  horizontalScale,
  small,
  textAt,
  xAxis,
} from './frame.ts'
import { element, short } from './xml.ts'

const narrowest = 118
const mostInRow = 5
const gap = 22
const panelHeight = 90
const nameHeight = 24

/** Panels beside each other; the number in the corner is the share of the highest bin. */
export function svgHistograms(chart: HistogramChart, box: Box): Drawn {
  const { panels, x } = chart
  const fitting = Math.floor((box.width + gap) / (narrowest + gap))
  const inRow = Math.max(1, Math.min(panels.length, mostInRow, fitting))
  const width = (box.width - (inRow - 1) * gap) / inRow
  const edges = panels.flatMap(panel => panel.edges)
  const scale = horizontalScale(width, ticks => scaleOf(x, edges, { ticks }))
  const rowHeight = nameHeight + panelHeight + axisHeight.numbers + 12
  const rows = Math.ceil(panels.length / inRow)
  const elements = panels.flatMap((panel, i) => {
    const left = box.left + (i % inRow) * (width + gap)
    const top = box.top + Math.floor(i / inRow) * rowHeight + nameHeight
    return drawnPanel(panel, scale, { left, top, width, height: panelHeight })
  })
  const bottom = box.top + rows * rowHeight
  return {
    elements: [...elements, axisLabel(box, bottom + 8, x.label)],
    height: rows * rowHeight + 16,
  }
}

function drawnPanel(panel: Histogram, scale: Scale, plot: Box): string[] {
  const { places, heights, peak } = outlineOf(panel, scale)
  const bottom = short(plot.top + plot.height)
  const x = (place: number) => short(plot.left + place * plot.width)
  const bars = heights.map((height, i) => {
    const top = short(plot.top + (1 - height) * plot.height)
    return height > 0 ? `M${x(places[i]!)},${bottom}V${top}H${x(places[i + 1]!)}V${bottom}Z` : ''
  })
  return [
    textAt(plot.left, plot.top - 9, cutTo(panel.name, fontSize.text, plot.width - 50)),
    textAt(plot.left + plot.width, plot.top - 9, peak, small('end')),
    element('path', { d: bars.join(''), ...barFill }),
    ...xAxis(scale, plot, '', false),
  ]
}
