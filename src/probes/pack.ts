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

/** The tree with something in the place of every value, in one order always. */
function mapValues(node: unknown, change: (value: Value) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node
  if (Array.isArray(node)) return node.map(part => mapValues(part, change))
  if ('op' in node && 'origin' in node) return change(node as Value)
  return Object.fromEntries(
    Object.entries(node).map(([key, part]) => [key, mapValues(part, change)]),
  )
}
