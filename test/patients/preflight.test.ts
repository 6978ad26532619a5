import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linear, normalized, preflight, sequential, tanh } from 'justright'
import { changeSettings } from '../../src/cli/settings.ts'
import { isFound, named, requireWhole } from './checks.ts'
import { base, classed, times } from './data.ts'
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

test('inputs of thousands are told as an error, in place of the gradients that vanish by them', async () => {
  const data = await classed(2, {
    inputs: times(100, i => [30_000 + 9000 * Math.sin(i), 0.3 + 0.1 * Math.cos(i)]),
    targets: times(100, i => Number(Math.sin(i) > 0)),
  })
  const model = sequential(linear(32), tanh(), linear(32), tanh(), linear(2))
  const { findings } = await preflight({ ...base, data, model }, { trials: false })
  assert.equal(named(findings), 'inputs-unscaled')
  assert.equal(findings[0]!.severity, 'error')
  const scaled = { ...base, data: await normalized(data), model }
  assert.equal(named((await preflight(scaled, { trials: false })).findings), 'nothing')
})

test('inputs that spoil nothing before the first step are a warning', async () => {
  const { findings } = await preflight(ill['inputs of a millionth']!.experiment, { trials: false })
  assert.equal(findings.find(({ rule }) => rule === 'inputs-unscaled')!.severity, 'warning')
})

test('where a clip keeps eight rows from being learnt, leaving it out stands first', async () => {
  const { experiment } = illInTrials['gradients cut to a ten-thousandth with SGD']!
  const { findings } = await preflight(experiment)
  assert.deepEqual(findings[0]!.prescriptions[0]!.settings, ['clip=null'])
})
