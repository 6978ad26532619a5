import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { runModel } from '../../test/run-model.ts'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { ConfigError, type Tensor } from '../base/index.ts'
import { rowsAt } from '../data/index.ts'
import { runDirectory } from '../runs/node/index.ts'
import { fit, fitSeeds, type Run, summaryOf } from '../train/index.ts'
import { ensembleCommand } from './commands/ensemble.ts'
import { ensembleReport } from './ensemble-report.ts'
import { loadExperiment } from './experiment-file.ts'
import type { OptionValues } from './options.ts'
import { writeOrder } from './order.ts'
import type { Output } from './output.ts'

const folder = temporaryFolder()
const path = (name: string) => join(folder, name)
const group = path('group')
let runs: Run[]

const source = (classes: number, hidden: number) => `
import { adam, crossEntropy, linear, relu, sequential, toys } from 'justright'
const data = await toys.blobs({ count: 200, classes: ${classes}, noise: 2, test: 0.5 })
export default {
  name: 'blobs',
  model: sequential(linear(${hidden}), relu(), linear(${classes})),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.02 }),
  data,
  epochs: 2,
  batchSize: 20,
}
`

before(async () => {
  const files = { 'narrow.ts': source(3, 4), 'wide.ts': source(3, 16), 'four.ts': source(4, 4) }
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text)
  const narrow = await loadExperiment(path('narrow.ts'))
  const origin = { file: path('narrow.ts') }
  await mkdir(group)
  runs = await fitSeeds({
    ...narrow,
    seeds: [0, 1],
    recordersOf: seed => [runDirectory(join(group, `seed-${seed}`), { origin })],
  })
  const settings: readonly string[] = []
  await writeOrder(group, {
    file: path('narrow.ts'),
    settings,
    epochs: 2,
    seeds: [0, 1],
    engine: 'auto',
  })
  for (const name of ['wide', 'four']) {
    const file = path(`${name}.ts`)
    const recorders = [runDirectory(path(name), { origin: { file } })]
    const run = await fit({ ...(await loadExperiment(file)), recorders })
    if (name === 'wide') runs.push(run as Run)
  }
})

async function call(operands: readonly string[], values: OptionValues = {}) {
  const lines: string[] = []
  let json: unknown
  const output = {
    print: (line: string) => lines.push(line),
    json: (value: unknown) => {
      json = value
    },
    update() {},
  }
  const code = await ensembleCommand.run({
    operands,
    values: { json: true, ...values },
    output: output as unknown as Output,
  })
  assert.equal(code, 0)
  return {
    text: lines.join('\n'),
    json: json as { runs: string[]; members: { accuracy: number }[] },
  }
}

test('runs, and a folder of several, are scored together beside each alone', async () => {
  const { text, json } = await call([group, path('wide')])
  assert.match(text, /^3 runs by probabilities, on 100 examples: .*, test\n/)
  assert.match(text, /seed-1 │ \d+\.\d\d % +│/)
  assert.match(text, /points over the mean member, [+-]\d\.\d\d points over the best; /)
  assert.deepEqual(
    json.members.map(({ accuracy }) => accuracy),
    runs.map(({ test }) => test!.accuracy),
  )
  assert.deepEqual(json.runs, [join(group, 'seed-0'), join(group, 'seed-1'), path('wide')])
})

test('the exported ensemble answers as its runs do in the mean, and says what it is', async () => {
  const file = path('ensemble.onnx')
  const { text } = await call([group, path('wide')], { onnx: file, by: 'probabilities' })
  assert.match(text, /ensemble\.onnx: the ensemble for inference, \d/)
  const onnx = await readFile(file)
  assert.equal(summaryOf(onnx, file).facts.model, 'ensemble of 3: blobs')
  const { data } = await loadExperiment(path('narrow.ts'))
  const input = rowsAt(data.test!.inputs, 0, 7)
  const answer = async (bytes: Uint8Array): Promise<Tensor> =>
    (await runModel(bytes, { input })).output!
  const [all, ...each] = [
    await answer(onnx),
    ...(await Promise.all(runs.map(run => answer(run.toOnnx())))),
  ]
  assert.deepEqual(all.shape, [7, 3])
  all.data.forEach((p, i) => {
    const mean = each.reduce((sum, { data }) => sum + data[i]!, 0) / each.length
    assert.ok(Math.abs(p - mean) < 1e-6, `${p} ${mean}`)
  })
})

test('runs on other classes, and a single run, are refused', async () => {
  const refused = (operands: readonly string[], message: RegExp) =>
    assert.rejects(call(operands), error => {
      assert.ok(error instanceof ConfigError)
      assert.match(error.message, message)
      return true
    })
  await refused([path('wide'), path('four')], /member 2: expected .*, as member 1, received /)
  await refused([path('wide')], /expected at least two members, received 1/)
  await refused([], /expected the directory of a run, received none/)
})

test('a report of numbers is one of losses', () => {
  const scores = (loss: number) => ({ loss, examples: 9 })
  const text = ensembleReport(
    { by: 'mean', members: [scores(2), scores(4)], mean: { loss: 3 }, ensemble: scores(1.5) },
    ['a', 'b'],
  )
  assert.match(text, /│ a +│ 2 +│/)
  assert.match(text, /Its loss is 50\.00 % less than the mean member's\.$/)
})
