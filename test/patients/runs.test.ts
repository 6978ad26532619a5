import assert from 'node:assert/strict'
import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { adam, clipByNorm, diagnose, fit, jsEngine } from 'justright'
import { readRecord, runDirectory } from 'justright/node'
import { isFound, named, requireWhole } from './checks.ts'
import { illInTrials } from './patients.ts'
import { diagnosed } from './run-patient.ts'
import { healthyRuns, illRuns } from './runs.ts'

/** Those that are trained and told in a moment; `runs.slow.ts` has all. */
const quickIll = [
  'biases of -10 before ReLU',
  'a layer at a billionth of the rate',
  'noisy moons for long, without signals',
  'a line for the products of a table',
  'two units for a circle in a circle',
  'running statistics that replace a ten-thousandth',
  'validation without the noise of training',
  'a regression that overflows',
  'softmax twice',
  'a rate of 1 with Adam, without signals',
  'a rate of a thousandth with SGD, without signals',
]
const quickHealthy = [
  'a small net on spirals',
  'the same without signals',
  'softmax regression on blobs',
  'two sigmoid layers on XOR',
]

for (const name of quickIll) {
  const patient = illRuns[name]!
  test(`a run tells ${patient.rule}: ${name}`, async () => {
    const { findings } = await diagnosed(patient.experiment)
    assert.ok(isFound(findings, patient), `found ${named(findings)}`)
    requireWhole(findings, patient.experiment)
  })
}

for (const name of quickHealthy)
  test(`a run tells nothing: ${name}`, async () => {
    const { findings, checked } = await diagnosed(healthyRuns[name]!)
    assert.equal(named(findings), 'nothing')
    assert.ok(checked.length >= 8)
  })

test('a run without signals says how to record them, and which rules could not look', async () => {
  const { remarks = [], skipped } = await diagnosed(healthyRuns['the same without signals']!)
  assert.ok(remarks.some(({ en }) => en.includes('--set inspect.every=100')))
  const rules = skipped.map(({ rule }) => rule)
  for (const rule of ['vanishing-gradient', 'silent-units', 'saturated'])
    assert.ok(rules.includes(rule))
})

test('a run whose event file is torn is told up to there', async () => {
  const path = await mkdtemp(join(tmpdir(), 'justright-torn-'))
  try {
    const { experiment } = illRuns['a line for the products of a table']!
    await fit({ ...experiment, engine: jsEngine(), recorders: [runDirectory(path)] })
    const whole = await diagnose(await readRecord(path))
    const file = (await readdir(path)).find(name => name.includes('tfevents'))!
    await appendFile(join(path, file), Uint8Array.of(40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3))
    const torn = await diagnose(await readRecord(path))
    assert.deepEqual(torn.findings, whole.findings)
    assert.match(torn.remarks![0]!.en, /is torn at byte \d+/)
  } finally {
    await rm(path, { recursive: true })
  }
})

test('the flight recorder says which value was the first that was not finite', async () => {
  const { findings } = await diagnosed(illRuns['a regression that overflows']!.experiment)
  const { step, meaning } = findings.find(({ rule }) => rule === 'not-finite')!
  assert.ok(step! >= 1)
  assert.match(meaning.en, /The first|first bad|infinit|NaN/)
})

test('a run whose clip holds every step down is told to leave it out before a larger rate', async () => {
  const { experiment } = illInTrials['gradients cut to a ten-thousandth with SGD']!
  const { findings } = await diagnosed({ ...experiment, inspect: { every: 10 } })
  const { evidence, prescriptions } = findings.find(one => one.rule === 'learning-rate-too-low')!
  assert.ok(evidence.some(({ name, value }) => /clipped/.test(name.en) && value > 1000))
  assert.deepEqual(prescriptions[0]!.settings, ['clip=null'])
})

test('a clip is not blamed where it cuts little, or where steps do not go by the size of gradients', async () => {
  const patient = illRuns['a rate of a thousandth with SGD, without signals']!.experiment
  const slow = { ...patient, inspect: { every: 10 } }
  const tight = { ...slow, optimizer: adam({ learningRate: 1e-6 }), clip: clipByNorm(1e-4) }
  for (const experiment of [{ ...slow, clip: clipByNorm(1) }, tight]) {
    const { findings } = await diagnosed(experiment)
    const { prescriptions } = findings.find(one => one.rule === 'learning-rate-too-low')!
    assert.ok(prescriptions.every(({ settings }) => !settings.includes('clip=null')))
  }
})

test('a checkup is plain data', async () => {
  const { experiment } = illRuns['a line for the products of a table']!
  const checkup = await diagnosed(experiment)
  assert.deepEqual(JSON.parse(JSON.stringify(checkup)), checkup)
})
