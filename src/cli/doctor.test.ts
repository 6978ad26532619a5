import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, test } from 'node:test'
import { createColors } from 'picocolors'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { ConfigError } from '../base/index.ts'
import type { Checkup } from '../doctor/index.ts'
import { runDirectory } from '../runs/node/index.ts'
import { fit } from '../train/index.ts'
import { doctorCommand } from './commands/doctor.ts'
import { loadExperiment } from './experiment-file.ts'
import type { OptionValues } from './options.ts'
import { writeOrder } from './order.ts'
import type { Output } from './output.ts'

const folder = temporaryFolder()
const path = (name: string) => join(folder, name)

const source = (model: string, rate: number) => `
import { adam, crossEntropy, linear, relu, sequential, softmax, toys } from 'justright'
export default {
  name: 'moons',
  model: ${model},
  loss: crossEntropy(),
  optimizer: adam({ learningRate: ${rate} }),
  data: await toys.moons({ count: 200, noise: 0.1 }),
  epochs: 20,
  batchSize: 20,
}
`

const net = 'sequential(linear(16), relu(), linear(2))'
const order = (file: string) => ({
  file,
  settings: [],
  epochs: 20,
  seeds: [0],
  engine: 'js' as const,
})

before(async () => {
  const files = {
    'slow.ts': source(net, 1e-6),
    'well.ts': source(net, 0.01),
    'twice.ts': source('sequential(linear(16), relu(), linear(2), softmax())', 0.01),
  }
  for (const [name, text] of Object.entries(files)) await writeFile(path(name), text)
  const experiment = await loadExperiment(path('slow.ts'))
  const recorders = [runDirectory(path('run'), { origin: order(path('slow.ts')) })]
  await fit({ ...experiment, inspect: { every: 20 }, recorders })
  await mkdir(path('several'))
  await writeOrder(path('several'), order(path('slow.ts')))
})

async function call(operands: readonly string[], values: OptionValues = {}) {
  const lines: string[] = []
  let json: unknown
  const output = {
    print: (line: string) => lines.push(line),
    update: () => undefined,
    isTerminal: false,
    colors: createColors(false),
    json: (value: unknown) => {
      json = value
    },
  } as unknown as Output
  const code = await doctorCommand.run({ operands, values: { engine: 'js', ...values }, output })
  return { code, text: lines.join('\n'), json: json as Checkup & { file?: string } }
}

test('an experiment in which all is well is told so, with what was looked at', async () => {
  const { code, text } = await call([path('well.ts')])
  assert.equal(code, 0)
  assert.match(text, /Nothing found\. Looked at/)
})

test('a finding stands with its evidence, its layer and a setting to copy, in Korean too', async () => {
  const { code, text, json } = await call([path('twice.ts')], { quick: true, json: true })
  assert.equal(code, 1)
  assert.match(text, /softmax is applied twice \(layer 3\)/)
  assert.match(text, /--set 'model\.layers=\[/)
  assert.ok(json.skipped.some(({ reason }) => reason === 'trials were left out'))
  const korean = await call([path('twice.ts')], { quick: true, lang: 'ko' })
  assert.match(korean.text, /두 번 적용됩니다/)
})

test('a run is told from what it wrote', async () => {
  const { code, json, text } = await call([path('run')], { json: true })
  assert.equal(code, 1)
  assert.ok(json.findings.some(({ rule }) => rule === 'learning-rate-too-low'))
  assert.match(text, /--set optimizer\.learningRate=/)
})

test('what is proved for a run is written as an experiment that trains', async () => {
  const { json, text } = await call([path('run')], { apply: true, json: true, seeds: 3 })
  assert.match(text, /Written: .*slow-mended\.ts/)
  assert.ok(existsSync(path('slow-mended.ts')))
  assert.match(await readFile(path('slow-mended.ts'), 'utf8'), /written by "justright doctor"/)
  const { optimizer, epochs } = await loadExperiment(json.file!)
  assert.ok(optimizer.learningRate > 1e-4)
  assert.equal(epochs, 20)
})

/** Nine hidden layers of sigmoids on XOR, which the lectures could not train. */
const deepXor = `
import { binaryCrossEntropy, dataOf, linear, sequential, sgd, sigmoid } from 'justright'
const hidden = Array.from({ length: 9 }, () => [linear(5), sigmoid()]).flat()
export default {
  name: 'deep xor',
  model: sequential(...hidden, linear(1)),
  loss: binaryCrossEntropy(),
  optimizer: sgd({ learningRate: 0.1 }),
  data: await dataOf({
    train: { inputs: [[0, 0], [0, 1], [1, 0], [1, 1]], targets: [[0], [1], [1], [0]] },
  }),
  epochs: 800,
  batchSize: 4,
}
`

test('the vanishing gradient of nine layers of sigmoids is found, and its remedy proved and written', async () => {
  await writeFile(path('xor.ts'), deepXor)
  const { json, text } = await call([path('xor.ts')], { quick: true, apply: true, json: true })
  const [finding] = json.findings
  assert.equal(finding!.rule, 'vanishing-gradient')
  assert.equal(finding!.layer, '0')
  assert.match(text, /Proved: model\.activation=tanh init=xavierNormal: .* adjusted p < 0\.001/)
  assert.match(text, /too few rows to hold any out/)
  const mended = await loadExperiment(json.file!)
  const { train } = await fit({ ...mended, engine: 'js' })
  assert.ok(train.loss < 0.05, `${train.loss}`)
})

test('a prescription that always trains is proved where the experiment as it is never does', async () => {
  await writeFile(
    path('burst.ts'),
    source(net, 0.01).replace(/adam/g, 'sgd').replace('0.01', '1e30'),
  )
  const { text } = await call([path('burst.ts')], { prove: true })
  assert.match(text, /Proved: .*where numbers stop being finite in all 3 runs without it/)
})

test('a folder of several runs and settings for a run are refused', async () => {
  await assert.rejects(call([path('several')]), {
    name: 'ConfigError',
    message: /the directory of one run/,
  })
  await assert.rejects(call([path('run')], { set: ['epochs=1'] }), ConfigError)
  await assert.rejects(call([]), ConfigError)
})
