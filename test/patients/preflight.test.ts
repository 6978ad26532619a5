import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflight } from 'justright'
import { isFound, named, requireWhole } from './checks.ts'
import { healthy, ill, illInTrials } from './patients.ts'

for (const [name, patient] of Object.entries(ill))
  test(`${patient.rule} is found in ${name}`, async () => {
    const { findings } = await preflight(patient.experiment, { trials: false })
    assert.ok(isFound(findings, patient), `found ${named(findings)}`)
    requireWhole(findings, patient.experiment)
  })

for (const [name, patient] of Object.entries(illInTrials))
  test(`a trial tells ${patient.rule}: ${name}`, async () => {
    const { findings, remarks = [] } = await preflight(patient.experiment)
    assert.ok(isFound(findings, patient), `found ${named(findings)}`)
    requireWhole(findings, patient.experiment)
    assert.match(remarks[0]!.en, /^A step takes about [\d.]+ ms/)
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
