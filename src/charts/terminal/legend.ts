import { cutText, inLines, textWidth } from '../text.ts'
import type { Page, Style } from './style.ts'

/** How something is drawn, and what it is. */
export interface LegendItem {
  readonly sign: string
  readonly name: string
  readonly style: Style
}

/** Signs with their names, as many in a line as fit. */
export function legendLines(items: readonly LegendItem[], { width, paint }: Page): string[] {
  const cut = items.map(item => ({
    ...item,
    name: cutText(item.name, width - textWidth(item.sign) - 1),
  }))
  const widthOf = ({ sign, name }: LegendItem) => textWidth(sign) + 1 + textWidth(name)
  return inLines(cut, widthOf, 3, width).map(line =>
    line.map(({ sign, name, style }) => `${paint(sign, style)} ${name}`).join('   '),
  )
}
