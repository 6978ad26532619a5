import { GraphError, type Named, sameShape, sizeOf } from '../base/index.ts'
import type { OpName } from './op-attrs.ts'
import type { OpRow } from './op-row.ts'
import { opTable } from './op-table.ts'
import { describeOrigin, isOp, type Value } from './value.ts'

/**
 * Named results to compute, and the state they carry from one run to the next.
 * `state[name]` is what the input called `name` becomes for the next run.
 */
export interface Program {
  readonly outputs: Named<Value>
  readonly state: Named<Value>
}

/** A program that carries no state. */
export function pureProgram(outputs: Named<Value>): Program {
  return { outputs, state: {} }
}

/** Every result of a program. */
export function resultsOf({ outputs, state }: Program): Value[] {
  return [...Object.values(outputs), ...Object.values(state)]
}

/**
 * Every value the results reach, operands before their users, each once. `operandsOf` may say what
 * a value is computed from when that is not its inputs.
 */
export function valuesOf(
  results: readonly Value[],
  operandsOf = (value: Value): readonly Value[] => value.inputs,
): Value[] {
  const order: Value[] = []
  const seen = new Set<Value>()
  const stack = results.map(value => ({ value, next: 0 })).reverse()
  while (stack.length > 0) {
    const frame = stack.at(-1)!
    if (frame.next === 0 && seen.has(frame.value)) {
      stack.pop()
      continue
    }
    seen.add(frame.value)
    const operand = operandsOf(frame.value)[frame.next++]
    if (operand === undefined) {
      order.push(frame.value)
      stack.pop()
    } else if (!seen.has(operand)) stack.push({ value: operand, next: 0 })
  }
  return order
}

/** The inputs a program reads, by name. */
export function inputsOf(program: Program): Map<string, Value<'input'>> {
  const inputs = valuesOf(resultsOf(program)).filter(value => isOp(value, 'input'))
  return new Map(inputs.map(value => [value.attrs.name, value]))
}

/** How many times each value is read, results included. */
export function useCounts(results: readonly Value[]): Map<Value, number> {
  const counts = new Map<Value, number>()
  const count = (value: Value) => counts.set(value, (counts.get(value) ?? 0) + 1)
  results.forEach(count)
  for (const { inputs } of valuesOf(results)) inputs.forEach(count)
  return counts
}

/**
 * Checks that a program is well formed: every shape and element type is what the op table says,
 * constants hold as many elements as their shape, input names are unique, state keeps its shape.
 * Throws GraphError that names the first offender.
 */
export function verify(program: Program): void {
  const inputs = new Map<string, Value>()
  for (const value of valuesOf(resultsOf(program))) {
    const row = opTable[value.op] as OpRow<OpName>
    if (!row) refuse(value, 'an op of the table', `"${value.op}"`)
    if (row.arity !== 'any' && row.arity !== value.inputs.length)
      refuse(value, `${row.arity} operands`, `${value.inputs.length}`)
    const shape = row.shape(value.inputs, value.attrs)
    if (!sameShape(shape, value.shape)) refuse(value, `shape [${shape}]`, `[${value.shape}]`)
    const dtype = row.dtype(value.inputs, value.attrs)
    if (dtype !== value.dtype) refuse(value, dtype, value.dtype)
    if (isOp(value, 'constant') && value.attrs.value.data.length !== sizeOf(value.shape))
      refuse(value, `${sizeOf(value.shape)} elements`, `${value.attrs.value.data.length}`)
    if (isOp(value, 'input')) {
      if (inputs.has(value.attrs.name)) refuse(value, 'a name of its own', value.attrs.name)
      inputs.set(value.attrs.name, value)
    }
  }
  for (const [name, next] of Object.entries(program.state)) {
    const now = inputs.get(name)
    if (now && (!sameShape(now.shape, next.shape) || now.dtype !== next.dtype))
      refuse(
        next,
        `state "${name}" as ${now.dtype} [${now.shape}]`,
        `${next.dtype} [${next.shape}]`,
      )
  }
}

function refuse(value: Value, expected: string, received: string): never {
  throw new GraphError({
    who: `verify: ${value.op} of ${describeOrigin(value.origin, 'the graph')}`,
    expected,
    received,
  })
}
