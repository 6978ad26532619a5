import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflight } from 'justright'
import { changeSettings } from '../../src/cli/settings.ts'
import { isFound, named, requireWhole } from './checks.ts'
import { healthy, ill } from './patients.ts'

for (const [name, patient] of Object.entries(ill))
  test(`${patient.rule} is found in ${name}`, async () => {
    const { findings } = await preflight(patient.experiment)
    assert.ok(isFound(findings, patient), `found ${named(findings)}`)
    requireWhole(findings, patient.experiment)
  })

for (const [name, experiment] of Object.entries(healthy))
  test(`nothing is found in ${name}`, async () => {
    const { findings, checked } = await preflight(experiment)
    assert.deepEqual(
      findings.map(({ rule, layer }) => `${rule} ${layer ?? ''}`),
      [],
    )
    assert.ok(checked.length >= 8)
  })

test('an illness that is mended is no longer found', async () => {
  const mended: string[] = []
  const tried: string[] = []
  for (const [name, { experiment, rule }] of Object.entries(ill)) {
    const { findings } = await preflight(experiment)
    const first = findings
      .find(finding => finding.rule === rule)!
      .prescriptions.find(({ settings }) => settings.length > 0)
    if (!first) continue
    tried.push(name)
    const after = await preflight(changeSettings(experiment, first.settings))
    if (!after.findings.some(finding => finding.rule === rule)) mended.push(name)
  }
  assert.ok(mended.length / tried.length >= 0.8, `of ${tried}, only ${mended}`)
})
