import { roomyScale, type Scale } from '../scale.ts'
import { cutText, padText, textWidth } from '../text.ts'

/** A scale along so many columns, whose labels do not touch. */
export function horizontalScale(columns: number, make: (ticks: number) => Scale): Scale {
  return roomyScale(Math.max(2, Math.floor(columns / 8)), make, ({ ticks, place }) =>
    ticks.every((tick, i) => {
      const before = ticks[i - 1]
      if (!before) return true
      const room = (place(tick.value) - place(before.value)) * columns
      return room >= (textWidth(tick.label) + textWidth(before.label)) / 2 + 2
    }),
  )
}

/** The line below a plot of so many columns, the numbers below that, and what they are. */
export function xAxis(
  { ticks, place }: Scale,
  columns: number,
  margin: number,
  label: string,
): string[] {
  const left = margin + 1
  const at = ticks.map(({ value }) => Math.round(place(value) * (columns - 1)))
  const line = Array.from({ length: columns }, (_, i) => (at.includes(i) ? '┬' : '─')).join('')
  const numbers = ticks.reduce((text, tick, i) => {
    const width = textWidth(tick.label)
    const start = Math.min(left + at[i]! - ((width - 1) >> 1), left + columns - width)
    return text === '' || start > text.length ? padText(text, start) + tick.label : text
  }, '')
  return [
    `${' '.repeat(margin)}└${line}`,
    numbers,
    padText(cutText(label, columns), left + columns, 'right'),
  ]
}
