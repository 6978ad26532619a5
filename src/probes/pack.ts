import { type NumericArray, sizeOf } from '../base/index.ts'
import { concat, reshape, type Value } from '../ir/index.ts'

/** Many small results as one, since each result of a program costs a call some microseconds. */
export interface Packed<T> {
  /** All numbers one after the other, [1, n]. */
  readonly value: Value
  /** The tree again, from those numbers: a number for a scalar, and what figures come to. */
  readonly unpack: (numbers: NumericArray) => T
}

/** What is worked out from values of the graph, once their elements are read. */
export interface Figure<T = number> {
  readonly of: readonly Value[]
  readonly read: (elements: Elements) => T
}

/** A number to be: a scalar of the graph, or worked out when it is read. */
export type Measured = Value | Figure

/** A number to be as a figure. */
export function figureOf(measured: Measured): Figure {
  if (isFigure(measured)) return measured
  return { of: [measured], read: elements => elements.of(measured)[0]! }
}

/** The elements of the values that were packed. */
export class Elements {
  readonly #numbers: NumericArray
  readonly #places: ReadonlyMap<Value, number>
  readonly #totals = new Map<Value, number>()

  constructor(numbers: NumericArray, places: ReadonlyMap<Value, number>) {
    this.#numbers = numbers
    this.#places = places
  }

  of(value: Value): NumericArray {
    const place = this.#places.get(value)!
    return this.#numbers.subarray(place, place + sizeOf(value.shape))
  }

  /** Their sum, in float64. */
  total(value: Value): number {
    const known = this.#totals.get(value)
    if (known !== undefined) return known
    const numbers = this.of(value)
    let total = 0
    for (let i = 0; i < numbers.length; i++) total += numbers[i]!
    this.#totals.set(value, total)
    return total
  }
}

/** Packs what a tree of plain objects and lists measures, each value once; what else is in it stays. */
export function packed<T>(tree: object): Packed<T> {
  const places = new Map<Value, number>()
  let size = 0
  const figures = mapFigures(tree, figure => {
    for (const value of figure.of) {
      if (places.has(value)) continue
      places.set(value, size)
      size += sizeOf(value.shape)
    }
    return figure
  })
  if (size === 0) throw new TypeError(`packed: no value in ${JSON.stringify(tree)}`)
  // As rows, which sums by columns are already.
  const rows = [...places.keys()].map(value => reshape(value, [1, sizeOf(value.shape)]))
  return {
    value: concat(rows, 1),
    unpack(numbers) {
      const elements = new Elements(numbers, places)
      return mapFigures(figures, ({ read }) => read(elements)) as T
    },
  }
}

const isValue = (node: object): node is Value => 'op' in node && 'origin' in node
const isFigure = (node: object): node is Figure => 'of' in node && 'read' in node

/** A tree of plain objects and lists with something in the place of all that it measures. */
function mapFigures(node: unknown, change: (figure: Figure<unknown>) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (isValue(node) || isFigure(node)) return change(figureOf(node))
  if (Array.isArray(node)) return node.map(part => mapFigures(part, change))
  return Object.fromEntries(
    Object.entries(node).map(([key, part]) => [key, mapFigures(part, change)]),
  )
}
