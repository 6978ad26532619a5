import { sizeOf } from '../base/index.ts'
import { concat, reshape, type Value } from '../ir/index.ts'

/** Many small results as one, since each result of a program costs a call some microseconds. */
export interface Packed<T> {
  /** All numbers one after the other. */
  readonly value: Value
  /** The tree again, from those numbers: a number for a scalar, a list for a vector. */
  readonly unpack: (numbers: ArrayLike<number>) => T
}

/** Packs all values of a tree of plain objects and lists; what else is in it stays as it is. */
export function packed<T>(tree: object): Packed<T> {
  const values: Value[] = []
  const flat = mapValues(tree, value => values.push(reshape(value, [sizeOf(value.shape)])))
  return {
    value: values.length > 0 ? concat(values) : refuseNone(flat),
    unpack(numbers) {
      let place = 0
      const next = () => numbers[place++]!
      return mapValues(tree, ({ shape }) =>
        shape.length === 0 ? next() : Array.from({ length: sizeOf(shape) }, next),
      ) as T
    },
  }
}

function refuseNone(tree: unknown): never {
  throw new TypeError(`packed: no value in ${JSON.stringify(tree)}`)
}

/** Whether a part of a tree is a value of a graph. */
export const isValue = (node: object): node is Value => 'op' in node && 'origin' in node

/** The tree with something in the place of every value, in one order always. */
const mapValues = (node: unknown, change: (value: Value) => unknown): unknown =>
  mapLeaves(node, isValue, change)

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
