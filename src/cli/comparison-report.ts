import Table from 'cli-table3'
import {
  type Comparison,
  formatGap,
  formatP,
  gapUnit,
  type SeedRun,
  spread,
  type VariantResult,
} from '../sweep/index.ts'
import { formatDuration, formatScores } from './format.ts'

/** A comparison as a table: seeds done, the figure, the difference from the base, and what became of it. */
export function comparisonTable(comparison: Comparison): string {
  const { criterion, split, variants, seeds, verdict } = comparison
  const base = verdict?.standings[0]?.name ?? variants[0]!.name
  const table = new Table({
    head: [
      '',
      'seeds',
      `${split} ${criterion.name}`,
      `${gapUnit(criterion)} over ${base}`.trim(),
      '',
    ],
    style: { head: [], border: [], compact: true },
  })
  for (const variant of variants) {
    const { name, runs, standing } = variant
    table.push([
      name,
      `${runs.length}/${seeds.length}`,
      standing ? spread(criterion, standing) : '',
      standing?.overBase ? gapCell(comparison, standing.overBase) : '',
      fateOf(comparison, variant),
    ])
  }
  return table.toString()
}

type Gap = NonNullable<NonNullable<VariantResult['standing']>['overBase']>

/** `+0.42 (+0.20 to +0.64), p = 0.003`, adjusted for all variants. */
function gapCell({ criterion }: Comparison, { mean, halfWidth, adjusted }: Gap): string {
  const gap = formatGap(criterion, mean)
  if (halfWidth === undefined || adjusted === undefined) return gap
  const [low, high] = [mean - halfWidth, mean + halfWidth].map(end => formatGap(criterion, end))
  return `${gap} (${low} to ${high}), p ${formatP(adjusted)}`
}

/** What became of a variant, in a word or two. */
function fateOf({ verdict, status }: Comparison, variant: VariantResult): string {
  const { name, failures, stopped, runs } = variant
  if (failures > 0) return `failed ${failures} of ${runs.length}`
  if (stopped) return 'stopped early'
  if (!verdict || runs.length === 0) return status === 'running' ? '' : 'not reached'
  if (status === 'running') return name === verdict.best ? 'ahead' : ''
  if (name === verdict.best && runs.length < 2) return 'best of one seed'
  if (name === verdict.best) return verdict.isClear ? 'best' : 'best, by noise'
  if (verdict.ties.includes(name)) return runs.length < 2 ? '' : 'no different'
  return 'worse'
}

/** How a run ended, in a line. */
export function runLine({ variant, seed, status, reason, seconds, ...scores }: SeedRun): string {
  const title = `${variant}, seed ${seed}`
  if (status === 'failed') return `${title}: failed: ${reason}`
  const { validation } = scores
  const shown = validation ? `validation ${formatScores(validation)}; ` : ''
  return `${title}: ${shown}${formatDuration(seconds)}`
}
