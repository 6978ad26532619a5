/** How a terminal shows a text. */
export interface Style {
  /** Of the 256 colours that terminals share. */
  readonly color?: number
  readonly isBold?: boolean
  readonly isFaint?: boolean
}

/** Where and how a chart is drawn. */
export interface Page {
  /** Columns of a line. */
  readonly width: number
  readonly height: number
  readonly hasColors: boolean
  /** A text in a style, where there are colours. */
  readonly paint: (text: string, style: Style) => string
}

/** A text in a style, as every terminal with colours knows it. Source: ECMA-48, 8.3.117. */
export function ansi(text: string, { color, isBold, isFaint }: Style): string {
  const codes = [
    ...(isBold ? ['1'] : []),
    ...(isFaint ? ['2'] : []),
    ...(color === undefined ? [] : [`38;5;${color}`]),
  ]
  return text === '' || codes.length === 0 ? text : `\x1b[${codes.join(';')}m${text}\x1b[0m`
}
