import {
  type FloatDType,
  mapNamed,
  type Named,
  type Tensor,
  type TensorLike,
  tensor,
} from '../../src/base/index.ts'
import { input, type OpName, type Program, pureProgram, type Value } from '../../src/ir/index.ts'
import type { Tolerance } from '../assert-tensor.ts'

/** One op on given operands and what has to come out, whatever engine runs it. */
export interface OpCase extends Tolerance {
  /** A sentence that says what is so, without the op's name. */
  readonly name: string
  readonly op: OpName
  /** Lists take the float type that the case is run in; tensors keep their own. */
  readonly feeds: Named<TensorLike | Tensor>
  /** The result, from the inputs by name. */
  readonly build: (inputs: Named<Value>, dtype: FloatDType) => Value
  /** In the element type of the result. A -0 asks for -0, a 0 takes either. */
  readonly expected: TensorLike
  /** How the expected elements were found. */
  readonly source: string
}

/** Where elements come from that can be checked in the head. */
export const byHand = 'by hand'
/** Where the elements of transcendental functions come from. */
export const highPrecision = 'mpmath 1.4.1, 30 digits'
/** Where the promises at 0, infinity and NaN come from. */
export const ieee = 'IEEE 754-2019, section 9.2.1'

/** An int32 tensor from nested lists. */
export const int32 = (values: TensorLike): Tensor => tensor(values, 'int32')
/** A uint8 tensor from nested lists. */
export const uint8 = (values: TensorLike): Tensor => tensor(values, 'uint8')
/** A bool tensor from nested lists. */
export const bool = (values: TensorLike): Tensor => tensor(values, 'bool')

/** The program of a case, with its result as the output `y`, and what to feed it. */
export function programOf(
  { feeds, build }: OpCase,
  dtype: FloatDType,
): { program: Program; feeds: Named<Tensor> } {
  const tensors = mapNamed(feeds, feed =>
    typeof feed === 'object' && 'data' in feed ? feed : tensor(feed, dtype),
  )
  const inputs = mapNamed(tensors, ({ shape, dtype }, name) => input(name, shape, dtype))
  return { program: pureProgram({ y: build(inputs, dtype) }), feeds: tensors }
}
