import { join } from 'node:path'
import { chartSvg, drawChart } from '../../charts/index.ts'
import type { Recorder } from '../../runs/index.ts'
import {
  type Comparison,
  checkComparison,
  compare,
  curvesOf,
  sentencesOf,
} from '../../sweep/index.ts'
import { type ComparisonFolder, comparisonFiles, openComparison } from '../../sweep/node/index.ts'
import type { Experiment } from '../../train/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { comparisonTable, runLine } from '../comparison-report.ts'
import { type ComparisonWork, newComparison, resumedComparison } from '../comparison-work.ts'
import { engineTitle } from '../engine-of.ts'
import { interruptible } from '../interrupt.ts'
import { newOrResumed } from '../new-work.ts'
import type { KeepChoice } from '../options.ts'
import type { Output } from '../output.ts'
import { progressOn } from '../progress.ts'
import { resumeCommand } from '../resume-command.ts'
import { wholeModelSettings } from '../whole-model.ts'
import { experimentFile } from '../winner-file.ts'

/** Compares variants of a recipe or of a user's own experiment. */
export const compareCommand: CommandRow = {
  doc: 'Trains variants with several seeds, and says what won and whether it is noise',
  operand: '<recipe | file.ts>',
  options: [
    'vary',
    'set',
    'seeds',
    'metric',
    'budget',
    'all-seeds',
    'keep',
    'epochs',
    'full',
    'seed',
    'out',
    'resume',
    'engine',
    'device',
    'threads',
    'steps-per-call',
    'json',
    'help',
  ],
  notes: [
    'Settings of whole models, for --vary and --set:',
    ...Object.entries(wholeModelSettings).map(([path, { doc }]) => `  ${path}: ${doc}`),
    '',
    'Examples:',
    '  justright compare experiment.ts --vary model.activation=relu,tanh,elu',
    '  justright compare experiment.ts --vary init=heNormal,lsuv --vary optimizer=sgd,adam --budget 10m',
    '  justright compare mnist-ladder --seeds 3',
    '  justright compare mnist-ladder --vary rung=deep --vary model.layers.0.features=256,512',
    '  justright compare --resume runs/compare-experiment-20260131-235959',
    '',
    'Five seeds unless --seeds says otherwise. Chosen by the validation split; the test split is',
    'reported once, of the winner. docs/comparing.md tells how variants are judged and stopped early.',
  ],
  run,
}

function run(call: Call): Promise<number> {
  const says = 'Stopping; finished runs are kept. Ctrl-C again stops at once.'
  return interruptible(call.output, says, signal => compared(call, signal))
}

async function compared(call: Call, signal: AbortSignal): Promise<number> {
  const { values, output } = call
  const make = { begin: newComparison, resume: resumedComparison }
  const work = await newOrResumed('compare', call, make)
  output.print(headline(work))
  const budgetMs = values.budget === undefined ? {} : { budgetMs: values.budget * 1000 }
  const data = await work.recipe.data()
  const variants = Object.fromEntries(
    work.variants.map(({ name, experiment }) => [name, { ...experiment, data }]),
  )
  await checkComparison({ variants, ...optionsOf(work) })
  const folder = await openComparison(work.folder)
  try {
    const comparison = await made(work, variants, { folder, output, signal, ...budgetMs })
    const files = await written(work, folder, comparison, values.keep ?? 'best')
    report(work, comparison, files, output)
    if (values.json)
      output.json({ ...comparison, sentences: sentencesOf(comparison), folder: folder.path, files })
    return comparison.status === 'interrupted' ? exitCodes.interrupted : exitCodes.done
  } finally {
    await folder.release()
  }
}

function headline({ recipe, order, engine, variants, folder }: ComparisonWork): string {
  const { seeds, epochs } = order
  return (
    `${recipe.name}: ${variants.length} variants, ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'}, ` +
    `${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}, ${engineTitle(engine)}, in ${folder}`
  )
}

/** How the runs are made and compared. */
function optionsOf({ order, engine }: ComparisonWork) {
  const { seeds, race, metric, stepsPerCall } = order
  return {
    seeds,
    race,
    engine,
    ...(metric === undefined ? {} : { metric }),
    ...(stepsPerCall === undefined ? {} : { stepsPerCall }),
  }
}

/** Where runs are kept and shown, and what ends them. */
interface Making {
  readonly folder: ComparisonFolder
  readonly output: Output
  readonly signal: AbortSignal
  readonly budgetMs?: number
}

/** Makes the runs, keeps each as it ends, and shows how the comparison stands. */
async function made(
  work: ComparisonWork,
  variants: Readonly<Record<string, Experiment>>,
  { folder, output, ...limits }: Making,
): Promise<Comparison> {
  const { order, recipe } = work
  const known = await folder.readRuns(variants)
  if (known.length > 0) output.print(`${known.length} runs are done already`)
  const orderJson = JSON.parse(JSON.stringify(order))
  await folder.write(orderJson)
  let table = ''
  const below = { ...output, update: (line: string) => output.update(`${table}\n${line}`) }
  const progress = progressOn(below, recipe.unit)
  return compare({
    variants,
    ...optionsOf(work),
    known,
    ...limits,
    recordersOf: (variant, seed): Recorder[] => [progress(`${variant}, seed ${seed}`)],
    async onRun(run, soFar) {
      await folder.writeRun(run, variants[run.variant]!)
      table = comparisonTable(soFar)
      if (output.isTerminal) output.update(table)
      else output.print(runLine(run))
    },
  })
}

/** Writes what came out: the comparison, its curves, and variants as experiment files. */
async function written(
  { recipe, order, variants }: ComparisonWork,
  folder: ComparisonFolder,
  comparison: Comparison,
  keep: KeepChoice,
): Promise<readonly string[]> {
  await folder.write(JSON.parse(JSON.stringify(order)), comparison)
  const curves = curvesOf(comparison)
  if (curves.series.length > 0) await folder.writeText(comparisonFiles.curves, chartSvg(curves))
  const base = order.file
    ? recipe.rungs[0]!.experiment(order.seeds[0]!, recipe.epochs.full)
    : undefined
  const best = comparison.verdict?.best
  const kept = variants.flatMap((variant, i) => {
    if (keep === 'best' && variant.name === best) return [{ variant, name: 'winner.ts' }]
    return keep === 'all' ? [{ variant, name: `variant-${i + 1}.ts` }] : []
  })
  for (const { variant, name } of kept) {
    const path = join(folder.path, name)
    const command = 'compare' as const
    const source = { path, order, variant, comparison, command, ...(base ? { base } : {}) }
    await folder.writeText(name, experimentFile(source))
  }
  return kept.map(({ name }) => join(folder.path, name))
}

function report(
  { folder }: ComparisonWork,
  comparison: Comparison,
  files: readonly string[],
  output: Output,
): void {
  output.print('')
  const curves = curvesOf(comparison)
  const hasColors = output.colors.isColorSupported
  if (curves.series.length > 0) output.print(`${drawChart(curves, { hasColors }).join('\n')}\n`)
  output.print(`${comparisonTable(comparison)}\n`)
  for (const sentence of sentencesOf(comparison)) output.print(sentence)
  output.print('')
  if (comparison.status !== 'completed')
    output.print(`Finished runs are kept. Go on with: ${resumeCommand(folder, 'compare')}`)
  for (const file of files) output.print(`Run it: justright run ${file}`)
  output.print(`Comparison: ${folder}`)
}
