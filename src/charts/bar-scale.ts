import type { BarChart } from './chart.ts'
import { valuesOf } from './check.ts'
import { type Scale, scaleOf } from './scale.ts'

/** The scale of bars, from 0 unless it is a log axis or a range says elsewhere. */
export function barScale(chart: BarChart, ticks: number): Scale {
  const numbers = chart.bars.flatMap(valuesOf)
  const all = chart.value.scale === 'log' ? numbers : [0, ...numbers]
  const format = chart.format ?? 'number'
  return scaleOf(chart.value, all, { ticks, format, isRounded: true })
}

/** Whether the length of a bar means something: it starts at 0, which is on the axis. */
export function startsAtZero({ value }: BarChart, { low, high }: Scale): boolean {
  return value.scale !== 'log' && low <= 0 && high >= 0
}
