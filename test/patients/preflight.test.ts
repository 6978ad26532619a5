import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflight } from 'justright'
import { changeSettings } from '../../src/cli/settings.ts'
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

test('for narrow deep sigmoid nets tanh with Xavier stands first, which works with 197 seeds of 200', async () => {
  const { findings } = await preflight(ill['ten sigmoid layers of five']!.experiment, {
    trials: false,
  })
  assert.deepEqual(findings[0]!.prescriptions[0]!.settings, [
    'model.activation=tanh',
    'init=xavierNormal',
  ])
})

test('the remedies that were measured take the vanishing gradient away when they are set', async () => {
  const { experiment } = ill['ten sigmoid layers of five']!
  const { findings } = await preflight(experiment, { trials: false })
  for (const { settings } of findings[0]!.prescriptions.slice(0, 2)) {
    const after = await preflight(changeSettings(experiment, settings), { trials: false })
    const [ratio] = after.findings.filter(({ rule }) => rule === 'vanishing-gradient')
    assert.equal(ratio, undefined, settings.join(' '))
  }
})
