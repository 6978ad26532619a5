import type { Histogram, HistogramChart } from '../chart.ts'
import { palette } from '../palette.ts'
import { columnsFor, outlineOf, rebinned } from '../rebin.ts'
import { type Scale, scaleOf } from '../scale.ts'
import { cutText, inLines, padText } from '../text.ts'
import { horizontalScale, xAxis } from './axis.ts'
import type { Page } from './style.ts'

/** Columns of a panel, with its axis. */
const widestPanel = 36
const gap = 2
/** Columns of the greatest share, `100 %`, and the axis. */
const margin = 6
const rows = 4

/** Panels of eighths of blocks beside each other; the number at the left is the share of the highest. */
export function drawHistograms(chart: HistogramChart, page: Page): string[] {
  const { panels } = chart
  const most = Math.min(widestPanel, page.width) - margin
  const bins = Math.max(...panels.map(({ counts }) => counts.length))
  const columns = columnsFor(bins, most)
  const edges = panels.flatMap(panel => panel.edges)
  const scale = horizontalScale(columns, ticks => scaleOf(chart.x, edges, { ticks }))
  const width = columns + margin
  const groups = inLines(panels, () => width, gap, page.width)
  const drawn = groups.flatMap(group => {
    const panels = group.map(panel => drawnPanel(panel, scale, columns, page))
    return panels[0]!.map((_, line) => panels.map(lines => lines[line]).join(' '.repeat(gap)))
  })
  const widest = groups[0]!.length * (width + gap) - gap
  return [...drawn, padText(cutText(chart.x.label, widest), widest, 'right')]
}

function drawnPanel(panel: Histogram, scale: Scale, columns: number, { paint }: Page): string[] {
  const shares = rebinned(panel, scale, columns)
  const most = Math.max(...shares)
  const style = { color: palette[0].terminal }
  const blocks = Array.from({ length: rows }, (_, row) => {
    const levels = shares.map(share => levelIn(share / most, rows - 1 - row))
    return paint(levels.map(level => ' ▁▂▃▄▅▆▇█'[level]!).join(''), style)
  })
  const { peak } = outlineOf(panel, scale)
  const [line, numbers] = xAxis(scale, columns, margin - 1, '')
  return [
    `${' '.repeat(margin)}${padText(cutText(panel.name, columns), columns)}`,
    ...blocks.map((block, row) =>
      row === 0
        ? `${padText(peak, margin - 1, 'right')}┤${block}`
        : `${' '.repeat(margin - 1)}│${block}`,
    ),
    line!,
    padText(numbers!, columns + margin),
  ]
}

/** Eighths of a row that are filled; what is above 0 shows. */
function levelIn(height: number, row: number): number {
  const eighths = height * rows * 8 - row * 8
  const least = row === 0 && height > 0 ? 1 : 0
  return Math.min(8, Math.max(least, Math.round(eighths)))
}
