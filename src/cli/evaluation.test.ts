import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { referenceEngine } from '../engine/index.ts'
import { earlyStopping, ema } from '../optim/index.ts'
import { modelTensors } from '../runs/index.ts'
import { runDirectory } from '../runs/node/index.ts'
import { fit, type Run, scoreModel } from '../train/index.ts'
import { evaluateCommand } from './commands/evaluate.ts'
import { type Asked, readEvaluation } from './evaluation.ts'
import { loadExperiment } from './experiment-file.ts'
import type { OptionValues } from './options.ts'
import type { Output } from './output.ts'

let folder = ''
let file = ''
let run: Run
const path = (name: string) => join(folder, name)
const engine = referenceEngine()

/** Features of very different sizes: without the run's own normalisation nothing fits. */
const source = (isNormalized: boolean, rows = 60) => `
import { adam, crossEntropy, dataOf, linear, metrics, normalized, relu, sequential } from 'justright'
const examples = (start, count) => {
  const inputs = Array.from({ length: count }, (_, i) => [1000 * Math.sin(i + start) + 5000, Math.cos(3 * i)])
  return { inputs, targets: inputs.map(([a, b]) => (a > 5000 ? 1 : b > 0 ? 2 : 0)) }
}
const raw = await dataOf({ classes: 3, train: examples(0, ${rows}), test: examples(100, 25), name: 'sizes' })
export default {
  name: 'sizes',
  model: sequential(linear(6), relu(), linear(3)),
  loss: crossEntropy(),
  optimizer: adam({ learningRate: 0.05 }),
  data: ${isNormalized ? 'await normalized(raw)' : 'raw'},
  epochs: 6,
  batchSize: 20,
  metrics: [metrics.topK(2)],
}
`

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'justright-evaluate-'))
  file = path('sizes.ts')
  await writeFile(file, source(true))
  await writeFile(path('raw.ts'), source(false))
  await writeFile(path('changed.ts'), source(true, 61))
  const experiment = await loadExperiment(file)
  const trained = (name: string, origin: object | undefined) =>
    fit({
      ...experiment,
      engine,
      recorders: [runDirectory(path(name), origin ? { origin: origin as never } : {})],
    })
  run = (await trained('run', { file })) as Run
  await trained('changed', { file: path('changed.ts') })
  await trained('elsewhere', undefined)
})
after(() => rm(folder, { recursive: true, force: true }))

async function scoresOf(name: string, asked: Asked) {
  const { experiment, checkpoint, split } = await readEvaluation(path(name), asked)
  const parameters = modelTensors(checkpoint.tensors)
  return scoreModel(experiment, parameters, { split, metrics: experiment.metrics ?? [], engine })
}

test('the last checkpoint on the own test split gives the scores of the run', async () => {
  assert.deepEqual(await scoresOf('run', {}), run.test)
  assert.ok(run.test!.accuracy! > 0.8, `${run.test!.accuracy}`)
})

for (const data of ['test', 'raw.ts', 'raw.ts:test'])
  test(`--data ${data} is scaled and normalised as the training was`, async () => {
    const asked = data === 'test' ? data : path(data)
    assert.deepEqual(await scoresOf('run', { data: asked }), run.test)
  })

test('a split may be named, of the own data and of others', async () => {
  const own = await scoresOf('run', { data: 'train' })
  assert.equal(own.examples, 60)
  assert.deepEqual(await scoresOf('run', { data: `${path('raw.ts')}:train` }), own)
})

test('averages, and the epoch that early stopping restored, are what is scored', async () => {
  const { model, loss, optimizer, data, metrics, batchSize } = await loadExperiment(file)
  const run = (await fit({
    ...{ model, loss, optimizer, data, metrics: metrics ?? [], batchSize },
    epochs: 6,
    averaging: ema({ decay: 0.5 }),
    // No later epoch is better by so much.
    earlyStopping: earlyStopping({ patience: 2, minDelta: 100 }),
    engine,
    recorders: [runDirectory(path('restored'), { origin: { file } as never })],
  })) as Run
  assert.deepEqual([run.history.length, run.epoch], [3, 1])
  assert.deepEqual(await scoresOf('restored', {}), run.test)
})

