import type { Shape } from '../base/index.ts'

/** An image to draw. */
export interface Drawable {
  /** [C, H, W] with one channel or three. */
  readonly shape: Shape
  /** 0 is black, 255 is white. */
  readonly data: ArrayLike<number>
}

/** Larger images are drawn smaller. */
const mostPixels = 32

type Pixel = readonly [red: number, green: number, blue: number]

/**
 * An image as lines of text, a character for two pixels, one above the other. In colours where the
 * terminal has them, else only what is brighter than the middle between its darkest and its brightest.
 */
export function drawImage(image: Drawable, hasColors: boolean): string[] {
  const { height, width, at } = shrunk(image)
  const brightness = (y: number, x: number) => {
    const [red, green, blue] = at(y, x)
    return 0.299 * red + 0.587 * green + 0.114 * blue
  }
  const lines = Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => brightness(y, x)),
  )
  const values = lines.flat()
  const middle = (Math.min(...values) + Math.max(...values)) / 2
  const isBright = (y: number, x: number) => y < height && lines[y]![x]! > middle
  const cell = (y: number, x: number) => {
    if (!hasColors) return ' ▄▀█'[2 * Number(isBright(y, x)) + Number(isBright(y + 1, x))]!
    const below = y + 1 < height ? `\x1b[48;2;${at(y + 1, x).join(';')}m` : ''
    return `\x1b[38;2;${at(y, x).join(';')}m${below}▀`
  }
  return Array.from({ length: Math.ceil(height / 2) }, (_, line) => {
    const cells = Array.from({ length: width }, (_, x) => cell(2 * line, x)).join('')
    return hasColors ? `${cells}\x1b[0m` : cells
  })
}

/** The width that an image is drawn in, in characters. */
export function drawnWidth([, height = 1, width = 1]: Shape): number {
  return Math.floor(width / shrinkage(height, width))
}

const shrinkage = (height: number, width: number): number =>
  Math.max(1, Math.ceil(Math.max(height, width) / mostPixels))

/** The means of squares of pixels, so that at most 32 are left a side. */
function shrunk({ shape, data }: Drawable) {
  const [channels = 1, height = 1, width = 1] = shape
  const by = shrinkage(height, width)
  const mean = (channel: number, y: number, x: number): number => {
    let sum = 0
    for (let i = 0; i < by; i++)
      for (let j = 0; j < by; j++)
        sum += data[(channel * height + y * by + i) * width + x * by + j]!
    return Math.min(255, Math.max(0, Math.round(sum / by ** 2)))
  }
  const at = (y: number, x: number): Pixel => {
    const red = mean(0, y, x)
    return channels < 3 ? [red, red, red] : [red, mean(1, y, x), mean(2, y, x)]
  }
  return { height: Math.floor(height / by), width: Math.floor(width / by), at }
}

/** Pictures beside each other, each with its caption, as many in a line as fit. */
export function besideEachOther(
  pictures: readonly { readonly lines: readonly string[]; readonly caption: string }[],
  pictureWidth: number,
  totalWidth: number,
): string {
  const width = pictureWidth + 2
  const perLine = Math.max(1, Math.floor((totalWidth + 2) / width))
  const groups = Array.from({ length: Math.ceil(pictures.length / perLine) }, (_, i) =>
    pictures.slice(i * perLine, (i + 1) * perLine),
  )
  return groups
    .map(group => {
      const captions = group.map(({ caption }) => caption.slice(0, width - 1).padEnd(width))
      const rows = group[0]!.lines.map((_, line) =>
        group.map(({ lines }) => lines[line]!).join('  '),
      )
      return [captions.join('').trimEnd(), ...rows].join('\n')
    })
    .join('\n\n')
}
