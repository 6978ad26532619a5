import type { SummaryValue } from '../../formats/index.ts'
import type { RunRecord } from '../record.ts'
import { readRun } from './read-run.ts'
import { readCurves, scalarOf } from './scalars.ts'
import { binsOf } from './signals.ts'

/**
 * What a run has written of itself so far, also one that is under way: what `diagnose` reads. An event file
 * that ends in the middle of a record is read up to there, with a warning.
 * Throws RunError as `readRun`, FormatError when a record is no event.
 */
export async function readRecord(path: string): Promise<RunRecord> {
  const { description, result, failure, divergence, warnings } = await readRun(path)
  const torn: string[] = []
  const curves = await readCurves(
    path,
    value => value,
    (file, byte) => torn.push(`${file} is torn at byte ${byte}; it is read up to there.`),
  )
  const isDone = result?.status === 'completed'
  return {
    description,
    scalars: picked(curves, scalarOf),
    histograms: picked(curves, binsOf),
    status: failure !== undefined ? 'failed' : isDone ? 'completed' : 'open',
    ...(failure === undefined ? {} : { failure }),
    ...(divergence ? { divergence } : {}),
    warnings: [...warnings, ...torn],
  }
}

/** The curves that have values of one kind. */
function picked<T>(
  curves: Readonly<Record<string, readonly { step: number; value: SummaryValue }[]>>,
  pick: (value: SummaryValue) => T | undefined,
): Record<string, { step: number; value: T }[]> {
  const found = Object.entries(curves).map(([tag, points]) => [
    tag,
    points.flatMap(({ step, value }) => {
      const own = pick(value)
      return own === undefined ? [] : [{ step, value: own }]
    }),
  ])
  return Object.fromEntries(found.filter(([, points]) => points!.length > 0))
}
