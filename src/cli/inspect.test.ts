import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import picocolors from 'picocolors'
import { temporaryFolder } from '../../test/runs/samples.ts'
import { adam, batchNorm, crossEntropy, dataOf, fit, linear, relu, sequential } from '../index.ts'
import { runDirectory } from '../runs/node/index.ts'
import { inspectCommand } from './commands/inspect.ts'
import type { OptionValues } from './options.ts'

const folder = temporaryFolder()
const rows = (from: number, n: number) => ({
  inputs: Array.from({ length: n }, (_, i) => [Math.sin(from + i), Math.cos(from + i)]),
  targets: Array.from({ length: n }, (_, i) => (from + i) % 2),
})

/** A run of 4 epochs of 5 steps, with signals or without. */
async function trained(name: string, inspect?: { readonly every: number }): Promise<string> {
  const path = join(folder, name)
  await fit({
    name,
    model: sequential(linear(3), batchNorm(), relu(), linear(2)),
    loss: crossEntropy(),
    optimizer: adam({ learningRate: 0.01 }),
    data: await dataOf({ train: rows(0, 40), validation: rows(50, 10), classes: 2 }),
    epochs: 4,
    batchSize: 8,
    engine: 'js',
    stepsPerCall: 1,
    ...(inspect && { inspect }),
    recorders: [runDirectory(path)],
  })
  return path
}

const [seen, unseen] = [await trained('seen', { every: 6 }), await trained('unseen')]

interface Shown {
  readonly step: number
  readonly steps: readonly number[]
  readonly layers: readonly { readonly figures: Readonly<Record<string, number>> }[]
  readonly curves: object
}

/** What the command prints, and its JSON. */
async function inspected(path: string | undefined, values: OptionValues = {}) {
  const lines: string[] = []
  const results: unknown[] = []
  const code = await inspectCommand.run({
    operands: path === undefined ? [] : [path],
    values,
    output: {
      isTerminal: false,
      colors: picocolors.createColors(false),
      print: line => void lines.push(line),
      update: () => undefined,
      json: value => void results.push(value),
    },
  })
  assert.equal(code, 0)
  return { text: lines.join('\n'), json: results[0] as Shown }
}

test('a run with signals shows graph, signals and curves, and which steps there are', async () => {
  const { text } = await inspected(seen)
  assert.match(text, /^seen: 23 parameters; 20 of 20 steps, completed; /)
  assert.match(text, /│ 1 +│ batchNorm +│ 0 +│ 3 +│ +6 │/)
  assert.match(text, /Signals before step 19/)
  assert.match(text, /│ 2 relu +│ [█▌░]{5} [\d.e-]+ +│ [ ▁▂▃▄▅▆▇█]+ │ \d+ %/)
  assert.match(text, /\nLoss\n.*training.*validation/)
  assert.match(text, /\nAccuracy\n/)
  assert.match(text, /Signals of 4 steps: 1, 7, 13, 19\./)
})

test('one layer at one step has its figures and histograms, and how they went', async () => {
  const { text, json } = await inspected(seen, { layer: '1', step: 7, json: true })
  assert.match(text, /Layer 1, batchNorm: signals before step 7/)
  for (const what of [
    'running_mean_drift',
    'weight: update_ratio',
    'bias: norm',
    'output_std of 1',
  ])
    assert.ok(text.includes(what), what)
  assert.deepEqual([json.step, json.steps, json.layers.length], [7, [1, 7, 13, 19], 1])
})

test('figures for programs are those of the step that is asked for', async () => {
  const first = await inspected(seen, { step: 1, json: true })
  const last = await inspected(seen, { json: true })
  const drift = ({ json }: typeof first) => json.layers[1]!.figures.running_mean_drift!
  // Running statistics start at mean 0 and get nearer.
  assert.ok(drift(last) < drift(first), `${drift(first)} -> ${drift(last)}`)
  assert.deepEqual(
    Object.keys(last.json.curves).filter(tag => tag.startsWith('train/')),
    ['train/loss', 'train/accuracy'],
  )
})

test('a run without signals shows weights of its checkpoint, and how to record more', async () => {
  const { text } = await inspected(unseen)
  assert.match(text, /Weights after step 20/)
  assert.match(text, /│ 0 linear +│ [\d.]+ \(weight\) +│ [ ▁▂▃▄▅▆▇█]+ │/)
  assert.match(text, /\nLoss\n/)
  assert.match(text, /--set inspect\.every=100/)
  assert.match((await inspected(unseen, { layer: '0' })).text, /weight: parameter/)
})

test('an event file that is cut is read up to there', async () => {
  const path = await trained('cut', { every: 6 })
  const file = join(path, readdirSync(path).find(name => name.includes('tfevents'))!)
  await truncate(file, Math.floor(statSync(file).size * 0.6))
  const { text } = await inspected(path)
  assert.match(text, /torn at byte \d+; it is read up to there\.[\s\S]*Signals of [123] steps: 1/)
  await truncate(file, 7)
  assert.match((await inspected(path)).text, /No signals were recorded/)
})

const refusals: readonly [what: string, path: () => string | undefined, OptionValues, RegExp][] = [
  ['no run', () => undefined, {}, /directory of one run, received none/],
  ['a directory without one', () => folder, {}, /run\.json/],
  ['a layer that is not there', () => seen, { layer: '9' }, /--layer: expected one of 0, 1, 2, 3/],
  ['a step without signals', () => seen, { step: 2 }, /--step: .*1, 7, 13, 19, received 2/],
  ['a step of a run without any', () => unseen, { step: 2 }, /--set inspect\.every=100/],
]

for (const [what, path, values, message] of refusals)
  test(`${what} is refused with what there is`, async () => {
    await assert.rejects(inspected(path(), values), message)
  })
