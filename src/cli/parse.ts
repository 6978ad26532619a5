import { parseArgs } from 'node:util'
import { ConfigError, unknownName } from '../base/index.ts'
import { type OptionName, type OptionRow, type OptionValues, options } from './options.ts'

/** A call as it was typed. */
export interface ParsedCall {
  readonly positionals: readonly string[]
  readonly values: OptionValues
}

/**
 * Reads the words of a call by the option table; only the named options are allowed.
 * Throws ConfigError when an option is unknown here, misses its value or has one it does not take.
 */
export function parseCall(words: readonly string[], allowed: readonly OptionName[]): ParsedCall {
  const { tokens, positionals } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries<OptionRow>(options).map(([name, { value, isRepeatable = false }]) => [
        name,
        { type: value ? ('string' as const) : ('boolean' as const), multiple: isRepeatable },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const values: Record<string, unknown> = {}
  for (const token of tokens) {
    if (token.kind !== 'option') continue
    const name = allowed.find(option => option === token.name)
    if (!name)
      throw unknownName(
        'options',
        token.rawName,
        allowed.map(option => `--${option}`),
      )
    const row: OptionRow = options[name]
    const value = readValue(row, token)
    const before = (values[name] ?? []) as readonly unknown[]
    values[name] = row.isRepeatable ? [...before, value] : value
  }
  return { positionals, values }
}

interface OptionToken {
  readonly name: string
  readonly value: string | undefined
  readonly inlineValue: boolean | undefined
}

function readValue({ value: form, read }: OptionRow, token: OptionToken): unknown {
  const { name, value, inlineValue } = token
  if (!form) {
    if (value === undefined) return true
    throw new ConfigError({ who: `--${name}`, expected: 'no value', received: `"${value}"` })
  }
  // Another option is no value: `--out --json` forgot one.
  const isForgotten = value === undefined || (!inlineValue && value.startsWith('--'))
  if (isForgotten)
    throw new ConfigError({ who: `--${name}`, expected: `${form} after it`, received: 'nothing' })
  return read?.(value, name)
}
