import assert from 'node:assert/strict'
import type { Diagnosis, Experiment } from 'justright'
import { changeSettings } from '../../src/cli/settings.ts'
import type { IllPatient } from './patients.ts'

/** Whether the planted illness is among the findings, in its layer. */
export function isFound(findings: readonly Diagnosis[], { rule, layer }: IllPatient): boolean {
  return findings.some(
    finding => finding.rule === rule && (layer === undefined || finding.layer === layer),
  )
}

/** What is found, for a message: `vanishing-gradient 0`. */
export function named(findings: readonly Diagnosis[]): string {
  return findings.map(({ rule, layer = '' }) => `${rule} ${layer}`.trim()).join(', ') || 'nothing'
}

/** Every finding says all that it has to, and what it prescribes can be set. */
export function requireWhole(findings: readonly Diagnosis[], experiment: Experiment): void {
  for (const { evidence, meaning, title, source, prescriptions } of findings) {
    assert.ok(evidence.length > 0 && source !== '')
    for (const { name, value } of evidence) assert.ok(!Number.isNaN(value), name.en)
    for (const text of [meaning, title, ...prescriptions.map(({ text }) => text)])
      assert.match(text.ko, /\p{Script=Hangul}/u)
    for (const { settings } of prescriptions) changeSettings(experiment, settings)
  }
}
