/** Columns that a line of code may have. */
const width = 90

/** Plain data as TypeScript would be written by hand: `{ kind: 'relu' }`, broken into lines where it is long. */
export function codeOf(value: unknown, indent = 0): string {
  const line = inLine(value)
  if (indent + line.length <= width || typeof value !== 'object' || value === null) return line
  const inner = ' '.repeat(indent + 2)
  const parts = Array.isArray(value)
    ? value.map(item => codeOf(item, indent + 2))
    : Object.entries(value).map(([name, item]) => `${key(name)}: ${codeOf(item, indent + 2)}`)
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return [open, ...parts.map(part => `${inner}${part},`), ' '.repeat(indent) + close].join('\n')
}

function inLine(value: unknown): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null)
    return Object.is(value, -0) ? '-0' : String(value)
  if (Array.isArray(value)) return `[${value.map(inLine).join(', ')}]`
  const parts = Object.entries(value).map(([name, item]) => `${key(name)}: ${inLine(item)}`)
  return parts.length > 0 ? `{ ${parts.join(', ')} }` : '{}'
}

const key = (name: string): string => (/^[a-z_$][\w$]*$/i.test(name) ? name : quoted(name))

/** A string in single quotes. */
function quoted(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner}'`
}
