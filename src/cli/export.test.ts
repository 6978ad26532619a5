import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runModel } from '../../test/run-model.ts'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { type Named, type Tensor, tensor } from '../base/index.ts'
import { encodeSafetensors } from '../formats/index.ts'
import { earlyStopping, ema } from '../optim/index.ts'
import { modelTensors } from '../runs/index.ts'
import { readRun, readScalars, readWeights, runDirectory } from '../runs/node/index.ts'
import { fit } from '../train/index.ts'
import { exportCommand } from './commands/export.ts'
import { loadExperiment } from './experiment-file.ts'
import type { OptionValues } from './options.ts'
import type { Output } from './output.ts'

const folder = temporaryFolder()
const path = (name: string) => join(folder, name)
const program = fileURLToPath(new URL('../../examples/continue-training.mjs', import.meta.url))
const main = fileURLToPath(new URL('main.ts', import.meta.url))
const node = promisify(execFile)

/** MNIST in the order of its files, so that a program elsewhere can make the same batches. */
const source = `
import { adam, crossEntropy, linear, relu, sequential } from 'justright'
import { mnist } from 'justright/node'
export default {
  model: sequential(linear(12), relu(), linear(10)),
  loss: crossEntropy(),
  optimizer: adam(),
  data: await mnist(),
  epochs: 1,
  batchSize: 100,
  shuffle: false,
}
`

before(async () => {
  await writeFile(path('digits.ts'), source)
  const experiment = await loadExperiment(path('digits.ts'))
  for (const epochs of [1, 2])
    await fit({ ...experiment, epochs, recorders: [runDirectory(path(`run-${epochs}`))] })
})

async function exported(run: string | undefined, values: OptionValues) {
  const lines: string[] = []
  const output = { print: (line: string) => lines.push(line), json() {}, update() {} }
  await exportCommand.run({
    operands: run === undefined ? [] : [run],
    values,
    output: output as unknown as Output,
  })
  return lines
}

const lossesOf = async (run: string) => (await readScalars(run))['train/loss']!

test('an exported training step goes on in a program without Justright, with the same losses', async () => {
  const lines = await exported(path('run-1'), { 'training-step': path('step.onnx'), steps: 30 })
  assert.match(lines.join('\n'), /step\.onnx: one training step, \d+\.\d KB/)
  assert.match(lines.join('\n'), /its state after step 550, and the scalars of 30 steps/)
  const { stdout } = await node(process.execPath, [program, path('step.onnx')])
  const losses = stdout.trim().split('\n').map(Number)
  assert.equal(losses.length, 30)
  const expected = (await lossesOf(path('run-2'))).filter(({ step }) => step > 550)
  losses.forEach((loss, i) => {
    const { step, value } = expected[i]!
    assert.equal(step, 551 + i)
    assert.ok(Math.abs(loss / value - 1) < 1e-4, `step ${step}: ${loss}, not ${value}`)
  })
})

test('the exported model takes pixels as they are and gives probabilities', async () => {
  await exported(path('run-1'), { onnx: path('model.onnx') })
  const own = await readFile(join(path('run-1'), 'model.onnx'))
  assert.ok(own.equals(await readFile(path('model.onnx'))))
  const { output } = await runModel(own, {
    input: { dtype: 'uint8', shape: [2, 784], data: new Uint8Array(2 * 784).fill(128) },
  })
  assert.deepEqual(output!.shape, [2, 10])
})

test('exported weights are where a new run starts, and are told in its description', async () => {
  const file = path('weights.safetensors')
  await exported(path('run-1'), { weights: file })
  const { checkpoint } = await readRun(path('run-1'))
  assert.deepEqual(await readWeights(file), modelTensors(checkpoint!.tensors))

  const words = ['run', path('digits.ts'), '--weights', file, '--out', path('again'), '--json']
  const { stdout } = await node(process.execPath, [main, ...words], { cwd: folder })
  const run = JSON.parse(stdout).rows[0].run as string
  const [first] = await lossesOf(run)
  const [before] = await lossesOf(path('run-1'))
  assert.ok(first!.value < before!.value / 3, `${first!.value} after ${before!.value}`)
  const { description } = await readRun(run)
  assert.match(String(description.experiment.weights), /^[0-9a-f]{8}$/)
})

test('of a checkpoint with averages and a best epoch the averages are the weights', async () => {
  const experiment = await loadExperiment(path('digits.ts'))
  const run = path('run-averaged')
  await fit({
    ...experiment,
    averaging: ema(),
    earlyStopping: earlyStopping(),
    epochs: 2,
    recorders: [runDirectory(run)],
  })
  const { checkpoint } = await readRun(run)
  assert.ok(Object.keys(checkpoint!.tensors).some(name => name.startsWith('best/')))
  const weights = await readWeights(join(run, 'checkpoints', 'last.safetensors'))
  assert.deepEqual(Object.keys(weights), ['0.weight', '0.bias', '2.weight', '2.bias'])
  assert.deepEqual(weights, modelTensors(checkpoint!.tensors))
  await fit({ ...experiment, weights, signal: AbortSignal.abort() })
})

const weights = async (
  change: (weights: Record<string, Tensor>) => void,
): Promise<Named<Tensor>> => {
  const { checkpoint } = await readRun(path('run-1'))
  const changed = { ...modelTensors(checkpoint!.tensors) }
  change(changed)
  return changed
}

test('weights that lack, add and misshape names are refused, all of them at once', async () => {
  const wrong = await weights(tensors => {
    delete tensors['0.bias']
    tensors['2.bias'] = tensor([1, 2])
    tensors.head = tensor([1])
  })
  const experiment = await loadExperiment(path('digits.ts'))
  await assert.rejects(fit({ ...experiment, weights: wrong }), {
    name: 'RunError',
    message:
      /weights: expected 0\.bias float32 \[12\], 2\.bias float32 \[10\], head none, received 0\.bias none, 2\.bias float32 \[2\], head float32 \[1\]/,
  })
})

test('counters of PyTorch, slots of an optimiser and float64 are no obstacle', async () => {
  const file = path('foreign.safetensors')
  const bytes = encodeSafetensors({
    weight: { dtype: 'float64', shape: [1], data: Float64Array.of(0.5) },
    '1.num_batches_tracked': tensor(3, 'int32'),
    'optimizer/moment/weight': tensor([0]),
  })
  await writeFile(file, bytes)
  assert.deepEqual(await readWeights(file), { weight: tensor([0.5]) })
  await writeFile(file, bytes.subarray(0, bytes.length - 1))
  await assert.rejects(readWeights(file), { name: 'FormatError' })
  await assert.rejects(readWeights(path('none')), { name: 'RunError', message: /ENOENT/ })
})

for (const [name, values, message] of [
  ['nothing asked for', {}, /expected --onnx FILE, --weights FILE or --training-step FILE/],
  ['no run named', { onnx: 'x' }, /export: expected the directory of a run, received none/],
] as const)
  test(`export with ${name} is refused`, async () => {
    await assert.rejects(exported(undefined, values), { name: 'ConfigError', message })
  })
