import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { formatCount, formatScores } from '../format.ts'
import { type Inspection, layerNamed, readInspection, titleOf } from '../inspection.ts'
import { curveCharts, graphTable, hintsOf, layerReport, signalTable } from '../inspection-report.ts'

/** Shows a run from inside. */
export const inspectCommand: CommandRow = {
  doc: 'Shows the inside of a run: its layers, their signals and weights, the curves',
  operand: '<run>',
  options: ['layer', 'step', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright run experiment.ts --set inspect.every=100',
    '  justright inspect runs/experiment-20260131-235959',
    '  justright inspect runs/… --layer 0 --step 1',
    '',
    'Signals are there where the run recorded them: docs/signals.md. All of it is in the TensorBoard',
    'files too: tensorboard --logdir runs',
  ],
  run,
}

async function run({ operands: [folder], values, output }: Call): Promise<number> {
  const inspection = await readInspection(folder, values.step)
  const { bold } = output.colors
  const layer = values.layer === undefined ? undefined : layerNamed(inspection, values.layer)
  for (const warning of inspection.warnings) output.print(warning)
  output.print(headOf(inspection))
  const of = inspection.steps.length > 0 ? 'Signals before step' : 'Weights after step'
  const step = `${of} ${formatCount(inspection.step)}`
  if (layer) {
    output.print(`\n${bold(`Layer ${titleOf(layer.path)}, ${layer.kind}`)}: ${step.toLowerCase()}`)
    output.print(layerReport(inspection, layer))
  } else {
    output.print(`\n${bold('Graph')}\n${graphTable(inspection)}`)
    output.print(`\n${bold(step)}\n${signalTable(inspection)}`)
    for (const chart of curveCharts(inspection)) output.print(`\n${chart}`)
  }
  output.print(`\n${hintsOf(inspection)}`)
  if (values.json) output.json(forPrograms(inspection, folder!, layer && [layer]))
  return exitCodes.done
}

function headOf({ run: { description, result, failure, checkpoint } }: Inspection): string {
  const { name, parameters, steps } = description
  const done = result?.steps ?? checkpoint?.progress.step ?? 0
  const scores = result?.test ?? result?.validation ?? result?.train
  const end = failure === undefined ? (result?.status ?? 'not finished') : `failed: ${failure}`
  return [
    `${name}: ${formatCount(parameters)} parameters`,
    `${formatCount(done)} of ${formatCount(steps.total)} steps, ${end.split('\n')[0]}`,
    ...(scores ? [`${result?.test ? 'test ' : ''}${formatScores(scores)}`] : []),
  ].join('; ')
}

function forPrograms(
  { run, steps, step, layers, scalars }: Inspection,
  folder: string,
  shown = layers,
) {
  const curves = Object.fromEntries(
    Object.entries(scalars).filter(([tag]) => /^(train|epoch)\/|^learning_rate$/.test(tag)),
  )
  const { name, parameters } = run.description
  return { run: folder, name, parameters, steps, step, layers: shown, curves }
}
