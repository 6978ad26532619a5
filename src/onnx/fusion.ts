import type { Value } from '../ir/index.ts'
import type { Emitter } from './emitter.ts'

/** How to compute a value in one go from others than its inputs, which are then not computed. */
export interface Fusion {
  readonly operands: readonly Value[]
  /** Which operands it takes with channels in blocks, and whether its result has them so; default none. */
  readonly blocked?: { readonly operands: readonly boolean[]; readonly result: boolean }
  /** Emits the ONNX nodes, given the names of the operands; returns the result's name. */
  readonly lower: (operands: readonly string[], emit: Emitter) => string
}
