import { sizeOf } from '../base/index.ts'
import { type OpName, type OpRow, opTable, type Program, resultsOf, valuesOf } from '../ir/index.ts'

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
