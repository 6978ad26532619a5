import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preflight } from 'justright'
import { changeSettings } from '../../src/cli/settings.ts'
import { healthy, ill } from './patients.ts'

for (const [name, { experiment, rule, layer }] of Object.entries(ill))
  test(`${rule} is found in ${name}`, async () => {
    const { findings } = await preflight(experiment)
    const found = findings.filter(finding => finding.rule === rule)
    assert.ok(
      found.length > 0,
      `found ${findings.map(finding => finding.rule).join(', ') || 'nothing'}`,
    )
    if (layer !== undefined) assert.ok(found.some(finding => finding.layer === layer))
    for (const { evidence, meaning, title, source, prescriptions } of found) {
      assert.ok(evidence.length > 0 && source !== '')
      for (const text of [meaning, title, ...prescriptions.map(({ text }) => text)])
        assert.match(text.ko, /\p{Script=Hangul}/u)
      for (const { settings } of prescriptions) changeSettings(experiment, settings)
    }
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
