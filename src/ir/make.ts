import { GraphError } from '../base/index.ts'
import type { OpAttrs, OpName } from './op-attrs.ts'
import { opTable } from './op-table.ts'
import type { Operands } from './operands.ts'
import { currentOrigin, type Origin, type Value } from './value.ts'

/**
 * The result of an op on operands, its shape and element type worked out by the op table.
 * Throws ShapeError or DTypeError when the operands do not fit, GraphError when their number differs.
 */
export function makeValue<K extends OpName>(
  op: K,
  inputs: readonly Value[],
  attrs: OpAttrs[K],
  origin: Origin = currentOrigin(),
): Value<K> {
  const row = opTable[op]
  if (row.arity === 'any' ? inputs.length === 0 : inputs.length !== row.arity)
    throw new GraphError({
      who: op,
      expected: row.arity === 'any' ? 'at least one operand' : `${row.arity} operands`,
      received: String(inputs.length),
    })
  // So many as the op takes, as was just seen.
  const operands = inputs as Operands<K, Value>
  const shape = row.shape(operands, attrs)
  const dtype = row.dtype(operands, attrs)
  return Object.freeze({ op, inputs: operands, attrs, shape, dtype, origin })
}

/** The same op and origin on other operands. */
export function withInputs(value: Value, inputs: readonly Value[]): Value {
  const isSame = inputs.every((input, i) => input === value.inputs[i])
  return isSame ? value : makeValue(value.op, inputs, value.attrs, value.origin)
}
