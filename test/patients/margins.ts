// How near the healthy patients come to the limits of the doctor: node test/patients/margins.ts
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Experiment, fit, jsEngine } from 'justright'
import { readRecord, runDirectory } from 'justright/node'
import { limits } from '../../src/doctor/limits.ts'
import type { RunRecord } from '../../src/runs/index.ts'
import { healthyDigits } from './mnist.ts'
import { healthyRuns } from './runs.ts'

type Figure = (record: RunRecord) => readonly number[]

const under = ({ scalars }: RunRecord, figure: string) =>
  Object.entries(scalars)
    .filter(([tag]) => tag.startsWith(`${figure}/`))
    .map(([tag, points]) => ({ tag, values: points.map(({ value }) => value) }))
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const weights = (record: RunRecord, figure: string) =>
  under(record, figure).filter(({ tag }) => tag.endsWith('.weight'))
const greatest = (values: readonly number[]) => (values.length > 0 ? [Math.max(...values)] : [])

/** What a healthy run comes to, in the meaning of a limit. */
const figures: Readonly<Partial<Record<keyof typeof limits, Figure>>> = {
  updateHigh: record =>
    greatest(weights(record, 'update_ratio').map(({ values }) => median(values))),
  updateLow: record =>
    greatest(weights(record, 'update_ratio').map(({ values }) => median(values))),
  usualUpdateMost: record => weights(record, 'update_ratio').map(({ values }) => values[0]!),
  silent: record => under(record, 'silent').map(({ values }) => values.at(-1)!),
  saturated: record => under(record, 'saturated').map(({ values }) => values.at(-1)!),
  decayed: record =>
    weights(record, 'parameter_norm').map(({ values }) => values.at(-1)! / values[0]!),
  thrown: ({ scalars }) => {
    const losses = (scalars['train/loss'] ?? []).map(({ value }) => value)
    return [Math.max(...losses) / losses[0]!]
  },
  overfitting: ({ scalars }) => {
    const losses = (scalars['epoch/validation_loss'] ?? []).map(({ value }) => value)
    return losses.length > 0 ? [losses.at(-1)! / Math.min(...losses)] : []
  },
}

async function recordOf(experiment: Experiment): Promise<RunRecord> {
  const path = await mkdtemp(join(tmpdir(), 'justright-margins-'))
  try {
    await fit({ ...experiment, engine: jsEngine(), recorders: [runDirectory(path)] })
    return await readRecord(path)
  } finally {
    await rm(path, { recursive: true })
  }
}

const records: RunRecord[] = []
for (const experiment of Object.values({ ...healthyRuns, ...healthyDigits }))
  records.push(await recordOf(experiment))
for (const [name, figure] of Object.entries(figures)) {
  const values = records.flatMap(figure).filter(Number.isFinite)
  const { value } = limits[name as keyof typeof limits]
  const [least, most] = [Math.min(...values), Math.max(...values)].map(x => x.toPrecision(2))
  console.log(`${name}: limit ${value}, healthy runs from ${least} to ${most}`)
}
