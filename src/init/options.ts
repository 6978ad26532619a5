import {
  numberFrom,
  oneOf,
  type Requirement,
  requirements,
  requireSetting,
  unknownName,
} from '../base/index.ts'

/** One option of an initialiser. */
export interface OptionSpec<T = unknown> extends Requirement {
  readonly default: T
}

/** The specs of some options. */
export type OptionSpecs<Options extends object> = {
  readonly [Name in keyof Options]: OptionSpec<Options[Name]>
}

/** A finite number, of at least `least`. */
export function number(value: number, least?: number): OptionSpec<number> {
  return { default: value, ...(least === undefined ? requirements.number : numberFrom(least)) }
}

/** An integer of at least 1. */
export function count(value: number): OptionSpec<number> {
  return { default: value, ...requirements.count }
}

/** One of some words; the first is the default. */
export function choice<T extends string>(first: T, ...others: readonly T[]): OptionSpec<T> {
  return { default: first, ...oneOf(first, ...others) }
}

/** Throws ConfigError when an option does not exist or its value does not fit. */
export function checkOptions(
  kind: string,
  specs: Readonly<Record<string, OptionSpec>>,
  options: object,
): void {
  for (const [name, value] of Object.entries(options)) {
    const spec = Object.hasOwn(specs, name) ? specs[name] : undefined
    if (!spec) throw unknownName(`option of initializer ${kind}`, name, Object.keys(specs))
    requireSetting(`initializer ${kind}, option ${name}`, value, spec)
  }
}
