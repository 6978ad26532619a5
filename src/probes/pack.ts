import { sizeOf } from '../base/index.ts'
import { concat, reshape, type Value } from '../ir/index.ts'

/** Many small results as one, since each result of a program costs a call some microseconds. */
export interface Packed<T> {
  /** All numbers one after the other. */
  readonly value: Value
  /** The tree again, from those numbers: a number for a scalar, a list for a vector. */
  readonly unpack: (numbers: ArrayLike<number>) => T
}

/** A number that is worked out from scalars of the graph, once they are read. */
export interface Figure {
  readonly of: readonly Value[]
  readonly read: (...numbers: [number, number]) => number
}

/**
 * Packs all values of a tree of plain objects and lists, each once, with those that figures are worked out
 * from; what else is in it stays as it is.
 */
export function packed<T>(tree: object): Packed<T> {
  const places = new Map<Value, number>()
  let size = 0
  const place = (value: Value) => {
    if (places.has(value)) return
    places.set(value, size)
    size += sizeOf(value.shape)
  }
  const flat = mapLeaves(tree, isPacked, leaf =>
    isValue(leaf) ? place(leaf) : leaf.of.forEach(place),
  )
  const parts = [...places.keys()].map(value => reshape(value, [sizeOf(value.shape)]))
  return {
    value: parts.length > 0 ? concat(parts) : refuseNone(flat),
    unpack(numbers) {
      const first = (value: Value) => numbers[places.get(value)!]!
      const all = (value: Value) =>
        Array.from({ length: sizeOf(value.shape) }, (_, i) => numbers[places.get(value)! + i]!)
      return mapLeaves(tree, isPacked, leaf => {
        if (!isValue(leaf)) return leaf.read(...(leaf.of.map(first) as [number, number]))
        return leaf.shape.length === 0 ? first(leaf) : all(leaf)
      }) as T
    },
  }
}

function refuseNone(tree: unknown): never {
  throw new TypeError(`packed: no value in ${JSON.stringify(tree)}`)
}

/** Whether a part of a tree is a value of a graph. */
export const isValue = (node: object): node is Value => 'op' in node && 'origin' in node

/** Whether a part of a tree is worked out from values of a graph. */
export const isFigure = (node: object): node is Figure => 'of' in node && 'read' in node

const isPacked = (node: object): node is Value | Figure => isValue(node) || isFigure(node)

/** A tree of plain objects and lists with something in the place of some of its objects, in one order always. */
export function mapLeaves<L>(
  node: unknown,
  isLeaf: (node: object) => node is L & object,
  change: (leaf: L) => unknown,
): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (isLeaf(node)) return change(node)
  if (Array.isArray(node)) return node.map(part => mapLeaves(part, isLeaf, change))
  return Object.fromEntries(
    Object.entries(node).map(([key, part]) => [key, mapLeaves(part, isLeaf, change)]),
  )
}
