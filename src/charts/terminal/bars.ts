import { barScale, startsAtZero } from '../bar-scale.ts'
import type { Bar, BarChart } from '../chart.ts'
import { within } from '../curves.ts'
import { palette, referenceColor } from '../palette.ts'
import { type Scale, valueText } from '../scale.ts'
import { cutText, padText, textWidth } from '../text.ts'
import { horizontalScale, xAxis } from './axis.ts'
import { legendLines } from './legend.ts'
import type { Page, Style } from './style.ts'

const barStyle: Style = { color: palette[0].terminal }
const referenceStyle: Style = { color: palette[1].terminal }
const leaderStyle: Style = { color: referenceColor.terminal }

/** A line a bar: its name, the bar with its interval and the mark at its reference, its value. */
export function drawBars(chart: BarChart, page: Page): string[] {
  const { bars, value } = chart
  const texts = bars.map(bar => valueText(bar.value, chart.format))
  const names = bars.map(({ name }) => cutText(name, Math.floor(page.width / 3)))
  const nameWidth = Math.max(...names.map(textWidth))
  const valueWidth = Math.max(...texts.map(textWidth))
  const columns = page.width - nameWidth - valueWidth - 4
  const scale = horizontalScale(columns, ticks => barScale(chart, ticks))
  const isFromZero = startsAtZero(chart, scale)
  return [
    ...legendOf(chart, page),
    ...bars.map((bar, i) => {
      const cells = cellsOf(bar, scale, columns, isFromZero)
      const drawn = cells.map(({ character, style }) => page.paint(character, style)).join('')
      return `${padText(names[i]!, nameWidth)} │${drawn}  ${padText(texts[i]!, valueWidth, 'right')}`
    }),
    ...xAxis(scale, columns, nameWidth + 1, value.label),
  ]
}

function legendOf({ bars, referenceLabel = 'reference' }: BarChart, page: Page): string[] {
  return bars.some(({ reference }) => reference !== undefined)
    ? legendLines([{ sign: '◆', name: referenceLabel, style: referenceStyle }], page)
    : []
}

interface Cell {
  readonly character: string
  readonly style: Style
}

/** The characters of a bar: what comes later is in front. */
function cellsOf(bar: Bar, scale: Scale, columns: number, isFromZero: boolean): Cell[] {
  const cells: Cell[] = Array.from({ length: columns }, () => ({ character: ' ', style: {} }))
  if (!Number.isFinite(bar.value)) return cells
  const at = (x: number) => Math.min(columns - 1, Math.floor(within(scale.place(x)) * columns))
  const put = (column: number, character: string, style: Style) => {
    cells[column] = { character, style }
  }
  const end = within(scale.place(bar.value)) * columns
  if (isFromZero) {
    const zero = Math.round(within(scale.place(0)) * columns)
    for (let i = 0; i < columns; i++) put(i, blockOf(i, zero, end), barStyle)
  } else for (let i = 0; i < at(bar.value); i++) put(i, '·', leaderStyle)
  const { low, high, reference } = bar
  if (low !== undefined && high !== undefined && at(high) > at(low)) {
    for (let i = at(low); i <= at(high); i++) put(i, '─', {})
    put(at(low), '├', {})
    put(at(high), '┤', {})
  }
  if (!isFromZero) put(at(bar.value), '●', barStyle)
  else if (cells[at(bar.value)]!.character === '─') put(at(bar.value), '┼', {})
  if (reference !== undefined) put(at(reference), '◆', referenceStyle)
  return cells
}

/** How much of a column is between zero and the end of a bar, in eighths where it ends at the right. */
function blockOf(column: number, zero: number, end: number): string {
  const from = Math.max(column, Math.min(zero, end))
  const to = Math.min(column + 1, Math.max(zero, end))
  const eighths = Math.round((to - from) * 8)
  if (eighths <= 0) return ' '
  if (end < zero && from > column) return eighths >= 4 ? '▐' : ' '
  return ' ▏▎▍▌▋▊▉█'[eighths]!
}
