import { estimate, holm, pairedDifference } from '../stats/index.ts'
import { type JudgeOptions, level } from './judge.ts'

/** A variant that left a race. */
export interface Dropped {
  readonly name: string
  /** The leader it was behind. */
  readonly leader: string
  readonly seeds: number
  /** The p of its distance to the leader, by Holm over all that raced. */
  readonly p: number
}

/**
 * The variants that are hopeless by the figures so far: worse than the leader by a paired t test, with
 * Holm's correction over all that race, at the level of 5 %. Nobody is dropped on one seed.
 * Source: Birattari, Stuetzle, Paquete, Varrentrapp, "A racing algorithm for configuring metaheuristics"
 * (2002), with t tests in place of Friedman's; the "t-test-holm" of irace (Lopez-Ibanez et al. 2016).
 */
export function hopeless(
  figures: Readonly<Record<string, readonly number[]>>,
  { better = 'greater', resolution = 0 }: JudgeOptions = {},
): Dropped[] {
  const sign = better === 'greater' ? 1 : -1
  const [leader, ...others] = Object.entries(figures)
    .map(([name, values]) => ({ name, values, worth: sign * estimate(values).mean }))
    .sort((a, b) => b.worth - a.worth)
  if (!leader) return []
  const gaps = others.map(({ values }) => pairedDifference(leader.values, values, { resolution }))
  const adjusted = holm(gaps.map(({ p }) => p ?? 1))
  return others.flatMap(({ name, values }, i) =>
    adjusted[i]! < level
      ? [{ name, leader: leader.name, seeds: values.length, p: adjusted[i]! }]
      : [],
  )
}
