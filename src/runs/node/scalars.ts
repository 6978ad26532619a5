import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { MetricResult } from '../../base/index.ts'
import { type Event, readEvents, type SummaryValue, textValue } from '../../formats/index.ts'
import type { ScalarPoint } from '../record.ts'
import type { EpochRecord, RecoveryRecord, StepRecord } from '../recorder.ts'
import { absentRun } from './absent-run.ts'
import { eventFiles } from './event-log.ts'

type Scalars<R> = Readonly<Record<string, (record: R) => number | undefined>>

const stepScalars: Scalars<StepRecord> = {
  'train/loss': ({ loss }) => loss,
  'train/accuracy': ({ accuracy }) => accuracy,
  learning_rate: ({ learningRate }) => learningRate,
}

// At the step at which the epoch ends: all curves of a run share one axis.
const epochScalars: Scalars<EpochRecord> = {
  'epoch/train_loss': ({ train }) => train.loss,
  'epoch/train_accuracy': ({ train }) => train.accuracy,
  'epoch/validation_loss': ({ validation }) => validation?.loss,
  'epoch/validation_accuracy': ({ validation }) => validation?.accuracy,
  examples_per_second: ({ examplesPerSecond }) => examplesPerSecond,
}

/** The scalars of a step as an event. Units: wallTime in seconds since 1970. */
export function stepEvent(record: StepRecord, wallTime: number): Event {
  return eventOf(stepScalars, record, wallTime)
}

/** The scalars of an epoch as an event, at its last step. Units: wallTime in seconds since 1970. */
export function epochEvent(record: EpochRecord, wallTime: number): Event {
  return eventOf({ ...epochScalars, ...metricScalars(record) }, record, wallTime)
}

/** A step that left the finite numbers, in words, as an event. Units: wallTime in seconds since 1970. */
export function recoveryEvent({ step, action, sentence }: RecoveryRecord, wallTime: number): Event {
  const did = action === 'skip' ? 'The batch was left out.' : 'The learning rate was halved.'
  return { wallTime, step, summary: { value: [textValue('recovery', `${sentence} ${did}`)] } }
}

/** The metrics that are a number, and the means of those that are one for each class. */
function metricScalars({ validation }: EpochRecord): Scalars<EpochRecord> {
  return Object.fromEntries(
    Object.entries<MetricResult>({ ...validation?.metrics }).flatMap(([name, result]) => {
      const number = typeof result === 'object' && 'macro' in result ? result.macro : result
      return typeof number === 'number' ? [[`epoch/validation_${name}`, () => number]] : []
    }),
  )
}

function eventOf<R extends { readonly step: number }>(
  scalars: Scalars<R>,
  record: R,
  wallTime: number,
): Event {
  const value = []
  for (const tag in scalars) {
    const number = scalars[tag]!(record)
    // Beyond float32 is infinite, not an error.
    if (number !== undefined) value.push({ tag, simpleValue: Math.fround(number) })
  }
  return { wallTime, step: record.step, summary: { value } }
}

/**
 * The curves of a run by tag, each step once and in order: of what a resumed run made again, only
 * the last. An event file that ends in the middle of a record is read up to there.
 * Throws RunError when there is no such directory, FormatError when a record is no event.
 */
export async function readScalars(path: string): Promise<Record<string, ScalarPoint[]>> {
  return readCurves(path, scalarOf)
}

/** The number that an entry holds. */
export const scalarOf = ({ simpleValue }: SummaryValue): number | undefined => simpleValue

/** What a run says of some kind under each tag, each step once and in order; torn files are told. */
export async function readCurves<T>(
  path: string,
  pick: (value: SummaryValue) => T | undefined,
  onTear?: (file: string, atByte: number) => void,
): Promise<Record<string, { readonly step: number; readonly value: T }[]>> {
  const names = await eventFiles(path).catch(async cause => {
    throw await absentRun(path, cause)
  })
  const curves = new Map<string, Map<number, T>>()
  for (const name of names) {
    const file = join(path, name)
    const { events, tornAtByte } = readEvents(await readFile(file), file)
    for (const event of events) merge(curves, event, pick)
    if (tornAtByte !== undefined) onTear?.(file, tornAtByte)
  }
  return Object.fromEntries([...curves].map(([tag, points]) => [tag, toPoints(points)]))
}

function merge<T>(
  curves: Map<string, Map<number, T>>,
  event: Event,
  pick: (value: SummaryValue) => T | undefined,
): void {
  const { step = 0, summary, sessionLog } = event
  // A session that starts at a step forgets what earlier files say of it and later ones.
  if (sessionLog)
    for (const points of curves.values())
      for (const known of points.keys()) if (known >= step) points.delete(known)
  for (const entry of summary?.value ?? []) {
    const { tag } = entry
    const value = pick(entry)
    if (value === undefined) continue
    const points = curves.get(tag)
    if (points) points.set(step, value)
    else curves.set(tag, new Map([[step, value]]))
  }
}

function toPoints<T>(points: ReadonlyMap<number, T>): { step: number; value: T }[] {
  return [...points].map(([step, value]) => ({ step, value })).sort((a, b) => a.step - b.step)
}
