import type { Program } from '../ir/index.ts'
import { type SimplifyOptions, simplify } from '../rewrite/index.ts'
import { evaluate } from './reference/index.ts'

/** A program with less to do, and constant parts worked out. */
export function optimised(program: Program, options?: SimplifyOptions): Program {
  return simplify(program, value => evaluate([value])[0]!, options)
}