test('the best checkpoint is scored when asked for', async () => {
  const { checkpoint } = await readEvaluation(path('run'), { checkpoint: 'best' })
  const { history } = (await readEvaluation(path('run'), {})).checkpoint.progress
  const best = history.reduce((a, b) => (b.train.accuracy! > a.train.accuracy! ? b : a))
  assert.equal(checkpoint.progress.step, best.step)
})

test('data that are no longer what they were are used with a warning', async () => {
  const { warnings } = await readEvaluation(path('changed'), {})
  assert.deepEqual(warnings, ['The data are not what they were when the run was trained'])
  assert.deepEqual((await readEvaluation(path('run'), {})).warnings, [])
  assert.deepEqual((await readEvaluation(path('changed'), { data: file })).warnings, [])
})

describe('it refuses', () => {
  const refusals: readonly (readonly [string, string, Asked, string, RegExp])[] = [
    ['a run that is not there', 'none', {}, 'RunError', /none": expected/],
    [
      'data of another kind',
      'run',
      { data: 'mnist?validation=0' },
      'ConfigError',
      /^--data: expected data\.inputs\.dtype "float32", .* received "uint8" \(mnist\)/,
    ],
    [
      'data with other classes',
      'run',
      { data: 'toy:moons' },
      'ConfigError',
      /^--data: expected data\.classes 3, .* received 2 \(toy:moons\)/,
    ],
    ['a source of no kind', 'run', { data: 'nothing' }, 'ConfigError', /^data source: expected /],
    [
      'a run that does not say where its data come from',
      'elsewhere',
      {},
      'ConfigError',
      /expected --data with the source of the examples, .* names its data only as "sizes"/,
    ],
  ]
  for (const [what, name, asked, error, message] of refusals)
    test(what, async () => {
      await assert.rejects(readEvaluation(path(name), asked), { name: error, message })
    })

  test('the folder of several runs', async () => {
    await writeFile(path('recipe.json'), '{}')
    await assert.rejects(readEvaluation(folder, {}), {
      name: 'ConfigError',
      message: /expected the directory of one run, received ".*", which holds several/,
    })
    await rm(path('recipe.json'))
  })
})

/** What a command prints, and its JSON. */
async function evaluate(operands: readonly string[], values: OptionValues) {
  const printed: string[] = []
  const results: unknown[] = []
  const output = {
    isTerminal: false,
    print: (line: string) => printed.push(line),
    update: () => undefined,
    json: (value: unknown) => results.push(value),
  }
  const code = await evaluateCommand.run({ operands, values, output: output as unknown as Output })
  return { code, text: printed.join('\n'), json: results[0] as Record<string, unknown> | undefined }
}

test('the command prints the loss, every metric and each class, and gives the same as JSON', async () => {
  const { code, text, json } = await evaluate([path('run')], { engine: 'reference', json: true })
  assert.equal(code, 0)
  assert.match(
    text,
    /^sizes after step 18, on 25 examples: sizes, test\n\nloss {7}0\.\d+\naccuracy {3}\d+\.00 %/,
  )
  assert.match(text, /\nf1 +\d+\.\d\d %, mean over classes\ntop2 +\d+\.00 %\n/)
  assert.match(text, /│ class │ +0 │ +1 │ +2 │ precision │ +recall │ +f1 │/)
  const { metrics, ...rest } = json!
  const { metrics: known, ...scores } = run.test!
  assert.deepEqual(rest, { run: path('run'), step: 18, source: 'sizes', split: 'test', ...scores })
  assert.equal((metrics as { top2: number }).top2, known!.top2)
})

test('the command without a run is a wrong call', async () => {
  await assert.rejects(evaluate([], {}), { name: 'ConfigError', message: /directory of a run/ })
})
