import type { Axis } from '../chart.ts'
import { palette } from '../palette.ts'
import { roomyScale, type Scale } from '../scale.ts'
import { cutText, inLines, textWidth } from '../text.ts'
import { type Attributes, element, escaped } from './xml.ts'

/** A rectangle in pixels, y downwards. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** What a drawing below the title gives back: its elements, and how high they are. */
export interface Drawn {
  readonly elements: readonly string[]
  readonly height: number
}

/** Sizes of text in pixels. */
export const fontSize = { title: 17, text: 13, tick: 12 } as const

/** Colours of what is no data. */
export const ink = { text: '#1f2328', faint: '#57606a', axis: '#8c959f', grid: '#e4e7eb' } as const

/** The width of a column of text as a share of its size: letters are as wide on average in the widest of the fonts. */
const columnWidth = 0.62

/** About how wide a text is, in pixels, from its columns. */
export function widthOf(text: string, size: number): number {
  return textWidth(text) * size * columnWidth
}

/** A text cut to so many pixels. */
export function cutTo(text: string, size: number, width: number): string {
  return cutText(text, columnsIn(width, size))
}

/** How many columns of a text fit into so many pixels. */
export function columnsIn(width: number, size: number): number {
  return Math.max(1, Math.floor(width / (size * columnWidth)))
}

/** A text at a place. */
export function textAt(x: number, y: number, text: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, escaped(text))
}

/** A sign in a legend, which is drawn around a place, and its name. */
export interface LegendItem {
  readonly name: string
  sign(x: number, y: number): string
}

const signWidth = 34
const legendLine = 22

/** Signs with their names, as many in a line as fit. */
export function legendAt(items: readonly LegendItem[], { left, top, width }: Box): Drawn {
  const cut = items.map(item => ({
    ...item,
    name: cutTo(item.name, fontSize.text, width - signWidth),
  }))
  const itemWidth = ({ name }: LegendItem) => signWidth + widthOf(name, fontSize.text)
  const lines = inLines(cut, itemWidth, 18, width)
  const elements = lines.flatMap((line, row) => {
    const y = top + row * legendLine + 10
    let x = left
    return line.flatMap(item => {
      const at = x
      x += itemWidth(item) + 18
      return [item.sign(at + 13, y), textAt(at + signWidth, y + 4.5, item.name)]
    })
  })
  return { elements, height: lines.length * legendLine }
}

/** A scale along so many pixels, whose labels do not touch. */
export function horizontalScale(pixels: number, make: (ticks: number) => Scale): Scale {
  return roomyScale(Math.max(2, Math.floor(pixels / 60)), make, ({ ticks, place }) =>
    ticks.every((tick, i) => {
      const before = ticks[i - 1]
      if (!before) return true
      const room = (place(tick.value) - place(before.value)) * pixels
      const needed = widthOf(tick.label, fontSize.tick) + widthOf(before.label, fontSize.tick)
      return room >= needed / 2 + 14
    }),
  )
}

/** Heights below a plot of numbers alone, and of numbers and a label. */
export const axisHeight = { numbers: 22, labelled: 42 } as const

/** The line below a plot with its numbers, and grid lines where they are wished for. */
export function xAxis(scale: Scale, box: Box, label: string, hasGrid: boolean): string[] {
  const bottom = box.top + box.height
  const marks = scale.ticks.flatMap(({ value, label }) => {
    const x = box.left + scale.place(value) * box.width
    return [
      ...(hasGrid ? [line(x, box.top, x, bottom, ink.grid)] : []),
      line(x, bottom, x, bottom + 5, ink.axis),
      textAt(x, bottom + 18, label, small('middle')),
    ]
  })
  return [
    ...marks,
    line(box.left, bottom, box.left + box.width, bottom, ink.axis),
    ...(label === '' ? [] : [axisLabel(box, bottom + 37, label)]),
  ]
}

/** What a horizontal axis counts, at its right end. */
export function axisLabel({ left, width }: Box, y: number, label: string): string {
  return textAt(left + width, y, label, { 'text-anchor': 'end', fill: ink.faint })
}

/** The numbers left of a plot, with grid lines, and the label above them. */
export function yAxis(scale: Scale, box: Box, { label }: Axis, left: number): string[] {
  return [
    textAt(left, box.top - 12, label, { fill: ink.faint }),
    ...scale.ticks.flatMap(({ value, label }) => {
      const y = box.top + (1 - scale.place(value)) * box.height
      return [
        line(box.left, y, box.left + box.width, y, ink.grid),
        textAt(box.left - 8, y + 4, label, small('end')),
      ]
    }),
  ]
}

/** Attributes of small, faint text. */
export function small(anchor: 'start' | 'middle' | 'end'): Attributes {
  return { 'text-anchor': anchor, 'font-size': fontSize.tick, fill: ink.faint }
}

/** A thin line. */
export function line(x1: number, y1: number, x2: number, y2: number, stroke: string): string {
  return element('line', { x1, y1, x2, y2, stroke })
}

const [first, second] = palette
/** The colour of what has no series: bars and histograms. */
export const barColor = first.svg
/** How the body of a bar is filled; what lies behind it shows through. */
export const barFill = { fill: barColor, 'fill-opacity': 0.85 } as const
/** The colour of marks at references. */
export const markColor = second.svg
