import { ConfigError } from './errors.ts'

/** What a setting has to be, in words and as a test. */
export interface Requirement {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const numberThat = (expected: string, test: (x: number) => boolean): Requirement => ({
  expected,
  holds: value => typeof value === 'number' && Number.isFinite(value) && test(value),
})

/** A finite number of at least `least`. */
export function numberFrom(least: number): Requirement {
  return numberThat(`a number >= ${least}`, x => x >= least)
}

/** An integer of at least `least`. */
export function integerFrom(least: number): Requirement {
  return numberThat(
    least === 1 ? 'a positive integer' : `an integer >= ${least}`,
    x => Number.isSafeInteger(x) && x >= least,
  )
}

/** One of some words. */
export function oneOf(...words: readonly string[]): Requirement {
  return {
    expected: words.map(word => `"${word}"`).join(' or '),
    holds: value => words.includes(value as string),
  }
}

/** A list of which every item is what is required. */
export function listOf({ expected, holds }: Requirement): Requirement {
  return {
    expected: `a list, each item ${expected}`,
    holds: value => Array.isArray(value) && value.every(holds),
  }
}

/** What settings are mostly required to be. */
export const requirements = {
  number: numberThat('a finite number', () => true),
  amount: numberFrom(0),
  positive: numberThat('a number > 0', x => x > 0),
  /** Of what is left out, kept or forgotten: 1 would leave nothing to happen. */
  share: numberThat('a number in 0 <= x < 1', x => x >= 0 && x < 1),
  wholeShare: numberThat('a number in 0 <= x <= 1', x => x >= 0 && x <= 1),
  count: integerFrom(1),
  countOrNone: integerFrom(0),
  flag: { expected: 'true or false', holds: value => typeof value === 'boolean' },
  counts: {
    expected: 'positive integers, each greater than the one before',
    holds: value =>
      Array.isArray(value) &&
      value.every((x, i) => Number.isInteger(x) && x > (i === 0 ? 0 : value[i - 1])),
  },
} satisfies Readonly<Record<string, Requirement>>

/** Throws ConfigError unless a setting is what it is required to be. */
export function requireSetting(
  who: string,
  value: unknown,
  { expected, holds }: Requirement,
): void {
  if (!holds(value)) throw new ConfigError({ who, expected, received: written(value) })
}

/** Characters of a received value that an error shows. */
const mostWritten = 100

function written(value: unknown): string {
  const isJson = typeof value === 'string' || typeof value === 'object'
  // JSON has no NaN and no infinities.
  const text = isJson
    ? JSON.stringify(value, (_, x) => (Number.isFinite(x) || typeof x !== 'number' ? x : `${x}`))
    : String(value)
  return text.length <= mostWritten ? text : `${text.slice(0, mostWritten - 1)}…`
}

/**
 * A frozen description, once the settings that it has are what they are required to be.
 * Throws ConfigError that names the first which is not.
 */
export function checked<C extends { readonly kind: string }>(
  config: C,
  required: { readonly [setting in keyof C]?: Requirement },
): Readonly<C> {
  for (const [name, requirement] of Object.entries<Requirement | undefined>(required))
    if (requirement && Object.hasOwn(config, name))
      requireSetting(`${config.kind} ${name}`, config[name as keyof C], requirement)
  return Object.freeze(config)
}

/**
 * Options without those that are undefined, to be spread over defaults: named and left undefined, an option
 * is what it is when it is not named.
 */
export function given<T extends object>(options: T): T {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as T
}
