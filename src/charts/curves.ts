import type { LineChart, Series } from './chart.ts'
import type { Scale } from './scale.ts'

/** A place in the plot: 0 to 1 from left to right and from bottom to top. */
export type Place = readonly [x: number, y: number]

/** A part of a band without gaps: its places from left to right. */
export interface Band {
  readonly low: readonly Place[]
  readonly high: readonly Place[]
}

/** The finite numbers of both axes; of bands those that the axis has a place for. */
export function numbersOf({ series, y }: LineChart): { x: number[]; y: number[] } {
  const shown = series.flatMap(({ points, band }) =>
    points.flatMap((point, i) =>
      Number.isFinite(point[1]) ? [{ point, ends: band?.[i] ?? [] }] : [],
    ),
  )
  const hasPlace = (end: number) => Number.isFinite(end) && (y.scale !== 'log' || end > 0)
  return {
    x: shown.map(({ point }) => point[0]),
    y: shown.flatMap(({ point, ends }) => [point[1], ...ends.filter(hasPlace)]),
  }
}

/** A curve in pieces, without what is outside of the plot: between gaps, and where it leaves and returns. */
export function piecesOf({ points }: Series, x: Scale, y: Scale): Place[][] {
  return runsOf(points.map(point => (Number.isFinite(point[1]) ? point : undefined))).flatMap(run =>
    clipped(run.map(([px, py]) => [x.place(px), y.place(py)])),
  )
}

/** Values between gaps. */
function runsOf<T>(values: readonly (T | undefined)[]): T[][] {
  const runs: T[][] = [[]]
  for (const value of values) {
    if (value !== undefined) runs.at(-1)!.push(value)
    else if (runs.at(-1)!.length > 0) runs.push([])
  }
  return runs.filter(run => run.length > 0)
}

function clipped(run: readonly Place[]): Place[][] {
  if (run.length === 1) return isInside(run[0]!) ? [[run[0]!]] : []
  const pieces: Place[][] = []
  for (let i = 1; i < run.length; i++) {
    const inside = clippedSegment(run[i - 1]!, run[i]!)
    if (!inside) continue
    const [from, to] = inside
    const last = pieces.at(-1)
    if (last && samePlace(last.at(-1)!, from)) last.push(to)
    else pieces.push([from, to])
  }
  return pieces
}

const isInside = ([x, y]: Place): boolean => x >= 0 && x <= 1 && y >= 0 && y <= 1
const samePlace = (a: Place, b: Place): boolean => a[0] === b[0] && a[1] === b[1]

/**
 * The part of a segment that is inside of the plot, with its own ends where they are.
 * Source: Liang and Barsky, "A new concept and method for line clipping" (1984).
 */
function clippedSegment(a: Place, b: Place): readonly [Place, Place] | undefined {
  let [start, end] = [0, 1]
  for (const axis of [0, 1] as const) {
    const [from, length] = [a[axis], b[axis] - a[axis]]
    if (length === 0) {
      if (from < 0 || from > 1) return undefined
      continue
    }
    const [enter, leave] = length > 0 ? [-from, 1 - from] : [1 - from, -from]
    start = Math.max(start, enter / length)
    end = Math.min(end, leave / length)
  }
  if (start > end) return undefined
  const at = (t: number): Place => [
    within(a[0] + t * (b[0] - a[0])),
    within(a[1] + t * (b[1] - a[1])),
  ]
  return [isInside(a) ? a : at(start), isInside(b) ? b : at(end)]
}

/** 0 to 1, with what is outside moved to the edge. */
export const within = (x: number): number => Math.min(1, Math.max(0, x))

/** The spread around a curve in parts, up to the edges of the plot. */
export function bandsOf({ points, band }: Series, x: Scale, y: Scale): Band[] {
  if (!band) return []
  const pairs = points.map(([px, py], i) => {
    const [low, high] = band[i]!
    const place = x.place(px)
    const isShown = place >= 0 && place <= 1 && [py, low, high].every(Number.isFinite)
    return isShown ? { place, low: edge(y, low), high: edge(y, high) } : undefined
  })
  return runsOf(pairs).map(run => ({
    low: run.map(({ place, low }) => [place, low]),
    high: run.map(({ place, high }) => [place, high]),
  }))
}

/** Where a band ends; below everything for what a log axis has no place for. */
function edge(scale: Scale, y: number): number {
  const place = scale.place(y)
  return Number.isNaN(place) ? 0 : within(place)
}

/** The height of places from left to right at x, undefined beside them. */
export function heightAt(places: readonly Place[], x: number): number | undefined {
  const next = places.findIndex(([px]) => px >= x)
  if (next < 0) return undefined
  const [bx, by] = places[next]!
  if (next === 0) return bx === x ? by : undefined
  const [ax, ay] = places[next - 1]!
  return bx === ax ? by : ay + ((by - ay) * (x - ax)) / (bx - ax)
}

/** Some of the places of a curve in a plot of a width and height: so far from each other, and others for each curve. */
export function spaced(
  places: readonly Place[],
  series: number,
  distance: number,
  width: number,
  height: number,
): Place[] {
  const shown: Place[] = []
  let travelled = distance * (1 - ((series * 0.3) % 1))
  places.forEach((place, i) => {
    const [fromX, fromY] = places[i - 1] ?? place
    travelled += Math.hypot((place[0] - fromX) * width, (place[1] - fromY) * height)
    if (travelled < distance) return
    shown.push(place)
    travelled = 0
  })
  return shown.length > 0 ? shown : places.slice(0, 1)
}

/**
 * A curve from left to right with no more than four places a column, of which each keeps its first, lowest,
 * highest and last, so that it looks the same; other curves and short ones as they are.
 * Source: Jugel et al., "M4: a visualization-oriented time series data aggregation" (2014).
 */
export function thinned(places: readonly Place[], columns: number): readonly Place[] {
  if (places.length <= 4 * columns) return places
  if (places.some(([x], i) => i > 0 && x < places[i - 1]![0])) return places
  const groups = Map.groupBy(places, ([x]) => Math.floor(x * columns))
  return [...groups.values()].flatMap(group => {
    const [low, high] = [-1, 1].map(sign =>
      group.reduce((best, place) => (sign * place[1] > sign * best[1] ? place : best)),
    )
    const kept = new Set([group[0], low, high, group.at(-1)])
    return group.filter(place => kept.has(place))
  })
}
