import { ConfigError } from '../../base/index.ts'
import { rowsOf } from '../../data/index.ts'
import { chooseEngine } from '../../engine/index.ts'
import { ensemble, type Member } from '../../ensemble/index.ts'
import { modelTensors } from '../../runs/index.ts'
import { listRuns, writeFileAtomically } from '../../runs/node/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { ensembleReport } from '../ensemble-report.ts'
import { type Evaluation, readEvaluation } from '../evaluation.ts'
import { formatBytes, formatCount, formatPercent } from '../format.ts'
import { holdsOrder } from '../order.ts'
import { readStoredModel, type StoredModel } from '../stored-model.ts'

/** Scores several runs as one model, and writes it. */
export const ensembleCommand: CommandRow = {
  doc: 'Scores several runs together beside each alone, and exports them as one model',
  operand: '<run>',
  takesMore: true,
  options: ['by', 'onnx', 'data', 'checkpoint', 'engine', 'threads', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright ensemble runs/mnist-20260131-235959 runs/mnist-20260131-235959-2',
    '  justright ensemble runs/… runs/… --by votes --data validation',
    '  justright ensemble runs/my-experiment-20260131-235959 --onnx ensemble.onnx',
    '',
    'A folder of several runs, such as --seeds 5 leaves, stands for all of them. The nets may differ;',
    'what they are asked may not. Without --data: the test split of the data of the first.',
  ],
  run: scoreTogether,
}

async function scoreTogether({ operands, values, output }: Call): Promise<number> {
  const folders = (await Promise.all(operands.map(runsIn))).flat()
  const [first, ...others] = folders
  const { checkpoint } = values
  const evaluation = await readEvaluation(first, {
    data: values.data,
    checkpoint,
    onProgress: (share, what) => output.update(`${what}: ${formatPercent(share)}`),
  })
  const rest = await Promise.all(
    others.map(folder => readStoredModel(folder, checkpoint, 'ensemble')),
  )
  const { experiment, split } = evaluation
  const warnings = [...evaluation.warnings, ...rest.flatMap(({ run }) => run.warnings)]
  for (const warning of warnings) output.print(warning)
  const { by, threads } = values
  const team = ensemble([evaluation, ...rest].map(memberOf), by ? { by } : {})
  const engine = await chooseEngine(values.engine, threads === undefined ? {} : { threads })
  const scores = await team.score({ split, engine })

  const { source } = experiment.data.description
  const examples = formatCount(rowsOf(experiment.data[split]!))
  output.print(
    `${folders.length} runs by ${team.by}, on ${examples} examples: ${source}, ${split}\n`,
  )
  output.print(ensembleReport(scores, folders))
  if (values.onnx !== undefined) {
    const bytes = team.toOnnx()
    await writeFileAtomically(values.onnx, bytes)
    output.print(`\n${values.onnx}: the ensemble for inference, ${formatBytes(bytes.length)}`)
  }
  if (values.json) output.json({ runs: folders, source, split, ...scores })
  return exitCodes.done
}

/** The runs that a folder stands for. Throws ConfigError when it is to hold several and holds none. */
async function runsIn(folder: string): Promise<string[]> {
  if (!holdsOrder(folder)) return [folder]
  const runs = await listRuns(folder)
  if (runs.length > 0) return runs.map(({ path }) => path).sort()
  throw new ConfigError({ who: 'ensemble', expected: 'runs', received: 'none', from: folder })
}

function memberOf({ experiment, checkpoint }: Evaluation | StoredModel): Member {
  return { ...experiment, parameters: modelTensors(checkpoint.tensors) }
}
