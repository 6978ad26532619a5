import type { Scores } from '../runs/index.ts'

/** A share as per cent with two digits: `97.83 %`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(2)} %`
}

/** A duration: `4.1 s`, `1 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`
  const minutes = Math.round(seconds / 60)
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A duration that is a guess, without its tenths: `4 s`, `1 min 20 s`. */
export function formatGuess(seconds: number): string {
  return seconds < 59.5 ? `${Math.ceil(seconds)} s` : formatDuration(seconds)
}

/** A whole number with separators: `45,210`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US')
}

/** A loss with four digits that matter: `0.4123`, `123.5`, `1.2e-7`. */
export function formatLoss(loss: number): string {
  const isPlain = loss === 0 || (Math.abs(loss) >= 1e-4 && Math.abs(loss) < 1e5)
  return isPlain ? String(Number(loss.toPrecision(4))) : loss.toExponential(1)
}

/** A number with so many digits that matter. */
export function formatNumber(x: number, digits = 6): string {
  return String(Number(x.toPrecision(digits)))
}

/** A bar of so many characters, full to a share: `█████▌    `. */
export function formatBar(share: number, width: number): string {
  const halves = Math.round(Math.min(1, Math.max(0, share)) * width * 2)
  const full = '█'.repeat(halves >> 1) + (halves % 2 ? '▌' : '')
  return full.padEnd(width, '░')
}

/** Scores in words: `97.83 %, loss 0.07012`, without the share where nothing is classified. */
export function formatScores({ accuracy, loss }: Scores): string {
  const share = accuracy === undefined ? '' : `${formatPercent(accuracy)}, `
  return `${share}loss ${formatLoss(loss)}`
}

/** `0.9 KB`, `12.3 MB`: thousands of bytes, as file managers count. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power]}`
}
