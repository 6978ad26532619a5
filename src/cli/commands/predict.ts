import { ConfigError } from '../../base/index.ts'
import { inputsOf } from '../../data/node/index.ts'
import { writeFileAtomically } from '../../runs/node/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { formatCount, formatPercent } from '../format.ts'
import { type Predictions, predictionCsv, predictionLines, predictionsOf } from '../predictions.ts'
import { openPredictor, type Predictor } from '../predictor.ts'

/** Answers for new rows with the model of a run or of an ONNX file. */
export const predictCommand: CommandRow = {
  doc: 'Predicts for images, tables or arrays with the model of a run or of an ONNX file',
  operand: '<run or model.onnx>',
  takesMore: true,
  options: ['input', 'checkpoint', 'skip', 'out', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright predict runs/experiment-20260131-235959 --input digits/*.png',
    '  justright predict model.onnx --input flowers.csv --out predictions.csv',
    '  justright predict runs/… --checkpoint best --input "x.npz?inputs=x_test" --json',
    '',
    'Inputs are PNG, JPEG or WebP images and folders of them, brought to the size and channels of the',
    'model; CSV or Parquet tables, encoded as those of the training, with or without the label; .npy and',
    '.npz arrays. A class is told with its probability, and the two next; a number in the unit of the',
    'training. A run that averages its weights predicts with the averages.',
  ],
  run: predict,
}

async function predict({ operands: [target, ...more], values, output }: Call): Promise<number> {
  const files = [...(values.input ?? []), ...more]
  const predictor = await openPredictor(target, values.checkpoint)
  try {
    if (files.length === 0)
      throw new ConfigError({
        who: 'predict',
        expected: '--input with what to predict for',
        received: 'none',
      })
    for (const warning of predictor.warnings) output.print(warning)
    const { predictions, skipped } = await predicted(files, predictor, { values, output })
    const rows = formatCount(predictions.rows.length)
    output.print(`${predictor.title}, for ${rows} ${rows === '1' ? 'row' : 'rows'}\n`)
    for (const line of predictionLines(predictions)) output.print(line)
    for (const name of skipped) output.print(`${name} does not decode and was left out`)
    if (values.out !== undefined) {
      await writeFileAtomically(values.out, predictionCsv(predictions))
      output.print(`\n${values.out}: ${rows} predictions`)
    }
    if (values.json)
      output.json({
        model: target,
        ...(predictor.step === undefined ? {} : { step: predictor.step }),
        task: predictions.task,
        rows: predictions.rows.map(({ all, ...row }) => row),
        ...(skipped.length > 0 ? { skipped } : {}),
      })
    return exitCodes.done
  } finally {
    await predictor.release()
  }
}

/** The answers for all rows, batch by batch, so that the rows need not be in memory together. */
async function predicted(
  files: readonly string[],
  { facts, format, batchRows, predict }: Predictor,
  { values, output }: Pick<Call, 'values' | 'output'>,
): Promise<{ readonly predictions: Predictions; readonly skipped: readonly string[] }> {
  const skipped: string[] = []
  const batches: Predictions[] = []
  const given = inputsOf(files, format, {
    batchRows,
    ...(values.skip && { onSkip: name => skipped.push(name) }),
    onProgress: (share, what) => output.update(`${what}: ${formatPercent(share)}`),
  })
  for await (const batch of given)
    batches.push(predictionsOf(facts, await predict(batch.inputs), batch))
  const { task = facts.task ?? 'numbers', names = [] } = batches[0] ?? {}
  return { predictions: { task, names, rows: batches.flatMap(({ rows }) => rows) }, skipped }
}
