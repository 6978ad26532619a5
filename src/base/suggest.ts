import { closest, distance } from 'fastest-levenshtein'
import { ConfigError } from './errors.ts'

/** The hint with the nearest of the names that exist; undefined where none is near. */
export function didYouMean(received: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined
  const name = closest(received, names)
  // Half of its letters right, or it is another word.
  const isNear = distance(received, name) <= Math.ceil(Math.max(received.length, name.length) / 2)
  return isNear ? `Did you mean ${name}?` : undefined
}

/**
 * The row of a table by its name.
 * Throws ConfigError that lists the names, and one that is near, when there is none of this name.
 */
export function rowNamed<K extends string, Row>(
  who: string,
  table: { readonly [name in K]: Row },
  name: K,
): Row {
  if (Object.hasOwn(table, name)) return table[name]
  throw unknownName(who, String(name), Object.keys(table))
}

/** The error about a name that does not exist: it lists those that do, and one that is near. */
export function unknownName(who: string, received: string, names: readonly string[]): ConfigError {
  const hint = didYouMean(received, names)
  return new ConfigError({
    who,
    expected: names.length > 0 ? `one of ${names.join(', ')}` : 'nothing',
    received: `"${received}"`,
    ...(hint ? { hint } : {}),
  })
}
