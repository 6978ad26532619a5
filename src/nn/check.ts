import { ConfigError, formatShape, ShapeError } from '../base/index.ts'
import { currentOrigin, describeOrigin, type Value } from '../ir/index.ts'

/** Throws ConfigError unless a setting is an integer of at least `least`. */
export function requireInteger(who: string, what: string, value: number, least = 1): void {
  if (!Number.isInteger(value) || value < least)
    throw new ConfigError({
      who,
      expected: least === 1 ? `a positive number of ${what}` : `${what}, an integer from ${least}`,
      received: `${value}`,
    })
}

/** Throws ConfigError unless a share is in 0 <= rate < 1. */
export function requireRate(who: string, rate: number): void {
  if (!(rate >= 0 && rate < 1))
    throw new ConfigError({ who, expected: '0 <= rate < 1', received: `${rate}` })
}

/** Throws ConfigError unless a setting is one of some words. */
export function requireWord(who: string, words: readonly string[], received: unknown): void {
  if (!words.includes(received as string))
    throw new ConfigError({
      who,
      expected: words.map(word => `"${word}"`).join(' or '),
      received: typeof received === 'string' ? `"${received}"` : String(received),
    })
}

/** Throws the ShapeError of the layer being applied, with where its input came from. */
export function refuseInput(
  kind: string,
  x: Value,
  expected: string,
  hint?: string | undefined,
): never {
  throw new ShapeError({
    who: describeOrigin(currentOrigin(), kind),
    expected,
    received: formatShape(x.shape),
    from: `output of ${describeOrigin(x.origin, x.op)}`,
    ...(hint ? { hint } : {}),
  })
}
