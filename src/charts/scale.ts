import type { Axis } from './chart.ts'

/** How the numbers of an axis become places on it. */
export interface Scale {
  readonly low: number
  readonly high: number
  readonly ticks: readonly Tick[]
  /** 0 at the low end, 1 at the high end, beyond them outside. */
  place(x: number): number
}

/** A number written at its place on an axis. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** How numbers are written. */
export type Format = 'number' | 'percent'

/** What a scale is made for. */
export interface ScaleOptions {
  /** About how many ticks there may be, at least 1. */
  readonly ticks: number
  /** Whether both ends are moved outwards to round numbers. */
  readonly isRounded?: boolean
  readonly format?: Format
}

/**
 * The scale of an axis over finite numbers, with ticks at 1, 2 or 5 times powers of ten.
 * `place = (f(x) - f(low)) / (f(high) - f(low)), f = x or log10 x`
 */
export function scaleOf(axis: Axis, values: readonly number[], options: ScaleOptions): Scale {
  const isLog = axis.scale === 'log'
  const [least, most] = axis.range ?? spread(extentOf(values), isLog)
  const fitting = axis.range ? { ...options, isRounded: false } : options
  return isLog
    ? logScale(least, most, fitting)
    : linearScale(least, most, fitting, values.every(Number.isInteger))
}

/** The least and the greatest, without a limit on how many. */
function extentOf(values: readonly number[]): readonly [low: number, high: number] {
  return values.reduce(([low, high], x) => [Math.min(low, x), Math.max(high, x)] as const, [
    Infinity,
    -Infinity,
  ] as readonly [number, number])
}

/** Numbers that are all the same get some room around them. */
function spread([low, high]: readonly [number, number], isLog: boolean): readonly [number, number] {
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (high - low > 1e-9 * size) return [low, high]
  return isLog ? [low / 2, high * 2] : [low - (size / 10 || 1), high + (size / 10 || 1)]
}

function linearScale(
  least: number,
  most: number,
  { ticks: wanted, isRounded, format = 'number' }: ScaleOptions,
  isWhole: boolean,
): Scale {
  const exact = stepOf((most - least) / wanted)
  const step = isWhole && format === 'number' ? Math.max(1, exact) : exact
  const low = isRounded ? Math.floor(least / step + slack) * step : least
  const high = isRounded ? Math.ceil(most / step - slack) * step : most
  const [first, last] = [Math.ceil(low / step - slack), Math.floor(high / step + slack)]
  const size = Math.max(Math.abs(low), Math.abs(high))
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    const value = exactly((first + i) * step)
    return { value, label: tickLabel(value, step, size, format) }
  })
  return { low, high, ticks, place: x => (x - low) / (high - low) }
}

/** Multiples that are so close to a bound, counted in steps, are taken to be at it. */
const slack = 1e-9

/** The least of 1, 2, 5 times a power of ten that is at least so long. */
function stepOf(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length) + slack)
  return exactly(power * ([1, 2, 5].find(factor => factor * power >= length * (1 - slack)) ?? 10))
}

/** Without the rounding errors of multiples: 0.3, not 0.30000000000000004. */
const exactly = (x: number): number => Number(x.toPrecision(12))

/** Ticks at powers of ten, at 1, 2 and 5 times them where there is room, or as on a linear axis in between. */
function logScale(least: number, most: number, options: ScaleOptions): Scale {
  const { ticks: wanted, isRounded, format = 'number' } = options
  const round = roundNumbers(least, most)
  const low = isRounded ? round.findLast(x => x <= least * (1 + slack))! : least
  const high = isRounded ? round.find(x => x >= most * (1 - slack))! : most
  const decades = Math.log10(high / low)
  const first = Math.ceil(Math.log10(low) - slack)
  const every = Math.ceil(decades / wanted)
  const isShown = (x: number) => {
    const power = Math.log10(x)
    const isPower =
      Math.abs(power - Math.round(power)) < slack && (Math.round(power) - first) % every === 0
    return x >= low * (1 - slack) && x <= high * (1 + slack) && (isPower || 3 * decades <= wanted)
  }
  const shown = round.filter(isShown)
  const ticks =
    shown.length >= 2 || decades >= 1
      ? shown.map(value => ({ value, label: tickLabel(value, value, value, format) }))
      : linearScale(low, high, { ticks: wanted, format }, false).ticks
  return { low, high, ticks, place: x => Math.log10(x / low) / decades }
}

/** 1, 2 and 5 times the powers of ten around two numbers. */
function roundNumbers(least: number, most: number): number[] {
  const first = Math.floor(Math.log10(least))
  const powers = Math.ceil(Math.log10(most)) - first + 1
  return Array.from({ length: powers }, (_, i) => first + i).flatMap(power =>
    [1, 2, 5].map(factor => Number(`${factor}e${power}`)),
  )
}

/** A tick with as many digits as the step has; with an exponent where the axis is far from 1. */
function tickLabel(value: number, step: number, size: number, format: Format): string {
  if (format === 'percent')
    return `${tickLabel(exactly(value * 100), step * 100, size * 100, 'number')} %`
  if (value === 0) return '0'
  const power = (x: number) => Math.floor(Math.log10(Math.abs(x)) + slack)
  if (size >= 1e6 || size < 1e-3)
    return value.toExponential(Math.max(0, power(value) - power(step)))
  const decimals = Math.max(0, -power(step))
  return size < 1e4
    ? value.toFixed(decimals)
    : value.toLocaleString('en-US', { maximumFractionDigits: decimals })
}

/** A measured number with the digits that matter: `0.4123`, `1.2e-7`, `97.83 %`. */
export function valueText(value: number, format: Format = 'number'): string {
  if (!Number.isFinite(value)) return String(value)
  if (format === 'percent') return `${(value * 100).toFixed(2)} %`
  const size = Math.abs(value)
  const isPlain = value === 0 || (size >= 1e-4 && size < 1e6)
  return isPlain ? String(Number(value.toPrecision(4))) : value.toExponential(1)
}

/** The scale with the most ticks, up to so many, whose labels do not touch. */
export function roomyScale(
  most: number,
  make: (ticks: number) => Scale,
  isRoomy: (scale: Scale) => boolean,
): Scale {
  for (let ticks = most; ticks > 1; ticks--) {
    const scale = make(ticks)
    if (isRoomy(scale)) return scale
  }
  return make(1)
}
