import { ConfigError } from '../../base/index.ts'
import { type Checkup, diagnose, preflight } from '../../doctor/index.ts'
import { readRecord } from '../../runs/node/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { caseOfRun, casesOf, type DoctorCase, isRunFolder, requireOneRun } from '../doctor-case.ts'
import { applied, proofSentences, proved } from '../doctor-proof.ts'
import { engineOf, type RunEngine } from '../engine-of.ts'
import { engineSetup } from '../new-work.ts'
import { tellCheckup } from '../tell-checkup.ts'

/** Looks over an experiment before it is trained, or a run, and proves what it prescribes. */
export const doctorCommand: CommandRow = {
  doc: 'Looks over an experiment or a run: what is wrong, what shows it, what to try',
  operand: '<recipe | file.ts | run>',
  options: [
    'set',
    'quick',
    'prove',
    'apply',
    'seeds',
    'epochs',
    'seed',
    'out',
    'engine',
    'device',
    'threads',
    'lang',
    'json',
    'help',
  ],
  notes: [
    'Examples:',
    '  justright doctor experiment.ts',
    '  justright doctor experiment.ts --prove --epochs 5 --apply',
    '  justright doctor runs/experiment-20260131-235959',
    '',
    'A run is told from its curves, and from the signals of its layers where they were recorded:',
    'justright run experiment.ts --set inspect.every=100',
    '',
    '--prove trains the experiment as it is and with each prescription, on the same seeds and data.',
    'Exit code 1 when an error was found. docs/doctor.md tells every rule.',
  ],
  run,
}

async function run(call: Call): Promise<number> {
  const { operands, values, output } = call
  const [operand] = operands
  if (operand === undefined)
    throw new ConfigError({
      who: 'doctor',
      expected: 'a recipe, an experiment file or the directory of a run',
      received: 'none',
      hint: '"justright recipes" lists the recipes, "justright runs" the runs',
    })
  const reports = isRunFolder(operand)
    ? [await ofRun(operand, call)]
    : await ofExperiments(operand, call)
  if (values.json)
    output.json(
      reports.length > 1
        ? Object.fromEntries(reports.map(({ name, ...report }) => [name, report]))
        : (({ name: _, ...report }) => report)(reports[0]!),
    )
  const isIll = reports.some(({ findings }) =>
    findings.some(({ severity }) => severity === 'error'),
  )
  return isIll ? exitCodes.failed : exitCodes.done
}

type Report = Checkup & { readonly name: string }

async function ofRun(folder: string, call: Call): Promise<Report> {
  const { values, output } = call
  requireOneRun(folder)
  if (values.set)
    throw new ConfigError({
      who: 'doctor --set',
      expected: 'no settings: a run is looked at as it is',
      received: `--set ${values.set[0]}`,
      hint: 'Give the experiment file to look at it with other settings',
    })
  const checkup = await diagnose(await readRecord(folder))
  tellCheckup(checkup, values.lang ?? 'en', output)
  output.print('')
  if (!values.prove && !values.apply) return { name: folder, ...checkup }
  const engine = await engineOf(values.engine ?? 'auto', engineSetup(values))
  return { name: folder, ...(await proof(await caseOfRun(folder, values), checkup, engine, call)) }
}

async function ofExperiments(operand: string, call: Call): Promise<Report[]> {
  const { values, output } = call
  const cases = await casesOf(operand, values)
  const engine = await engineOf(values.engine ?? 'auto', engineSetup(values))
  const reports: Report[] = []
  for (const patient of cases) {
    const { name, settings } = patient
    if (cases.length > 1) output.print(output.colors.bold(name))
    const experiment = { ...settings, data: await patient.data() }
    const checkup = await preflight(experiment, { engine, trials: !values.quick })
    tellCheckup(checkup, values.lang ?? 'en', output)
    output.print('')
    const isProved = values.prove || values.apply
    const whole = isProved ? await proof(patient, checkup, engine, call) : checkup
    reports.push({ name, ...whole })
  }
  return reports
}

/** A checkup with what came of proving it. */
async function proof(
  patient: DoctorCase,
  checkup: Checkup,
  engine: RunEngine,
  { values, output }: Call,
): Promise<Checkup> {
  const proof = await proved(
    patient,
    checkup,
    { seeds: values.seeds, seed: values.seed, engine },
    output,
  )
  if (!proof) return checkup
  const { comparison } = proof
  const file = values.apply ? await applied(patient, proof, values.out, output) : undefined
  const told = { ...comparison, sentences: proofSentences(comparison) }
  return { ...checkup, proof: told, ...(file ? { file } : {}) } as Checkup
}
