import { estimate } from '../stats/index.ts'
import type { Measure } from './lesson.ts'

/** The mean of a measure with its 95 % interval and n: `97.98 ± 0.16 % (n = 5)`. */
export function measureText({ values, format = 'number' }: Measure): string {
  const finite = values.filter(Number.isFinite)
  const lost = values.length - finite.length
  const note = lost > 0 ? `, ${lost} not finite` : ''
  if (finite.length === 0) return `not finite (n = ${values.length})`
  const { mean, halfWidth } = estimate(finite)
  if (halfWidth === undefined) return write(mean, format) + note
  const n = `(n = ${finite.length}${note})`
  if (format === 'percent')
    return `${(100 * mean).toFixed(2)} ± ${(100 * halfWidth).toFixed(2)} % ${n}`
  return `${shortNumber(mean)} ± ${shortNumber(halfWidth, 2)} ${n}`
}

/** Whether the mean lies where earlier re-runs say; true when they say nothing. */
export function isAsExpected({ values, expected }: Measure): boolean {
  if (!expected) return true
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return mean >= expected[0] && mean <= expected[1]
}

const write = (value: number, format: 'number' | 'percent'): string =>
  format === 'percent' ? `${(100 * value).toFixed(2)} %` : shortNumber(value)

/** A number with so many digits that matter, without needless zeros. */
function shortNumber(value: number, digits = 4): string {
  const size = Math.abs(value)
  const isPlain = size === 0 || (size >= 1e-3 && size < 1e6)
  return isPlain ? String(Number(value.toPrecision(digits))) : value.toExponential(digits - 1)
}
