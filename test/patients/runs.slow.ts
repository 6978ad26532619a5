// The patients that rules were made with: what is found, and whether the first prescription takes the finding away.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflight } from 'justright'
import { changeSettings } from '../../src/cli/settings.ts'
import { isFound, named, requireWhole } from './checks.ts'
import { ill } from './patients.ts'
import { diagnosed } from './run-patient.ts'
import { healthyRuns, illRuns } from './runs.ts'

test('illnesses of runs are found in their layer, nine in ten at least', async () => {
  const missed: string[] = []
  for (const [name, patient] of Object.entries(illRuns)) {
    const { findings } = await diagnosed(patient.experiment)
    requireWhole(findings, patient.experiment)
    if (!isFound(findings, patient)) missed.push(`${name}: ${named(findings)}`)
  }
  assert.ok(missed.length <= 0.1 * Object.keys(illRuns).length, missed.join('\n'))
})

test('nothing is found in healthy runs, nine in ten at least', async () => {
  const alarms: string[] = []
  for (const [name, experiment] of Object.entries(healthyRuns)) {
    const { findings } = await diagnosed(experiment)
    if (findings.length > 0) alarms.push(`${name}: ${named(findings)}`)
  }
  assert.ok(alarms.length <= 0.1 * Object.keys(healthyRuns).length, alarms.join('\n'))
})

test('an illness that is mended is no longer found', async () => {
  const mended: string[] = []
  const tried: string[] = []
  for (const [name, { experiment, rule }] of Object.entries(ill)) {
    const { findings } = await preflight(experiment, { trials: false })
    const first = findings
      .find(finding => finding.rule === rule)!
      .prescriptions.find(({ settings }) => settings.length > 0)
    if (!first) continue
    tried.push(name)
    const after = await preflight(changeSettings(experiment, first.settings), { trials: false })
    if (!after.findings.some(finding => finding.rule === rule)) mended.push(name)
  }
  assert.ok(mended.length / tried.length >= 0.8, `of ${tried}, only ${mended}`)
})
