/** What a picture shows, as plain data: drawn in a terminal or as SVG, and kept as JSON beside it. */
export type Chart = LineChart | BarChart | HistogramChart | ImageChart

/** Curves over a common horizontal axis: losses by epoch, accuracies by depth. */
export interface LineChart {
  readonly kind: 'lines'
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
}

/** One axis; numbers of a `log` axis are above 0. */
export interface Axis {
  readonly label: string
  readonly scale?: 'linear' | 'log'
  /** What is shown; curves end where they leave it. By default all there is, and 0 for bars. */
  readonly range?: readonly [low: number, high: number]
}

/** One curve; gaps are where y is not finite. */
export interface Series {
  readonly name: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** The spread around each point, of several seeds for example. */
  readonly band?: readonly (readonly [low: number, high: number])[]
  /** What the others are compared with, such as a theory's value: grey and dashed. */
  readonly isReference?: boolean
}

/** One bar a name; a point instead of a bar where the axis does not show 0, whose length would lie. */
export interface BarChart {
  readonly kind: 'bars'
  readonly title: string
  /** What the length of a bar counts: `test accuracy`. */
  readonly value: Axis
  /** How numbers are written: 0.98 as 98.0 %; default number. */
  readonly format?: 'number' | 'percent'
  readonly bars: readonly Bar[]
  /** What the marks at references are; default `reference`. */
  readonly referenceLabel?: string
}

/** A bar with its interval, and the figure to compare it with. */
export interface Bar {
  readonly name: string
  /** Not finite where there is none: the bar is left out, its name stays. */
  readonly value: number
  readonly low?: number
  readonly high?: number
  /** A mark at a published or expected value. */
  readonly reference?: number
}

/** Distributions beside each other over the same edges: activations by layer. */
export interface HistogramChart {
  readonly kind: 'histograms'
  readonly title: string
  readonly x: Axis
  readonly panels: readonly Histogram[]
}

/** Counts between edges; one edge more than counts, ascending. */
export interface Histogram {
  readonly name: string
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

/** Pictures in a grid: filters, digits and their reconstructions. */
export interface ImageChart {
  readonly kind: 'images'
  readonly title: string
  /** [C, H, W] of every image, with one channel or three. */
  readonly shape: readonly [channels: number, height: number, width: number]
  readonly images: readonly { readonly caption?: string; readonly data: ArrayLike<number> }[]
  /** What is black and what is white; by default the least and the greatest of each image. */
  readonly range?: readonly [black: number, white: number]
  /** Images in a row; default 8. */
  readonly columns?: number
}
