const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Characters that are two columns wide, first and last of each range.
 * Source: Unicode 16, EastAsianWidth.txt, W and F outside of emoji; ranges with a gap of unassigned
 * characters are joined.
 */
const wideRanges: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x20000, 0x3fffd],
]

/** How many columns of a terminal a text takes: two for each Korean syllable. */
export function textWidth(text: string): number {
  let width = 0
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment)
  return width
}

function graphemeWidth(grapheme: string): number {
  if (/^[\p{M}\p{Cc}\p{Cf}]+$/u.test(grapheme)) return 0
  if (/\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f/u.test(grapheme)) return 2
  const code = grapheme.codePointAt(0)!
  return wideRanges.some(([first, last]) => first <= code && code <= last) ? 2 : 1
}

/** A text of at most so many columns, ending in `…` where something was cut. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let [cut, used] = ['', 0]
  for (const { segment } of graphemes.segment(text)) {
    used += graphemeWidth(segment)
    if (used > width - 1) break
    cut += segment
  }
  return width < 1 ? '' : `${cut}…`
}

/** A text filled up with spaces to so many columns. */
export function padText(
  text: string,
  width: number,
  side: 'left' | 'right' | 'center' = 'left',
): string {
  const missing = Math.max(0, width - textWidth(text))
  const before = side === 'left' ? 0 : side === 'right' ? missing : missing >> 1
  return ' '.repeat(before) + text + ' '.repeat(missing - before)
}

/** A text in lines of at most so many columns, broken between words. */
export function wrapText(text: string, width: number): string[] {
  const words = text.split(/\s+/).filter(Boolean)
  return inLines(words, textWidth, 1, width).map(line => cutText(line.join(' '), width))
}

/** Items in lines, as many in each as fit with gaps between them, at least one. */
export function inLines<T>(
  items: readonly T[],
  widthOf: (item: T) => number,
  gap: number,
  width: number,
): T[][] {
  const lines: T[][] = []
  let used = Infinity
  for (const item of items) {
    used += gap + widthOf(item)
    if (used > width) {
      lines.push([])
      used = widthOf(item)
    }
    lines.at(-1)!.push(item)
  }
  return lines
}

/** A text without characters that would move the cursor or end the line. */
export function printable(text: string): string {
  return text.toWellFormed().replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
}
