// The patients made up after the rules: what is found. report.ts looks at the healthy ones with trials too.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Experiment, preflight } from 'justright'
import { isFound, named, requireWhole } from './checks.ts'
import { diagnosed } from './run-patient.ts'
import { healthyUnseen, illUnseen } from './unseen.ts'

const untried = (experiment: Experiment) => preflight(experiment, { trials: false })

test('illnesses of other kinds are found, nine in ten at least', async () => {
  const missed: string[] = []
  for (const [name, patient] of Object.entries(illUnseen)) {
    const { findings } = await (patient.when === 'before' ? preflight : diagnosed)(
      patient.experiment,
    )
    requireWhole(findings, patient.experiment)
    if (!isFound(findings, patient)) missed.push(`${name}: ${named(findings)}`)
  }
  assert.ok(missed.length <= 0.1 * Object.keys(illUnseen).length, missed.join('\n'))
})

test('nothing is found in healthy experiments of other kinds, nine in ten at least', async () => {
  const alarms: string[] = []
  for (const [name, experiment] of Object.entries(healthyUnseen))
    for (const look of [untried, diagnosed]) {
      const { findings } = await look(experiment)
      if (findings.length > 0) alarms.push(`${name}: ${named(findings)}`)
    }
  assert.ok(alarms.length <= 0.2 * Object.keys(healthyUnseen).length, alarms.join('\n'))
})
