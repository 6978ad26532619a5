import type { Event, HistogramProto, SummaryValue } from '../../formats/index.ts'
import type { HistogramPoint } from '../record.ts'
import type { BinCounts, SignalRecord } from '../recorder.ts'
import { readCurves } from './scalars.ts'

/** What probes measured in a step as an event. Units: wallTime in seconds since 1970. */
export function signalEvent({ step, scalars, histograms }: SignalRecord, wallTime: number): Event {
  const numbers = Object.entries(scalars).map(([tag, value]) => ({
    tag,
    simpleValue: Math.fround(value),
  }))
  const counts = Object.entries(histograms).map(([tag, bins]) => ({
    tag,
    histo: histogramOf(bins),
  }))
  return { wallTime, step, summary: { value: [...numbers, ...counts] } }
}

/** Bins as TensorBoard reads them; sums are those of values in the middle of their bin. */
function histogramOf({ low, high, counts }: BinCounts): HistogramProto {
  const width = (high - low) / counts.length
  const bucketLimit = new Array<number>(counts.length)
  const sums = { num: 0, sum: 0, sumSquares: 0 }
  for (const [i, count] of counts.entries()) {
    const middle = low + (i + 0.5) * width
    sums.num += count
    sums.sum += count * middle
    sums.sumSquares += count * middle ** 2
    bucketLimit[i] = i + 1 === counts.length ? high : low + (i + 1) * width
  }
  return { min: low, max: high, ...sums, bucketLimit, bucket: counts }
}

/**
 * The histograms of a run by tag, such as `output/0`, each step once and in order; see `readScalars`.
 * Throws as `readScalars`.
 */
export function readHistograms(path: string): Promise<Record<string, HistogramPoint[]>> {
  return readCurves(path, binsOf)
}

/** The bins that an entry holds. */
export const binsOf = ({ histo }: SummaryValue): BinCounts | undefined =>
  histo && { low: histo.min, high: histo.max, counts: histo.bucket }
