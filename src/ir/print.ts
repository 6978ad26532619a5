import { formatShape } from '../base/index.ts'
import { type Program, resultsOf, valuesOf } from './graph.ts'
import { describeOrigin, isOp, type Value } from './value.ts'

/**
 * A program as text, one value a line:
 * `%3 = matmul(%1, %2) transposeB  float32 [100, 10]  # linear "layers.0"`.
 */
export function formatProgram(program: Program): string {
  const names = new Map<Value, string>()
  const lines = valuesOf(resultsOf(program)).map(value => {
    const name = isOp(value, 'input') ? `@${value.attrs.name}` : `%${names.size}`
    const operands = value.inputs.map(operand => names.get(operand)).join(', ')
    names.set(value, name)
    const call = isOp(value, 'input') ? 'input' : `${value.op}(${operands})${formatAttrs(value)}`
    const origin = value.origin.path ? `  # ${describeOrigin(value.origin)}` : ''
    return `${name} = ${call}  ${value.dtype} ${formatShape(value.shape)}${origin}`
  })
  const named = (kind: string, values: object) =>
    Object.entries(values).map(([name, value]) => `${kind} ${name} = ${names.get(value)}`)
  return [...lines, ...named('output', program.outputs), ...named('state', program.state)].join(
    '\n',
  )
}

function formatAttrs(value: Value): string {
  if (isOp(value, 'constant')) {
    const { data } = value.attrs.value
    return ` ${data.length > 6 ? `${data.slice(0, 6).join(' ')} …` : data.join(' ')}`
  }
  const shown = Object.entries(value.attrs).flatMap(([name, attr]) =>
    attr === true ? [name] : attr === false ? [] : [`${name}=${[attr].flat().join(',')}`],
  )
  return shown.length > 0 ? ` ${shown.join(' ')}` : ''
}
