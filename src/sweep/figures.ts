import type { Criterion } from './criterion.ts'

/** A figure as people read it: `97.83 %`, `0.07012`. */
export function formatFigure({ unit }: Pick<Criterion, 'unit'>, figure: number): string {
  return unit === 'share' ? `${(figure * 100).toFixed(2)} %` : String(Number(figure.toPrecision(4)))
}

/** A difference with its sign, without a unit: `+0.42`, `-0.00123`. */
export function formatGap({ unit }: Pick<Criterion, 'unit'>, gap: number): string {
  const sign = gap < 0 ? '-' : '+'
  const size = Math.abs(gap)
  return sign + (unit === 'share' ? (size * 100).toFixed(2) : String(Number(size.toPrecision(3))))
}

/** A p value: `0.012`, `< 0.001`. */
export function formatP(p: number): string {
  return p < 0.001 ? '< 0.001' : `= ${Number(p.toPrecision(2))}`
}

/** What differences are counted in: `points` of shares, nothing else. */
export function gapUnit({ unit }: Pick<Criterion, 'unit'>): string {
  return unit === 'share' ? ' points' : ''
}
