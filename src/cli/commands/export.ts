import { ConfigError, type Named, type Tensor } from '../../base/index.ts'
import { modelTensors } from '../../runs/index.ts'
import { writeFileAtomically, writeWeights } from '../../runs/node/index.ts'
import { exportStep, inferenceModel } from '../../train/index.ts'
import { type Call, type CommandRow, exitCodes } from '../command.ts'
import { formatBytes, formatCount } from '../format.ts'
import { readStoredModel, type StoredModel } from '../stored-model.ts'

/** Writes the model of a run, its weights or its training step as files for other programs. */
export const exportCommand: CommandRow = {
  doc: 'Writes the model of a run, its weights, or its training step for other programs',
  operand: '<run>',
  options: ['onnx', 'weights', 'training-step', 'checkpoint', 'steps', 'json', 'help'],
  notes: [
    'Examples:',
    '  justright export runs/experiment-20260131-235959 --onnx model.onnx',
    '  justright export runs/… --weights weights.safetensors --checkpoint best',
    '  justright export runs/… --training-step step.onnx',
    '',
    'The model takes inputs as they are in the data and gives predictions, for any batch size. Weights',
    "have PyTorch's names and layouts. A training step is one ONNX model that any ONNX Runtime can go on",
    'training with; beside it lie its state and scalars, as step.safetensors.',
  ],
  run: exportAll,
}

/** A file that was written, and what is in it. */
interface Written {
  readonly file: string
  readonly holds: string
  readonly bytes: number
}

async function exportAll({ operands: [folder], values, output }: Call): Promise<number> {
  const { onnx, weights, 'training-step': step } = values
  if (onnx === undefined && weights === undefined && step === undefined)
    throw new ConfigError({
      who: 'export',
      expected: '--onnx FILE, --weights FILE or --training-step FILE',
      received: 'none of them',
    })
  const stored = await readStoredModel(folder, values.checkpoint, 'export')
  for (const warning of stored.run.warnings) output.print(warning)
  const written: Written[] = []
  if (onnx !== undefined) written.push(await writeModel(onnx, stored))
  if (weights !== undefined) written.push(await writeStoredWeights(weights, stored))
  if (step !== undefined) written.push(...(await writeStep(step, stored, values.steps)))
  for (const { file, holds, bytes } of written)
    output.print(`${file}: ${holds}, ${formatBytes(bytes)}`)
  if (values.json) output.json({ run: folder, step: stored.checkpoint.progress.step, written })
  return exitCodes.done
}

async function writeModel(file: string, stored: StoredModel): Promise<Written> {
  const { experiment, checkpoint } = stored
  const bytes = inferenceModel(experiment, modelTensors(checkpoint.tensors))
  await writeFileAtomically(file, bytes)
  return { file, holds: 'the model for inference', bytes: bytes.length }
}

async function writeStoredWeights(file: string, { checkpoint }: StoredModel): Promise<Written> {
  const weights = modelTensors(checkpoint.tensors)
  await writeWeights(file, weights)
  return { file, holds: describeTensors(weights), bytes: bytesIn(weights) }
}

async function writeStep(
  file: string,
  { run, experiment, checkpoint }: StoredModel,
  steps: number | undefined,
): Promise<Written[]> {
  const stateFile = `${file.replace(/\.onnx$/, '')}.safetensors`
  const { onnx, state, scalars } = exportStep(experiment, checkpoint, {
    stepsPerEpoch: run.description.steps.perEpoch,
    ...(steps === undefined ? {} : { steps }),
  })
  const tensors = { ...state, ...scalars }
  await writeFileAtomically(file, onnx)
  await writeWeights(stateFile, tensors)
  const rows = Object.values(scalars)[0]?.shape[0] ?? 0
  return [
    { file, holds: 'one training step', bytes: onnx.length },
    {
      file: stateFile,
      holds: `its state after step ${formatCount(checkpoint.progress.step)}, and the scalars of ${formatCount(rows)} steps`,
      bytes: bytesIn(tensors),
    },
  ]
}

function describeTensors(tensors: Named<Tensor>): string {
  const count = Object.keys(tensors).length
  return `${count} ${count === 1 ? 'tensor' : 'tensors'} by PyTorch's names`
}

function bytesIn(tensors: Named<Tensor>): number {
  return Object.values(tensors).reduce((sum, { data }) => sum + data.byteLength, 0)
}
