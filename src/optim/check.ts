import { ConfigError } from '../base/index.ts'

/** What a setting has to be, in words and as a test. */
export interface Requirement {
  readonly expected: string
  readonly holds: (value: unknown) => boolean
}

const numberThat = (expected: string, test: (x: number) => boolean): Requirement => ({
  expected,
  holds: value => typeof value === 'number' && Number.isFinite(value) && test(value),
})

/** What settings are mostly required to be. */
export const requirements = {
  amount: numberThat('a number >= 0', x => x >= 0),
  positive: numberThat('a number > 0', x => x > 0),
  /** Of what is left out, kept or forgotten: 1 would leave nothing to happen. */
  share: numberThat('a number in 0 <= x < 1', x => x >= 0 && x < 1),
  wholeShare: numberThat('a number in 0 <= x <= 1', x => x >= 0 && x <= 1),
  atLeastOne: numberThat('a number >= 1', x => x >= 1),
  count: numberThat('a positive integer', x => Number.isInteger(x) && x > 0),
  countOrNone: numberThat('an integer >= 0', x => Number.isInteger(x) && x >= 0),
  flag: { expected: 'true or false', holds: value => typeof value === 'boolean' },
  counts: {
    expected: 'positive integers, each greater than the one before',
    holds: value =>
      Array.isArray(value) &&
      value.every((x, i) => Number.isInteger(x) && x > (i === 0 ? 0 : value[i - 1])),
  },
} satisfies Readonly<Record<string, Requirement>>

/** One of some words. */
export function oneOf(...words: readonly string[]): Requirement {
  return {
    expected: words.map(word => `"${word}"`).join(' or '),
    holds: value => words.includes(value as string),
  }
}

/**
 * A frozen description, once the settings that it has are what they are required to be.
 * Throws ConfigError that names the first which is not.
 */
export function checked<C extends { readonly kind: string }>(
  config: C,
  required: Readonly<Record<string, Requirement>>,
): Readonly<C> {
  for (const [name, value] of Object.entries(config)) {
    const requirement = required[name]
    if (requirement && !requirement.holds(value))
      throw new ConfigError({
        who: `${config.kind} ${name}`,
        expected: requirement.expected,
        received: typeof value === 'number' ? `${value}` : (JSON.stringify(value) ?? 'undefined'),
      })
  }
  return Object.freeze(config)
}
