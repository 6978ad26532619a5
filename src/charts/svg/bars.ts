import { barScale, startsAtZero } from '../bar-scale.ts'
import type { Bar, BarChart } from '../chart.ts'
import { within } from '../curves.ts'
import { type Scale, valueText } from '../scale.ts'
import {
  axisHeight,
  type Box,
  barColor,
  barFill,
  cutTo,
  type Drawn,
  fontSize,
  horizontalScale,
  ink,
  legendAt,
  line,
  markColor,
  textAt,
  widthOf,
  xAxis,
} from './frame.ts'
import { element, short } from './xml.ts'

const rowHeight = 30
const barHeight = 18

/** A row a bar: its name, the bar with its whiskers and the mark at its reference, its value. */
export function svgBars(chart: BarChart, box: Box): Drawn {
  const { bars, value, referenceLabel = 'reference' } = chart
  const texts = bars.map(bar => valueText(bar.value, chart.format))
  const names = bars.map(({ name }) => cutTo(name, fontSize.text, box.width / 3))
  const nameWidth = Math.max(...names.map(name => widthOf(name, fontSize.text))) + 12
  const valueWidth = Math.max(...texts.map(text => widthOf(text, fontSize.text))) + 12
  const legend = bars.some(({ reference }) => reference !== undefined)
    ? legendAt([{ name: referenceLabel, sign: diamond }], box)
    : { elements: [], height: 0 }
  const plot = {
    left: box.left + nameWidth,
    top: box.top + legend.height + 8,
    width: box.width - nameWidth - valueWidth,
    height: bars.length * rowHeight,
  }
  const scale = horizontalScale(plot.width, ticks => barScale(chart, ticks))
  const rows = bars.flatMap((bar, i) => {
    const middle = plot.top + (i + 0.5) * rowHeight
    return [
      textAt(plot.left - 10, middle + 4.5, names[i]!, { 'text-anchor': 'end' }),
      ...drawnBar(bar, scale, plot, middle, startsAtZero(chart, scale)),
      textAt(box.left + box.width, middle + 4.5, texts[i]!, { 'text-anchor': 'end' }),
    ]
  })
  return {
    elements: [...legend.elements, ...xAxis(scale, plot, value.label, true), ...rows],
    height: plot.top + plot.height + axisHeight.labelled - box.top,
  }
}

function drawnBar(
  bar: Bar,
  scale: Scale,
  plot: Box,
  middle: number,
  isFromZero: boolean,
): string[] {
  const { value, low, high, reference } = bar
  if (!Number.isFinite(value)) return []
  const at = (x: number) => plot.left + within(scale.place(x)) * plot.width
  const [end, zero] = [at(value), isFromZero ? at(0) : plot.left]
  const whisker =
    low === undefined || high === undefined
      ? []
      : [
          element('path', {
            d: `M${short(at(low))},${middle - 5}v10m0,-5H${short(at(high))}m0,-5v10`,
            fill: 'none',
            stroke: ink.text,
            'stroke-width': 1.5,
          }),
        ]
  const bodies = isFromZero
    ? [
        element('rect', {
          x: Math.min(zero, end),
          y: middle - barHeight / 2,
          width: Math.abs(end - zero),
          height: barHeight,
          ...barFill,
        }),
        line(zero, middle - rowHeight / 2, zero, middle + rowHeight / 2, ink.axis),
        ...whisker,
      ]
    : [
        element('g', { 'stroke-dasharray': '1 4' }, line(zero, middle, end, middle, ink.axis)),
        ...whisker,
        element('circle', { cx: end, cy: middle, r: 5, fill: barColor }),
      ]
  return [...bodies, ...(reference === undefined ? [] : [diamond(at(reference), middle)])]
}

function diamond(x: number, y: number): string {
  return element('path', {
    d: `M${short(x)},${short(y - 6.5)}l5.5,6.5l-5.5,6.5l-5.5,-6.5Z`,
    fill: markColor,
    stroke: '#ffffff',
  })
}
