/**
 * Colours of series, told apart by colour-blind readers too: for SVG, and of the 256 that terminals share.
 * The yellow of the source is left out, which is hard to see on white.
 * Source: Okabe and Ito, "Color Universal Design" (2008).
 */
export const palette = [
  { svg: '#0072b2', terminal: 32 },
  { svg: '#d55e00', terminal: 166 },
  { svg: '#009e73', terminal: 36 },
  { svg: '#cc79a7', terminal: 175 },
  { svg: '#e69f00', terminal: 214 },
  { svg: '#56b4e9', terminal: 74 },
] as const

/** The colour of what others are compared with. */
export const referenceColor = { svg: '#6b6b6b', terminal: 245 } as const

/** The row of a table that is used again from its start when it ends. */
export function cyclic<T>(table: readonly T[], i: number): T {
  return table[i % table.length]!
}
