import { estimate, pairedDifference } from '../stats/index.ts'
import { type JudgeOptions, level } from './judge.ts'

/** Seeds before anybody is dropped: of two, the t test has one degree of freedom and proves next to nothing. */
const firstLook = 3

/** Seeds between two later looks. */
const betweenLooks = 2

/** The share of the level that a race spends on dropping variants; the rest is the verdict's. */
const shareOfRace = 0.2

/** A variant that left a race. */
export interface Dropped {
  readonly name: string
  /** The leader it was behind. */
  readonly leader: string
  readonly seeds: number
  /** The p of its distance to the leader, times the number of rivals. */
  readonly p: number
}

/** The seeds of a race in rounds, with a look between two of them. */
export function roundsOf(seeds: readonly number[]): (readonly number[])[] {
  const rest = seeds.slice(firstLook)
  const count = Math.ceil(rest.length / betweenLooks)
  const later = Array.from({ length: count }, (_, i) =>
    rest.slice(i * betweenLooks, (i + 1) * betweenLooks),
  )
  return [seeds.slice(0, firstLook), ...later]
}

/** The level of each look, and of the verdict at the end: together 5 %. Without looks all is the verdict's. */
export function levelsOf(looks: number): { readonly look: number; readonly verdict: number } {
  if (looks === 0) return { look: 0, verdict: level }
  return { look: (level * shareOfRace) / looks, verdict: level * (1 - shareOfRace) }
}

/**
 * The variants that are hopeless by the figures so far: worse than the leader by a paired t test whose p,
 * times the number of rivals (Bonferroni, since the leader was picked), is below a level.
 * Source: after Birattari, Stuetzle, Paquete, Varrentrapp, "A racing algorithm for configuring
 * metaheuristics" (2002), with t tests in place of Friedman's, as in irace (Lopez-Ibanez et al. 2016).
 */
export function hopeless(
  figures: Readonly<Record<string, readonly number[]>>,
  levelOfLook: number,
  { better = 'greater', resolution = 0 }: Omit<JudgeOptions, 'level'> = {},
): Dropped[] {
  const sign = better === 'greater' ? 1 : -1
  const [leader, ...others] = Object.entries(figures)
    .map(([name, values]) => ({ name, values, worth: sign * estimate(values).mean }))
    .sort((a, b) => b.worth - a.worth)
  if (!leader) return []
  return others.flatMap(({ name, values }) => {
    const gap = pairedDifference(leader.values, values, { resolution })
    const p = Math.min(1, (gap.p ?? 1) * others.length)
    return p < levelOfLook ? [{ name, leader: leader.name, seeds: values.length, p }] : []
  })
}
