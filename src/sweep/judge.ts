import { ConfigError } from '../base/index.ts'
import {
  type Estimate,
  estimate,
  holm,
  type PairedDifference,
  pairedDifference,
} from '../stats/index.ts'

/** The probability with which a comparison of equal variants may name a winner. */
export const level = 0.05

/** How figures are judged. */
export interface JudgeOptions {
  /** Which of two figures is the better one; default greater. */
  readonly better?: 'greater' | 'smaller'
  /** The least step between two figures, such as 1 / N for a share of N examples; default 0. */
  readonly resolution?: number
  /** The probability that is left for this verdict, of the 5 % that it is told against; default all. */
  readonly level?: number
}

/** A variant's figure less another's, over the seeds that both have. */
export interface Gap extends PairedDifference {
  /** p, raised for as many questions as were asked; absent for one seed. */
  readonly adjusted?: number
}

/** What is known of one variant. */
export interface Standing extends Estimate {
  readonly name: string
  /** Its figure less that of the first variant; the first has none. Adjusted by Holm over the others. */
  readonly overBase?: Gap
  /** Its figure less that of the best; the best has none. Adjusted for having picked the best. */
  readonly overBest?: Gap
}

/** What the figures say. */
export interface Verdict {
  /** The variant with the best mean. */
  readonly best: string
  /** Its nearest rival, where there is one. */
  readonly next?: string
  /** Variants that cannot be told from the best, in order of their means. */
  readonly ties: readonly string[]
  /** Whether the best is told from every other. */
  readonly isClear: boolean
  /** In the given order. */
  readonly standings: readonly Standing[]
}

/**
 * Which variant is best, and whether that is more than noise, from a figure for each seed. Figures pair by
 * their place; where a variant has fewer, only its first ones count in its differences, and it can neither
 * win nor tie: it was stopped before.
 *
 * The best is picked after seeing the figures, so its p values are multiplied by the number of its rivals
 * (Bonferroni). That is enough: a variant that is not the best wins wrongly only if it beats the one that
 * truly is, and there are as many such pairs as rivals. Differences from the first variant answer questions
 * asked before, adjusted by Holm.
 * Throws ConfigError when no variant has figures.
 * Source: Hsu, "Multiple Comparisons" (1996), chapter 4, multiple comparisons with the best; Holm (1979).
 */
export function judge(
  figures: Readonly<Record<string, readonly number[]>>,
  { better = 'greater', resolution = 0, level: left = level }: JudgeOptions = {},
): Verdict {
  const scored = Object.entries(figures).filter(([, values]) => values.length > 0)
  const [base] = scored
  if (!base)
    throw new ConfigError({
      who: 'judge',
      expected: 'a figure of at least one variant',
      received: 'none',
    })
  const seeds = Math.max(...scored.map(([, { length }]) => length))
  const sign = better === 'greater' ? 1 : -1
  const worth = ([, values]: Entry) => sign * estimate(values).mean
  const ranked = scored
    .filter(([, { length }]) => length === seeds)
    .sort((a, b) => worth(b) - worth(a))
  const best = ranked[0]!
  const next = ranked[1]
  const rivals = scored.length - 1
  const fromBest = ([name, values]: Entry): Gap => {
    const gap = over(best, [name, values], resolution)
    return gap.p === undefined
      ? gap
      : { ...gap, adjusted: Math.min(1, (gap.p * rivals * level) / left) }
  }
  const fromBase = gapsOver(base, scored.slice(1), resolution)
  const isTied = (entry: Entry) => !((fromBest(entry).adjusted ?? 1) < level)
  const ties = ranked.slice(1).filter(isTied)
  return {
    best: best[0],
    ...(next ? { next: next[0] } : {}),
    ties: ties.map(([name]) => name),
    isClear: ties.length === 0 && rivals > 0 && seeds > 1,
    standings: scored.map((entry, i) => ({
      name: entry[0],
      ...estimate(entry[1]),
      ...(i === 0 ? {} : { overBase: fromBase[i - 1]! }),
      ...(entry === best ? {} : { overBest: fromBest(entry) }),
    })),
  }
}

type Entry = readonly [name: string, figures: readonly number[]]

function over([, base]: Entry, [, values]: Entry, resolution: number): PairedDifference {
  const pairs = Math.min(base.length, values.length)
  return pairedDifference(base.slice(0, pairs), values.slice(0, pairs), { resolution })
}

function gapsOver(base: Entry, others: readonly Entry[], resolution: number): Gap[] {
  const gaps = others.map(other => over(base, other, resolution))
  const adjusted = holm(gaps.map(({ p }) => p ?? 1))
  return gaps.map((gap, i) => (gap.p === undefined ? gap : { ...gap, adjusted: adjusted[i]! }))
}
