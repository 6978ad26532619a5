import { ConfigError } from '../../base/index.ts'
import { type Checkup, preflight } from '../../doctor/index.ts'
import { compare, sentencesOf } from '../../sweep/index.ts'
import type { Experiment } from '../../train/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { comparisonTable } from '../comparison-report.ts'
import { engineOf } from '../engine-of.ts'
import { holdInterrupt } from '../interrupt.ts'
import { engineSetup } from '../new-work.ts'
import type { Output } from '../output.ts'
import { sourceOf } from '../plan.ts'
import { progressOn } from '../progress.ts'
import { changeSettings } from '../settings.ts'
import { tellCheckup } from '../tell-checkup.ts'

/** Looks an experiment over before it is trained, and proves what it prescribes. */
export const doctorCommand: CommandRow = {
  doc: 'Looks an experiment over before it is trained: what is wrong, what shows it, what to try',
  operand: '<recipe | file.ts>',
  options: [
    'set',
    'prove',
    'seeds',
    'epochs',
    'seed',
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
    '  justright doctor experiment.ts --prove --epochs 5',
    '',
    '--prove trains the experiment as it is and with each prescription, on the same seeds and data.',
    'Exit code 1 when an error was found. docs/doctor.md tells every rule.',
  ],
  run,
}

async function run({ operands: [operand], values, output }: Call): Promise<number> {
  if (operand === undefined)
    throw new ConfigError({
      who: 'doctor',
      expected: 'a recipe or an experiment file',
      received: 'neither',
      hint: '"justright recipes" lists the recipes',
    })
  const { recipe, seed } = await sourceOf(operand)
  const engine = await engineOf(values.engine ?? 'auto', engineSetup(values))
  const data = await recipe.data()
  const epochs = values.epochs ?? recipe.epochs.short
  const reports: Record<string, unknown> = {}
  let isIll = false
  for (const rung of recipe.rungs) {
    const described = rung.experiment(values.seed ?? seed, epochs)
    const experiment = { ...changeSettings(described, values.set ?? []), data }
    if (recipe.rungs.length > 1) output.print(output.colors.bold(`${recipe.name} ${rung.name}`))
    const checkup = await preflight(experiment, { engine })
    tellCheckup(checkup, values.lang ?? 'en', output)
    output.print('')
    isIll ||= checkup.findings.some(({ severity }) => severity === 'error')
    const proof = values.prove
      ? await proved(experiment, checkup, { ...values, engine }, output, recipe.unit)
      : undefined
    reports[rung.name] = { ...checkup, ...(proof ? { proof } : {}) }
  }
  if (values.json) output.json(recipe.rungs.length > 1 ? reports : Object.values(reports)[0])
  return isIll ? exitCodes.failed : exitCodes.done
}

/** The experiment as it is against each prescription; nothing where there is none to try. */
async function proved(
  experiment: Experiment,
  { findings }: Checkup,
  { seeds = 3, engine }: Pick<Call['values'], 'seeds'> & Pick<Experiments, 'engine'>,
  output: Output,
  unit: string,
) {
  const tried = findings
    .flatMap(({ prescriptions }) => prescriptions)
    .filter(({ settings }) => settings.length > 0)
    .map(({ settings }) => [settings.join(' '), changeSettings(experiment, settings)] as const)
  if (tried.length === 0) return undefined
  const variants = { 'as it is': experiment, ...Object.fromEntries(tried) }
  const interrupt = holdInterrupt(() => output.print('Stopping; Ctrl-C again stops at once.'))
  const progress = progressOn(output, unit)
  try {
    const comparison = await compare({
      variants,
      seeds,
      engine,
      signal: interrupt.signal,
      recordersOf: (variant, seed) => [progress(`${variant}, seed ${seed}`)],
    })
    output.print(comparisonTable(comparison))
    for (const sentence of sentencesOf(comparison)) output.print(sentence)
    output.print('')
    return { ...comparison, sentences: sentencesOf(comparison) }
  } finally {
    interrupt.release()
  }
}

type Experiments = Required<Pick<Parameters<typeof compare>[0], 'engine'>>
