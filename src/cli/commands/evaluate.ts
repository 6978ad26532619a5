import { rowsOf } from '../../data/index.ts'
import { chooseEngine } from '../../engine/index.ts'
import { modelTensors } from '../../runs/index.ts'
import { scoreModel, scoringMetrics } from '../../train/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { readEvaluation } from '../evaluation.ts'
import { formatCount, formatPercent } from '../format.ts'
import { scoresReport } from '../scores-report.ts'

/** Scores the model of a run on its own data, or on others of the same kind. */
export const evaluateCommand: CommandRow = {
  doc: 'Scores the model of a run by every metric that fits, class by class',
  operand: '<run>',
  options: ['data', 'checkpoint', 'engine', 'threads', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright evaluate runs/experiment-20260131-235959',
    '  justright evaluate runs/… --data validation --checkpoint best',
    '  justright evaluate runs/… --data toy:moons?seed=9',
    '  justright evaluate runs/… --data experiment.ts:train --json',
    '',
    'Without --data: the test split of the data that the run was trained on.',
  ],
  run: evaluate,
}

async function evaluate({ operands: [folder], values, output }: Call): Promise<number> {
  const evaluation = await readEvaluation(folder, {
    data: values.data,
    checkpoint: values.checkpoint,
    onProgress: (share, what) => output.update(`${what}: ${formatPercent(share)}`),
  })
  const { experiment, checkpoint, split, warnings } = evaluation
  for (const warning of warnings) output.print(warning)
  const { threads } = values
  const engine = await chooseEngine(values.engine, threads === undefined ? {} : { threads })
  const { data } = experiment
  const { step } = checkpoint.progress
  const metrics = scoringMetrics(experiment)
  const scores = await scoreModel(experiment, modelTensors(checkpoint.tensors), {
    split,
    metrics,
    engine,
  })
  const examples = formatCount(rowsOf(data[split]!))
  const { source, classNames } = data.description
  output.print(
    `${experiment.name} after step ${formatCount(step)}, on ${examples} examples: ${source}, ${split}\n`,
  )
  output.print(scoresReport(scores, metrics, classNames as readonly string[] | undefined))
  if (values.json) output.json({ run: folder, step, source, split, ...scores })
  return exitCodes.done
}
