// How well the doctor does: node test/patients/report.ts
// Prints what becomes of every patient, and writes the three rates into docs/doctor.md.
// With a word, only of those that have it in their name; nothing is written then.
import { readFile, writeFile } from 'node:fs/promises'
import { type Diagnosis, type Experiment, preflight } from 'justright'
import { judged, provenWinner } from '../../src/cli/doctor-proof.ts'
import { changeSettings } from '../../src/cli/settings.ts'
import { isFound, named } from './checks.ts'
import { healthyDigits, illDigits } from './mnist.ts'
import { healthy, type IllPatient, ill, illInTrials } from './patients.ts'
import { diagnosed } from './run-patient.ts'
import { healthyRuns, illRuns } from './runs.ts'
import { healthyUnseen, illUnseen, type Unseen } from './unseen.ts'

type Look = (experiment: Experiment) => Promise<{ readonly findings: readonly Diagnosis[] }>

/** Those made up after the rules that are looked at before training, or after it. */
const unseen = (when: Unseen['when']) =>
  Object.fromEntries(Object.entries(illUnseen).filter(([, patient]) => patient.when === when))

const groups: readonly (readonly [
  name: string,
  look: Look,
  ill: Readonly<Record<string, IllPatient>>,
  healthy: Readonly<Record<string, Experiment>>,
])[] = [
  ['before training', preflight, { ...ill, ...illInTrials }, { ...healthy, ...healthyDigits }],
  ['runs on toys and tables', diagnosed, illRuns, healthyRuns],
  ['runs on MNIST', diagnosed, illDigits, healthyDigits],
  ['made up afterwards, before training', preflight, unseen('before'), healthyUnseen],
  ['made up afterwards, runs', diagnosed, unseen('after'), healthyUnseen],
]
const seeds = 5
const [, , wanted = ''] = process.argv
/** Epochs of a proof, where the patient has fewer. */
const leastEpochs = 60

/**
 * Whether the first prescription with settings is better than the experiment as it is by more than noise, or
 * comes to an end with all seeds where that does not;
 * `learns` where it is not and there is nothing to restore: nineteen in twenty answers are right anyway.
 */
async function restores(
  experiment: Experiment,
  { rule }: IllPatient,
  findings: readonly Diagnosis[],
): Promise<boolean | 'learns' | undefined> {
  const first = findings
    .filter(finding => finding.rule === rule)
    .flatMap(({ prescriptions }) => prescriptions)
    .find(({ settings }) => settings.length > 0)
  if (!first) return undefined
  const { inspect: _, ...plain } = {
    ...experiment,
    epochs: Math.max(leastEpochs, experiment.epochs),
  }
  const mended = changeSettings(plain, first.settings)
  const comparison = await judged({
    variants: { 'as it is': plain, [first.settings.join(' ')]: mended },
    seeds,
  })
  if (provenWinner(comparison) !== undefined) return true
  const [asItIs, changed] = comparison.variants.map(({ runs }) =>
    runs.map(({ validation }) => validation?.loss ?? Number.NaN),
  )
  // What leaves the finite numbers has no figure to be compared by.
  if (changed!.every(Number.isFinite) && !asItIs!.every(Number.isFinite)) return true
  const accuracies = comparison.variants[0]!.runs.map(({ validation }) => validation?.accuracy ?? 0)
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length
  return mean >= 0.95 ? 'learns' : false
}

const share = (part: number, all: number) =>
  `${part} of ${all} (${Math.round((100 * part) / all)} %)`
const none = { ill: 0, found: 0, proved: 0, restored: 0, learns: 0, healthy: 0, well: 0 }
const total = { ...none }
const lines: string[] = []
for (const [group, look, patients, well] of groups) {
  const here = { ...none }
  for (const [name, patient] of Object.entries(patients)) {
    if (!name.includes(wanted)) continue
    const { findings } = await look(patient.experiment)
    const found = isFound(findings, patient)
    const restored = found ? await restores(patient.experiment, patient, findings) : undefined
    here.ill++
    if (found) here.found++
    if (restored === 'learns') here.learns++
    else if (restored !== undefined) here.proved++
    if (restored === true) here.restored++
    const told =
      restored === 'learns'
        ? ', learns anyway'
        : restored === undefined
          ? ''
          : restored
            ? ', restored'
            : ', NOT restored'
    console.log(
      `${found ? 'found' : 'MISSED'}${told}: ${name} [${patient.rule}]: ${named(findings)}`,
    )
  }
  for (const [name, experiment] of Object.entries(well)) {
    if (!name.includes(wanted)) continue
    const { findings } = await look(experiment)
    const alarms = findings.filter(({ severity }) => severity !== 'note')
    here.healthy++
    if (alarms.length === 0) here.well++
    else console.log(`FALSE ALARM: ${name}: ${named(alarms)}`)
  }
  lines.push(
    `| ${group} | ${share(here.found, here.ill)} | ${share(here.well, here.healthy)} | ${share(here.restored, here.proved)} |`,
  )
  for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += here[key]
}
lines.push(
  `| all | ${share(total.found, total.ill)} | ${share(total.well, total.healthy)} | ${share(total.restored, total.proved)} |`,
)
const table = [
  '| patients | found, with rule and layer | healthy ones without an alarm | restored by the first prescription |',
  '|---|---|---|---|',
  ...lines,
].join('\n')
console.log(`\n${table}\n${total.learns} learn as they are`)
if (!wanted) {
  const path = new URL('../../docs/doctor.md', import.meta.url)
  const parts = (await readFile(path, 'utf8')).split(/(<!-- \/?rates -->)/)
  await writeFile(path, parts.with(2, `\n\n${table}\n\n`).join(''))
}
