import { ConfigError, unknownName } from '../base/index.ts'

/** One option of an initialiser. */
export interface OptionSpec<T = unknown> {
  readonly default: T
  /** What it takes, in words. */
  readonly expected: string
  readonly isValid: (value: unknown) => boolean
}

/** The specs of some options. */
export type OptionSpecs<Options extends object> = {
  readonly [Name in keyof Options]: OptionSpec<Options[Name]>
}

/** A finite number, of at least `least`. */
export function number(value: number, least = Number.NEGATIVE_INFINITY): OptionSpec<number> {
  return {
    default: value,
    expected: Number.isFinite(least) ? `a finite number of at least ${least}` : 'a finite number',
    isValid: given => Number.isFinite(given) && Number(given) >= least,
  }
}

/** An integer of at least 1. */
export function count(value: number): OptionSpec<number> {
  return {
    default: value,
    expected: 'an integer of at least 1',
    isValid: given => Number.isSafeInteger(given) && Number(given) >= 1,
  }
}

/** One of some words; the first is the default. */
export function choice<T extends string>(first: T, ...others: readonly T[]): OptionSpec<T> {
  const words: readonly unknown[] = [first, ...others]
  return {
    default: first,
    expected: `${[first, ...others.slice(0, -1)].join(', ')} or ${others.at(-1)}`,
    isValid: given => words.includes(given),
  }
}

/** Throws ConfigError when an option does not exist or its value does not fit. */
export function checkOptions(
  kind: string,
  specs: Readonly<Record<string, OptionSpec>>,
  options: object,
): void {
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(specs, name))
      throw unknownName(`option of initializer ${kind}`, name, Object.keys(specs))
    const { expected, isValid } = specs[name]!
    if (!isValid(value))
      throw new ConfigError({
        who: `initializer ${kind}, option ${name}`,
        expected,
        received: String(value),
      })
  }
}
