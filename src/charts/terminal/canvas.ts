import type { Place } from '../curves.ts'

/** Cells of 2 x 4 dots, each in the colour of what was drawn last. */
export interface Canvas {
  readonly width: number
  readonly height: number
  /** Draws dots along places, all of them or `every` second, third and so on. */
  line(places: readonly Place[], owner: number, every?: number): void
  /** Puts a character into the cell of a place. */
  mark(place: Place, owner: number, character: string): void
  /** Puts a character into a cell that is empty. */
  fill(column: number, row: number, owner: number, character: string): void
  cell(column: number, row: number): Cell
}

/** What a cell shows, and whose it is. */
export interface Cell {
  readonly character: string
  readonly owner?: number
}

/** The bits of the dots of a braille character by column and row. Source: Unicode, U+2800 to U+28FF. */
const bits = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const

/** An empty canvas of so many cells. */
export function canvas(width: number, height: number): Canvas {
  const dots = new Uint8Array(width * height)
  const marks = new Map<number, string>()
  const owners = new Map<number, number>()
  const [lastX, lastY] = [2 * width - 1, 4 * height - 1]
  const dotOf = ([x, y]: Place) => [Math.round(x * lastX), Math.round((1 - y) * lastY)] as const
  const dot = (x: number, y: number, owner: number) => {
    const at = (y >> 2) * width + (x >> 1)
    dots[at]! |= bits[x % 2]![y % 4]!
    owners.set(at, owner)
  }
  return {
    width,
    height,
    line(places, owner, every = 1) {
      let count = 0
      const put = (x: number, y: number) => {
        if (count++ % every === 0) dot(x, y, owner)
      }
      places.forEach((place, i) => {
        const [x, y] = dotOf(place)
        const [fromX, fromY] = i === 0 ? [x, y] : dotOf(places[i - 1]!)
        const steps = Math.max(Math.abs(x - fromX), Math.abs(y - fromY))
        if (i === 0) put(x, y)
        for (let s = 1; s <= steps; s++)
          put(
            Math.round(fromX + ((x - fromX) * s) / steps),
            Math.round(fromY + ((y - fromY) * s) / steps),
          )
      })
    },
    mark(place, owner, character) {
      const [x, y] = dotOf(place)
      const at = (y >> 2) * width + (x >> 1)
      marks.set(at, character)
      owners.set(at, owner)
    },
    fill(column, row, owner, character) {
      const at = row * width + column
      if (dots[at] || marks.has(at)) return
      marks.set(at, character)
      owners.set(at, owner)
    },
    cell(column, row) {
      const at = row * width + column
      const character = marks.get(at) ?? (dots[at] ? String.fromCodePoint(0x2800 + dots[at]) : ' ')
      const owner = owners.get(at)
      return owner === undefined ? { character } : { character, owner }
    },
  }
}
