import { formatShape, GraphError, isFloat, zerosTensor } from '../base/index.ts'
import {
  add,
  constant,
  describeOrigin,
  type OpName,
  type Value,
  valuesOf,
  withOrigin,
} from '../ir/index.ts'
import { type Derivative, derivatives } from './derivatives.ts'

/**
 * The gradients of a scalar with respect to values, as values: `result[i] = dloss / dwrt[i]`.
 * Zeros where the loss does not depend on a value. They can be differentiated again.
 * Throws GraphError when the loss is not a float scalar.
 * Source: reverse accumulation; Linnainmaa 1970.
 */
export function gradients(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length !== 0 || !isFloat(loss.dtype))
    throw new GraphError({
      who: 'gradients',
      expected: 'a float scalar as the loss',
      received: `${loss.dtype} ${formatShape(loss.shape)}`,
      from: `output of ${describeOrigin(loss.origin, loss.op)}`,
      hint: 'Sum or average it first',
    })
  const order = valuesOf([loss])
  const relevant = dependents(order, wrt)
  const received = new Map<Value, Value>([[loss, constant(1, loss.dtype)]])
  for (const value of order.reverse()) {
    const dy = received.get(value)
    if (!dy || !relevant.has(value) || value.inputs.length === 0) continue
    withOrigin({ ...value.origin, pass: 'backward' }, () => {
      const given = (derivatives[value.op] as Derivative<OpName>)(value, dy)
      value.inputs.forEach((operand, i) => {
        const gradient = given[i]
        if (!gradient || !relevant.has(operand)) return
        const before = received.get(operand)
        received.set(operand, before ? add(before, gradient) : gradient)
      })
    })
  }
  return wrt.map(value => received.get(value) ?? constant(zerosTensor(value.dtype, value.shape)))
}

/** The values among `order` that are in `wrt` or computed from it. */
function dependents(order: readonly Value[], wrt: readonly Value[]): Set<Value> {
  const found = new Set(wrt)
  for (const value of order) if (value.inputs.some(operand => found.has(operand))) found.add(value)
  return found
}
