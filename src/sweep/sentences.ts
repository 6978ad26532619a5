import { estimate } from '../stats/index.ts'
import type { Comparison, ValidationRows } from './comparison.ts'
import { figureOf } from './criterion.ts'
import { formatFigure, formatGap, formatP, gapUnit } from './figures.ts'
import type { Gap, Standing, Verdict } from './judge.ts'

/**
 * What a comparison says, in plain sentences: what won and whether that is noise, what the winner does on
 * the test split, what was stopped, failed or not finished, and what the figures rest on.
 */
export function sentencesOf(comparison: Comparison): string[] {
  return [
    ...winner(comparison),
    ...tested(comparison),
    ...stopped(comparison),
    ...failed(comparison),
    ...unfinished(comparison),
    ...restsOn(comparison),
  ]
}

function winner({ verdict, criterion, split, variants }: Comparison): string[] {
  if (!verdict) {
    const all = variants.every(({ failures }) => failures > 0)
    return [all ? 'No winner: every variant failed.' : 'No winner: nothing was scored.']
  }
  const best = standingOf(verdict, verdict.best)
  const figure = `${split} ${criterion.name} ${spread(criterion, best)}`
  if (verdict.isClear) {
    const next = verdict.next && standingOf(verdict, verdict.next).overBest
    const margin = next
      ? `, ahead of ${verdict.next} by ${lead(next, criterion)}`
      : ', and all others were stopped early'
    return [`${verdict.best} won: ${figure}${margin}. That is more than noise.`]
  }
  if (verdict.standings.length === 1) return [`Only ${verdict.best} was scored: ${figure}.`]
  if (best.n === 1) return [`${verdict.best} has the best ${figure}, but one seed is no evidence.`]
  const rival = verdict.ties[0]!
  const gap = standingOf(verdict, rival).overBest!
  return [
    `${verdict.best} has the best mean, ${figure}, but that is noise: it cannot be told from ${list(verdict.ties)} ` +
      `(ahead of ${rival} by ${lead(gap, criterion)}).`,
  ]
}

/** How far the best is ahead: the gap of the other, turned round. */
function lead(gap: Gap, criterion: Comparison['criterion']): string {
  const { mean, halfWidth = 0, adjusted = 1, n } = gap
  const sign = criterion.better === 'greater' ? -1 : 1
  const ends = [sign * mean - halfWidth, sign * mean + halfWidth]
  const [low, high] = ends.map(end => formatGap(criterion, end))
  const size = formatGap(criterion, sign * mean).replace('+', '')
  return `${size}${gapUnit(criterion)}, 95 % interval ${low} to ${high} over ${n} paired seeds, adjusted p ${formatP(adjusted)}`
}

function tested({ verdict, criterion, split, variants, status }: Comparison): string[] {
  if (!verdict || split === 'test' || status === 'running') return []
  const { runs } = variants.find(({ name }) => name === verdict.best)!
  const figures = runs.flatMap(({ test }) => (test && figureOf(criterion, test)) ?? [])
  if (figures.length === 0) return []
  const text = spread(criterion, estimate(figures))
  return [`On the test split, which decided nothing, ${verdict.best} reaches ${text}.`]
}

function stopped({ variants }: Comparison): string[] {
  const all = variants.filter(({ stopped }) => stopped?.reason === 'behind')
  if (all.length === 0) return []
  const names = all.map(({ name, stopped }) => `${name} after ${stopped!.seeds} seeds`)
  return [`Stopped early as hopeless (paired t test against the leader): ${list(names)}.`]
}

function failed({ variants }: Comparison): string[] {
  const all = variants.filter(({ failures }) => failures > 0)
  if (all.length === 0) return []
  const names = all.map(
    ({ name, failures, runs }) => `${name} in ${failures} of ${runs.length} runs`,
  )
  return [`Numbers stopped being finite: ${list(names)}; such variants are not ranked.`]
}

function unfinished({ variants, seeds, status }: Comparison): string[] {
  const open = variants.filter(({ runs, stopped }) => !stopped && runs.length < seeds.length)
  if (status === 'running' || open.length === 0) return []
  const names = open.map(({ name, runs }) => `${name} ${runs.length} of ${seeds.length} seeds`)
  const why = status === 'interrupted' ? 'Interrupted' : 'The budget ended'
  return [`${why} before all runs were made: ${list(names)}.`]
}

/** What stands for a validation split that the data do not have. */
const instead: { readonly [K in ValidationRows]: readonly string[] } = {
  own: [],
  heldOut: [
    'The data have no validation split: a tenth of the training rows was held out to choose by.',
  ],
  training: [
    'The data have no validation split, and too few rows to hold any out: what is compared is how well the training rows are learnt.',
  ],
}

function restsOn({ validationRows, verdict }: Comparison): string[] {
  const seeds = verdict ? Math.max(...verdict.standings.map(({ n }) => n)) : 0
  const few =
    seeds > 1 && seeds < 5 ? ['Fewer than 5 seeds tell only large differences from noise.'] : []
  return [...instead[validationRows], ...few]
}

function standingOf({ standings }: Verdict, name: string): Standing {
  return standings.find(one => one.name === name)!
}

/** `97.83 % ± 0.10 (n = 5)`. */
export function spread(
  criterion: Comparison['criterion'],
  { mean, halfWidth, n }: Pick<Standing, 'mean' | 'halfWidth' | 'n'>,
): string {
  if (halfWidth === undefined) return formatFigure(criterion, mean)
  const half = formatGap(criterion, halfWidth).slice(1)
  return `${formatFigure(criterion, mean)} ± ${half} (n = ${n})`
}

const list = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]*)$/, ' and $1')
