import { closest } from 'fastest-levenshtein'
import { ConfigError } from '../base/index.ts'

/** The error about a name that does not exist: it lists those that do, and the nearest one. */
export function unknownName(who: string, received: string, names: readonly string[]): ConfigError {
  return new ConfigError({
    who,
    expected: names.length > 0 ? `one of ${names.join(', ')}` : 'nothing',
    received: `"${received}"`,
    ...(names.length > 0 ? { hint: `Did you mean ${closest(received, names)}?` } : {}),
  })
}
