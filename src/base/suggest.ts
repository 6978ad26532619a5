import { closest } from 'fastest-levenshtein'
import { ConfigError } from './errors.ts'

/** The hint with the nearest of the names that exist; undefined where there are none. */
export function didYouMean(received: string, names: readonly string[]): string | undefined {
  return names.length > 0 ? `Did you mean ${closest(received, names)}?` : undefined
}

/** The error about a name that does not exist: it lists those that do, and the nearest one. */
export function unknownName(who: string, received: string, names: readonly string[]): ConfigError {
  const hint = didYouMean(received, names)
  return new ConfigError({
    who,
    expected: hint ? `one of ${names.join(', ')}` : 'nothing',
    received: `"${received}"`,
    ...(hint ? { hint } : {}),
  })
}
