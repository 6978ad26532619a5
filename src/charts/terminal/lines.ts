import type { LineChart } from '../chart.ts'
import { bandsOf, heightAt, numbersOf, type Place, piecesOf, spaced } from '../curves.ts'
import { cyclic, palette, referenceColor } from '../palette.ts'
import { type Scale, scaleOf } from '../scale.ts'
import { cutText, padText, textWidth } from '../text.ts'
import { horizontalScale, xAxis } from './axis.ts'
import { type Canvas, canvas } from './canvas.ts'
import { legendLines } from './legend.ts'
import type { Page, Style } from './style.ts'

const marks = ['●', '▲', '■', '◆', '○', '△', '□', '◇'] as const

/** Columns from one mark of a curve to the next. */
const markSpacing = 10

/** Curves of braille dots, each in its colour and with its mark; bands are dotted. */
export function drawLines(chart: LineChart, page: Page): string[] {
  const legend = legendOf(chart, page)
  const rows = Math.max(4, page.height - legend.length - 4)
  const numbers = numbersOf(chart)
  const y = scaleOf(chart.y, numbers.y, {
    ticks: Math.max(2, Math.floor(rows / 3)),
    isRounded: true,
  })
  const margin = Math.max(...y.ticks.map(({ label }) => textWidth(label))) + 1
  const columns = page.width - margin - 1
  const x = horizontalScale(columns, ticks => scaleOf(chart.x, numbers.x, { ticks }))
  const drawn = canvas(columns, rows)
  drawSeries(chart, x, y, drawn)
  return [
    ...legend,
    padText(cutText(chart.y.label, page.width), margin, 'right'),
    ...plotLines(chart, y, drawn, margin, page),
    ...xAxis(x, columns, margin, chart.x.label),
  ].map(line => line.trimEnd())
}

/** The sign and the name of each series. */
function legendOf(chart: LineChart, page: Page): string[] {
  const { series, y } = chart
  if (series.length === 1 && series[0]!.name === y.label) return []
  return legendLines(
    series.map(({ name, isReference }, i) => ({
      sign: isReference ? '⠒ ⠒' : `⠒${cyclic(marks, i)}⠒`,
      name,
      style: styleOf(chart, i),
    })),
    page,
  )
}

const styleOf = ({ series }: LineChart, i: number): Style => ({
  color: series[i]!.isReference ? referenceColor.terminal : cyclic(palette, i).terminal,
})

function drawSeries(chart: LineChart, x: Scale, y: Scale, drawn: Canvas): void {
  chart.series.forEach((series, i) => {
    for (const piece of piecesOf(series, x, y)) drawn.line(piece, i, series.isReference ? 3 : 1)
  })
  chart.series.forEach((series, i) => {
    if (series.isReference) return
    const places = piecesOf(series, x, y).flat()
    for (const place of spaced(places, i, markSpacing, drawn.width, 2 * drawn.height))
      drawn.mark(place, i, cyclic(marks, i))
  })
  chart.series.forEach((series, i) => {
    for (const { low, high } of bandsOf(series, x, y)) fillBand(low, high, i, drawn)
  })
}

function fillBand(
  low: readonly Place[],
  high: readonly Place[],
  owner: number,
  drawn: Canvas,
): void {
  for (let column = 0; column < drawn.width; column++) {
    const x = (column + 0.5) / drawn.width
    const [from, to] = [heightAt(low, x), heightAt(high, x)]
    if (from === undefined || to === undefined) continue
    for (let row = 0; row < drawn.height; row++) {
      const middle = 1 - (row + 0.5) / drawn.height
      if (from <= middle && middle <= to) drawn.fill(column, row, owner, '⢐')
    }
  }
}

function plotLines(
  chart: LineChart,
  y: Scale,
  drawn: Canvas,
  margin: number,
  { paint }: Page,
): string[] {
  const rowOf = (value: number) => Math.round((1 - y.place(value)) * (drawn.height - 1))
  return Array.from({ length: drawn.height }, (_, row) => {
    const tick = y.ticks.find(({ value }) => rowOf(value) === row)
    const axis = padText(tick ? `${tick.label} ` : '', margin, 'right') + (tick ? '┤' : '│')
    let [line, run, owner] = ['', '', -1]
    for (let column = 0; column <= drawn.width; column++) {
      const cell = column < drawn.width ? drawn.cell(column, row) : { character: '' }
      const next = cell.owner ?? -1
      if (next !== owner || column === drawn.width) {
        line += owner < 0 ? run : paint(run, styleOf(chart, owner))
        ;[run, owner] = ['', next]
      }
      run += cell.character
    }
    return axis + line
  })
}
