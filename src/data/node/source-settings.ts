import { ConfigError, type Named, unknownName } from '../../base/index.ts'

/** Reads a setting of a source from its texts, one for each time it is given. */
export type Reader<T> = (texts: readonly string[], who: string) => T

/** Readers by the name of their setting. */
export type Readers = Named<Reader<unknown>>

/** What readers make of a text; a setting that is not given is absent. */
export type SettingsOf<R extends Readers> = { readonly [K in keyof R]?: ReturnType<R[K]> }

/** A text, given once. */
export const text: Reader<string> = (texts, who) => {
  if (texts.length === 1) return texts[0]!
  throw refused(who, 'one value', texts.join(', '))
}

/** A text for each time the setting is given. */
export const texts: Reader<readonly string[]> = given => given

/** A number. */
export const number: Reader<number> = (given, who) => {
  const written = text(given, who)
  const value = Number(written)
  if (written.trim() !== '' && Number.isFinite(value)) return value
  throw refused(who, 'a number', written)
}

/** `true` or `false`; the name alone is `true`. */
export const flag: Reader<boolean> = (given, who) => {
  const written = text(given, who)
  if (written === '' || written === 'true') return true
  if (written === 'false') return false
  throw refused(who, 'true or false', written)
}

/** One of some words. */
export function choice<const W extends string>(...words: readonly W[]): Reader<W> {
  return (given, who) => {
    const written = text(given, who)
    const word = words.find(candidate => candidate === written)
    if (word !== undefined) return word
    throw unknownName(who, written, words)
  }
}

/**
 * The settings behind the `?` of a source: `a=1&b`, names and values percent-encoded where needed.
 * Throws ConfigError when a name is unknown or a value is not of its type.
 */
export function readSettings<R extends Readers>(
  query: string,
  readers: R,
  who: string,
): SettingsOf<R> {
  const given = new URLSearchParams(query)
  const values: Record<string, unknown> = {}
  for (const name of new Set(given.keys())) {
    const read = Object.hasOwn(readers, name) ? readers[name] : undefined
    if (!read) throw unknownName(`settings of ${who}`, name, Object.keys(readers))
    values[name] = read(given.getAll(name), `"${name}" of ${who}`)
  }
  return values as SettingsOf<R>
}

function refused(who: string, expected: string, received: string): ConfigError {
  return new ConfigError({ who, expected, received: `"${received}"` })
}
