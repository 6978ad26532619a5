import { dtypes, sizeOf } from '../base/index.ts'
import {
  type OpName,
  type OpRow,
  opTable,
  type Program,
  resultsOf,
  type Value,
  valuesOf,
} from '../ir/index.ts'

/** What one run of a program is made of. */
export interface Work {
  /** Ops that compute or move something. */
  readonly ops: number
  /** Multiplications with an addition each, of matrix products and convolutions. */
  readonly multiplyAdds: number
  /** Elements of the results of all other ops. */
  readonly elements: number
}

/** The work of a program, counted from its graph. */
export function workOf(program: Program): Work {
  let [ops, multiplyAdds, elements] = [0, 0, 0]
  for (const value of valuesOf(resultsOf(program))) {
    const row = opTable[value.op] as OpRow<OpName>
    if (row.arity === 0) continue
    ops++
    const products = row.multiplyAdds?.(value) ?? 0
    multiplyAdds += products
    if (products === 0) elements += sizeOf(value.shape)
  }
  return { ops, multiplyAdds, elements }
}

/** The work of so many copies of a program in one graph: every op once, on as many times the elements. */
export function workOfCopies({ ops, multiplyAdds, elements }: Work, copies: number): Work {
  return { ops, multiplyAdds: copies * multiplyAdds, elements: copies * elements }
}

/**
 * The most that results of a program take at once, when each is given back after its last use; inputs and
 * constants are there anyway, and a reshape takes nothing. Engines may need less, and some more.
 * Units: bytes.
 */
export function peakBytes(program: Program): number {
  const order = valuesOf(resultsOf(program))
  const lastUse = new Map<Value, number>()
  order.forEach((value, at) => {
    for (const operand of [value, ...value.inputs]) lastUse.set(hostOf(operand), at)
  })
  for (const result of resultsOf(program)) lastUse.set(hostOf(result), order.length)
  const given = Map.groupBy(lastUse.keys(), value => lastUse.get(value))
  let [held, most] = [0, 0]
  order.forEach((value, at) => {
    if (hostOf(value) === value) held += bytesOf(value)
    most = Math.max(most, held)
    for (const done of given.get(at) ?? []) held -= bytesOf(done)
  })
  return most
}

/** What holds the elements of a value. */
function hostOf(value: Value): Value {
  let host = value
  while (host.op === 'reshape') host = host.inputs[0]
  return host
}

const bytesOf = ({ inputs, shape, dtype }: Value): number =>
  inputs.length === 0 ? 0 : sizeOf(shape) * dtypes[dtype].sizeBytes
